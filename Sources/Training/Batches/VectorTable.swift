import ArrayFiles
import Files
import Samples
import Shards
import TensorCore

/// The features of one modality in a split: one vector per sample, gathered in any order.
///
/// If each sample has one row, vectors are read from the mapped shards and converted on the fly. If samples are
/// sequences, each is pooled once, at the start, into the mean of its valid rows.
final class VectorTable: Sendable {
  /// The number of columns, that of the widest folder.
  let width: Int
  private let shards: [MappedRows]
  /// For each sample, its shard and its row in the shard; the row is −1 if the sample has none.
  private let places: [(shard: Int32, row: Int32)]
  /// [samples, width] if samples are sequences, otherwise nil.
  private let pooled: FixedFloats?

  /// - Parameter width: the number of columns, no less than that of any shard.
  init(_ modality: Modality, width: Int, shards: [ShardReader]) {
    self.width = width
    self.shards = shards.map { MappedRows($0, modality) }
    var places: [(shard: Int32, row: Int32)] = []
    var hasSequences = false
    for (number, shard) in shards.enumerated() {
      for sample in shard.ids.indices {
        let rows = shard.rows(of: sample, modality)
        hasSequences = hasSequences || rows.count > 1
        places.append((Int32(number), rows.isEmpty ? -1 : Int32(rows.lowerBound)))
      }
    }
    self.places = places
    pooled = hasSequences ? Self.pool(modality, width: width, shards: shards, count: places.count) : nil
  }

  /// Writes the vectors of some samples into the rows of `output`, which must have the table's width.
  func gather(_ samples: UnsafeBufferPointer<Int32>, into output: Matrix) {
    precondition(output.columns == width, "a batch is as wide as its table")
    for (row, sample) in samples.enumerated() {
      let target = output.vector(row)
      if let pooled {
        target.take(pooled.values.part(from: Int(sample) * width, count: width))
        continue
      }
      let place = places[Int(sample)]
      shards[Int(place.shard)].read(Int(place.row), into: target)
    }
  }

  /// Returns the mean of each sample's rows whose mask is 1. A sample without such rows becomes zeros, the train
  /// median.
  private static func pool(
    _ modality: Modality, width: Int, shards: [ShardReader], count: Int
  ) -> FixedFloats {
    FixedFloats(count: count * width) { pooled in
      pooled.update(repeating: 0)
      var sample = 0
      for shard in shards {
        let columns = shard.width(modality)
        let longest = shard.ids.indices.map { shard.rows(of: $0, modality).count }.max() ?? 0
        let rows = Vector.allocate(capacity: longest * columns)
        defer { rows.deallocate() }
        for index in shard.ids.indices {
          let range = shard.rows(of: index, modality)
          if columns > 0, let mask = shard.mask(modality) {
            shard.readFloats(modality, rows: range, into: rows.part(from: 0, count: range.count * columns))
            mask.withUnsafeBytes(of: range) { bytes in
              bytes.withMemoryRebound(to: UInt8.self) { mask in
                PoolingKernel.mean(
                  Matrix(rows, rows: range.count, columns: columns), mask: mask,
                  into: pooled.part(from: sample * width, count: columns))
              }
            }
          }
          sample += 1
        }
      }
    }
  }
}
