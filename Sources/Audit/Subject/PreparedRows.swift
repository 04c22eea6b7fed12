import ArrayFiles
import Samples
import Shards
import Storage

/// The rows of a prepared folder, in its mapped shards.
struct PreparedRows: RowStore {
  let shards: [ShardReader]
  /// The shard of each sample and its place there.
  let places: [(shard: Int, index: Int)]

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    let place = places[sample]
    let shard = shards[place.shard]
    let rows = shard.rows(of: place.index, modality)
    guard let mask = shard.mask(modality), !rows.isEmpty else {
      return try body(UnsafeBufferPointer(start: nil, count: 0), UnsafeBufferPointer(start: nil, count: 0))
    }
    let count = rows.count * shard.width(modality)
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
      shard.readFloats(modality, rows: rows, into: UnsafeMutableBufferPointer(rebasing: values[..<count]))
      return try mask.withUnsafeBytes(of: rows) { bytes in
        try bytes.withMemoryRebound(to: UInt8.self) { try body(UnsafeBufferPointer(values), $0) }
      }
    }
  }

  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? {
    let place = places[sample]
    let shard = shards[place.shard]
    guard let times = shard.intervals(modality) else { return nil }
    return shard.rows(of: place.index, modality).map { Interval(start: times[2 * $0], end: times[2 * $0 + 1]) }
  }
}
