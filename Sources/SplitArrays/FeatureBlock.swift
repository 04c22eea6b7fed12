import ArrayFiles
import Pickles
import Text

/// The features of a modality in one split, including padding rows.
package struct FeatureBlock: Sendable {
  /// The rows of one sample, if each sample has its own array.
  enum Piece: Sendable {
    case array(PickledArray)
    case values([Float])
  }

  private enum Storage {
    /// [samples, rows, width] in memory.
    case values([Float])
    /// The same as it stands in a .npy file.
    case npy(NpyValues)
    /// The same in a pickle.
    case array(PickledArray)
    case pieces([Piece])
  }

  /// The number of columns.
  package let width: Int
  /// The number of rows of each sample.
  package let rowCounts: [Int]
  /// The number of rows of every sample if all share one array; nil if each has its own.
  package let rowCount: Int?
  private let storage: Storage

  /// Creates a block from values in memory, [samples, width] or [samples, rows, width].
  init(_ values: [Float], shape: [Int]) throws { try self.init(.values(values), shape: shape) }

  /// Creates a block from an array in a .npy file, with the same shapes.
  init(_ values: NpyValues) throws { try self.init(.npy(values.inCOrder), shape: values.shape) }

  /// Creates a block from a numeric array in a pickle, with the same shapes.
  init(_ array: PickledArray) throws { try self.init(.array(array), shape: array.shape) }

  private init(_ storage: Storage, shape: [Int]) throws {
    guard shape.count == 2 || shape.count == 3, let width = shape.last else {
      throw DataError(
        .badData, "has the shape \(shape)", expected: "[samples, columns] or [samples, rows, columns]")
    }
    // Rows without columns hold nothing, yet a shape can claim more of them than can be counted.
    let rowCount = width == 0 ? 0 : shape.count == 3 ? shape[1] : 1
    (self.width, self.rowCount, self.storage) = (width, rowCount, storage)
    rowCounts = Array(repeating: rowCount, count: shape[0])
  }

  /// Creates a block from one piece per sample, each with whole rows of `width` columns; `width` is at least 1.
  init(_ pieces: [(piece: Piece, rowCount: Int)], width: Int) {
    self.width = width
    rowCount = nil
    rowCounts = pieces.map(\.rowCount)
    storage = .pieces(pieces.map(\.piece))
  }

  /// Lends rows of a sample, row-major.
  ///
  /// - Throws: whatever `body` throws; `DataError` if the rows can no longer be read from their file.
  package func withRows<Result>(
    _ rows: Range<Int>, of sample: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    let own = rows.lowerBound * width..<rows.upperBound * width
    let start = sample * (rowCount ?? 0) * width
    switch storage {
    case .values(let values): return try Self.lend(values, start + own.lowerBound..<start + own.upperBound, body)
    case .npy(let values):
      let first = start + own.lowerBound
      return try Self.lend(count: own.count, filledBy: { values.readFloats(from: first, into: $0) }, body: body)
    case .array(let array): return try Self.read(array, from: start + own.lowerBound, count: own.count, body)
    case .pieces(let pieces):
      switch pieces[sample] {
      case .values(let values): return try Self.lend(values, own, body)
      case .array(let array): return try Self.read(array, from: own.lowerBound, count: own.count, body)
      }
    }
  }

  private static func lend<Result>(
    _ values: [Float], _ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try values.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  private static func read<Result>(
    _ array: PickledArray, from first: Int, count: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try lend(count: count, filledBy: { try array.readFloats(from: first, into: $0) }, body: body)
  }

  private static func lend<Result>(
    count: Int, filledBy fill: (UnsafeMutableBufferPointer<Float>) throws -> Void,
    body: (UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
      let values = UnsafeMutableBufferPointer(rebasing: values[..<count])
      try fill(values)
      return try body(UnsafeBufferPointer(values))
    }
  }
}
