import Samples
import Shards
import TensorCore

/// The rows of one modality in a split, grouped by sample. Samples can be gathered in any order; their rows are read
/// from the mapped shards and converted on the fly.
final class SequenceTable: Sendable {
  /// The number of columns, that of the widest folder.
  let width: Int
  private let shards: [MappedRows]
  /// For each sample, its shard, its first row in the shard and its number of rows.
  private let places: [(shard: Int32, row: Int32, count: Int32)]

  /// - Parameters:
  ///   - width: the number of columns, no less than that of any shard.
  ///   - maxRows: how many of each sample's last rows are read, as in the CMU SDK's `get_tensors`.
  init(_ modality: Modality, width: Int, shards: [ShardReader], maxRows: Int) {
    self.width = width
    self.shards = shards.map { MappedRows($0, modality) }
    places = shards.enumerated().flatMap { number, shard in
      shard.ids.indices.map { sample in
        let rows = shard.rows(of: sample, modality).suffix(maxRows)
        return (Int32(number), Int32(rows.startIndex), Int32(rows.count))
      }
    }
  }

  /// Writes the rows of some samples end to end into a ragged slot, along with their offsets and mask.
  ///
  /// - Parameter isShown: whether the model sees the modality; if not, all values are 0 and no row is valid.
  func gather(_ samples: UnsafeBufferPointer<Int32>, into slot: Slot, of arena: Arenas.Arena, isShown: Bool) {
    guard let rows = slot.ragged else { preconditionFailure("sequences need a ragged slot") }
    precondition(slot.width == width && samples.count < rows.offsets.count, "a slot has room for the batch")
    var end = 0
    for (index, sample) in samples.enumerated() {
      let place = places[Int(sample)]
      let shard = shards[Int(place.shard)]
      precondition(end + Int(place.count) <= rows.rowCapacity, "no sample is longer than the longest")
      for row in 0..<Int(place.count) {
        let target = arena[slot.offset + (end + row) * slot.stride, count: width]
        shard.read(isShown ? Int(place.row) + row : -1, into: target)
        rows.mask[end + row] = isShown ? shard.mask(Int(place.row) + row) : 0
      }
      end += Int(place.count)
      rows.offsets[index + 1] = Int32(end)
    }
  }
}
