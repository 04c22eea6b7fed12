import Samples
import TensorCore
import Text

/// Some columns of a modality before and after scaling, for the report.
struct ScalingPicture: Sendable {
  /// Minimum, quartiles and maximum of each shown column after cleaning.
  let before: JSONValue
  /// The same, as stored.
  let after: JSONValue

  /// Columns that the picture shows, and train rows that it is drawn from.
  private static let columnCount = 12
  private static let rowCount = 2000

  /// Draws from the train rows that the scaler was fitted on.
  ///
  /// - Throws: `DataError` when a block cannot be read.
  init(of rows: AlignedRows, scaler: RobustScaler) throws {
    let count = min(rows.width, Self.columnCount)
    let columns = (0..<count).map { $0 * rows.width / count }
    let cells = try Self.cells(of: rows, columns: columns)
    before = Self.strips(cells, columns, scaler) { value, _ in value }
    after = Self.strips(cells, columns, scaler) { value, column in
      (value - scaler.center[column]) / scaler.scale[column]
    }
  }

  /// The cells of evenly spaced rows: [row][shown column].
  private static func cells(of rows: AlignedRows, columns: [Int]) throws -> [[Double]] {
    let total = rows.pieceRowCounts.reduce(0, +)
    let step = max(1, total / rowCount)
    var cells: [[Double]] = []
    var first = 0
    for (piece, rowCount) in rows.pieceRowCounts.enumerated() {
      try rows.withPiece(piece) { values in
        var row = (step - first % step) % step
        while row < rowCount {
          cells.append(columns.map { Double(values[row * rows.width + $0]) })
          row += step
        }
      }
      first += rowCount
    }
    return cells
  }

  /// The quartiles are those of all train rows, the ends those of the rows shown.
  private static func strips(
    _ cells: [[Double]], _ columns: [Int], _ scaler: RobustScaler, _ transform: (Double, Int) -> Double
  ) -> JSONValue {
    let quantiles = columns.enumerated().map { index, column -> JSONValue in
      let values = cells.map { $0[index] }.filter(\.isFinite)
      let quartiles = scaler.columns[column]
      guard let low = values.min(), let high = values.max(), quartiles.validCount > 0 else { return .null }
      let strip = [low, quartiles.lower, Double(quartiles.median), quartiles.upper, high]
      return .array(strip.map { .number(transform($0, column)) })
    }
    return [
      "columns": .array(columns.map { .integer($0) }), "rows": .integer(cells.count), "quantiles": .array(quantiles),
    ]
  }
}
