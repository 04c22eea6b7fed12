/// Rows of one modality, in pieces that can be visited more than once.
///
/// The pieces and their order come from the plan, so nothing depends on threads. NaN stands for "no valid value"; the
/// infinities never occur.
public protocol RowSource: Sendable {
  /// Columns per row.
  var width: Int { get }
  /// The rows of each piece.
  var pieceRowCounts: [Int] { get }
  /// Passes a piece, [rows, width] row-major, to `body`; safe from any thread.
  func withPiece(_ index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws
}

/// Rows that are in memory already.
public struct MemoryRows: RowSource {
  /// Columns per row.
  public let width: Int
  /// The rows of each piece.
  public let pieceRowCounts: [Int]
  private let values: [Float]
  private let starts: [Int]

  /// Wraps `values`, [rows, width] row-major, in pieces of at most `rowsPerPiece` rows.
  public init(_ values: [Float], width: Int, rowsPerPiece: Int = 2048) {
    require(width > 0 && rowsPerPiece > 0 && values.count.isMultiple(of: width), "values fill whole rows")
    let rowCount = values.count / width
    self.init(
      values, width: width,
      pieceRowCounts: stride(from: 0, to: rowCount, by: rowsPerPiece).map { min(rowsPerPiece, rowCount - $0) })
  }

  /// Wraps `values`, [rows, width] row-major, in pieces of the given numbers of rows.
  public init(_ values: [Float], width: Int, pieceRowCounts: [Int]) {
    require(checkedCount(pieceRowCounts.reduce(0, +), width) == values.count, "pieces cover the values")
    self.width = width
    self.values = values
    self.pieceRowCounts = pieceRowCounts
    var start = 0
    starts = pieceRowCounts.map { count in
      defer { start += count * width }
      return start
    }
  }

  /// Passes a piece in place; nothing is copied.
  public func withPiece(_ index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    try values.withUnsafeBufferPointer { buffer in
      try body(UnsafeBufferPointer(rebasing: buffer[starts[index]..<starts[index] + pieceRowCounts[index] * width]))
    }
  }
}
