import ArrayFiles
package import Samples
package import Shards
import Synchronization

/// A source of the rows of a data set's samples; safe to call from any thread.
package protocol RowStore: Sendable {
  /// Lends a sample's rows as float32, row-major [rows, width], and one byte per row, 0 where the modality has no
  /// frame.
  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result

  /// Returns where a sample's rows begin and end, in seconds; nil if the form has no times.
  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]?
}

/// The rows of a prepared folder, read from its mapped shards.
package final class PreparedRows: RowStore {
  private let shards: [ShardReader]
  /// The shard of each sample and its place there.
  private let places: [(shard: Int, index: Int)]
  /// Bytes of rows that were read since pages were last released.
  private let readBytes = Atomic(0)

  /// So much of the shards is resident at most, roughly: checks read all rows many times, and what they have read once would
  /// otherwise count as their memory.
  private static let mostResidentBytes = 96 << 20
  /// What the system maps around a page that is read.
  private static let bytesAround = 64 << 10

  /// Creates a store over mapped shards.
  package init(shards: [ShardReader], places: [(shard: Int, index: Int)]) {
    self.shards = shards
    self.places = places
  }

  package func withRows<Result>(
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
      releasePages(afterReading: count)
      return try mask.withUnsafeBytes(of: rows) { bytes in
        try bytes.withMemoryRebound(to: UInt8.self) { try body(UnsafeBufferPointer(values), $0) }
      }
    }
  }

  private func releasePages(afterReading cellCount: Int) {
    let here = cellCount * MemoryLayout<Float>.size + Self.bytesAround
    let bytes = readBytes.add(here, ordering: .relaxed).newValue
    // Whichever thread finds the limit passed, one alone takes the bytes.
    if bytes < Self.mostResidentBytes || readBytes.exchange(0, ordering: .relaxed) < Self.mostResidentBytes { return }
    for shard in shards { shard.releasePages() }
  }

  package func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? {
    let place = places[sample]
    let shard = shards[place.shard]
    guard let times = shard.intervals(modality) else { return nil }
    return shard.rows(of: place.index, modality).map { Interval(start: times[2 * $0], end: times[2 * $0 + 1]) }
  }
}

/// The rows of a folder about to be sealed. Few of its shards are ever read, so each is mapped on demand.
final class UnsealedRows: RowStore {
  private let folder: String
  private let lines: [SampleLine]
  private let shards = Mutex<[String: ShardReader]>([:])

  init(folder: String, lines: [SampleLine]) {
    self.folder = folder
    self.lines = lines
  }

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    try rows(of: sample).withRows(of: 0, modality, body)
  }

  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? {
    try rows(of: sample).intervals(of: 0, modality)
  }

  /// Maps the shard of a sample and returns that sample's rows alone.
  private func rows(of sample: Int) throws -> PreparedRows {
    let line = lines[sample]
    let shard = try shards.withLock { shards in
      if let known = shards[line.shard] { return known }
      let shard = try ShardReader(path: folder + "/" + line.shard)
      shards[line.shard] = shard
      return shard
    }
    return PreparedRows(shards: [shard], places: [(0, line.index)])
  }
}
