import Corpora
import Files
import Leaks
import Samples
import Synchronization
import TensorCore

/// The rows of samples in computational sequences, read from the files on demand.
final class SequenceRows: RowStore {
  /// A sample's part of a modality: rows of consecutive entries.
  struct Piece: Sendable {
    let entries: [CSDEntry]
    /// Runs of rows, numbered over all the entries.
    let runs: [Range<Int>]

    var rowCount: Int { runs.reduce(0) { $0 + $1.count } }
  }

  private let files: [Modality: CSDFile]
  private let pieces: [[Modality: Piece]]
  private let cache = Mutex<[(key: Key, rows: FixedFloats)]>([])

  /// Segments of a recording are requested one after the other, so a few recordings per thread suffice.
  private static let cacheLimit = 16

  private struct Key: Hashable {
    let modality: Modality
    let entries: [String]
  }

  init(files: [Modality: CSDFile], pieces: [[Modality: Piece]]) {
    self.files = files
    self.pieces = pieces
  }

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    guard let piece = pieces[sample][modality], let file = files[modality], piece.rowCount > 0 else {
      return try body(UnsafeBufferPointer(start: nil, count: 0), UnsafeBufferPointer(start: nil, count: 0))
    }
    let loaded = try rows(of: piece, modality, file)
    let width = file.width
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: piece.rowCount * width) { values in
      var mask: [UInt8] = []
      for row in piece.runs.joined() {
        let line = loaded.values.part(from: row * width, count: width)
        for column in 0..<width { values[mask.count * width + column] = line[column] }
        mask.append((0..<width).contains { line[$0] != 0 && line[$0].isFinite } ? 1 : 0)
      }
      return try mask.withUnsafeBufferPointer { try body(UnsafeBufferPointer(values), $0) }
    }
  }

  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? {
    guard let piece = pieces[sample][modality], let file = files[modality] else { return nil }
    let all = try file.intervals(of: piece.entries)
    return piece.runs.joined().map { all[$0] }
  }

  private func rows(of piece: Piece, _ modality: Modality, _ file: CSDFile) throws -> FixedFloats {
    let key = Key(modality: modality, entries: piece.entries.map(\.id))
    if let known = cache.withLock({ list in list.first { $0.key == key }?.rows }) { return known }
    // Two threads may load the same recording at once, which costs time but never changes the result.
    let rows = try file.values(of: piece.entries)
    cache.withLock { list in
      if list.count >= Self.cacheLimit { list.removeFirst() }
      list.append((key, rows))
    }
    return rows
  }
}
