import Drawing

/// The feature values of two samples as two pictures next to each other: equal samples look equal.
///
/// A row of the picture is a row of the sample, a column a feature; blue is above the median, red below, and the colour
/// saturates at three scales.
public struct SideBySide: Sendable {
  /// One of the two samples.
  public struct Side: Sendable {
    let title: String
    let rows: [[Float]]

    /// - Parameters:
    ///   - title: the sample and its split.
    ///   - rows: scaled values, the same number in each row.
    public init(title: String, rows: [[Float]]) {
      self.title = title
      self.rows = rows
    }
  }

  private let first: Side
  private let second: Side
  private let label: String

  /// Rows and columns that are drawn: enough to see that two samples are the same, few enough for a page.
  public static let rowLimit = 12
  /// See `rowLimit`.
  public static let columnLimit = 40
  private static let gap = 40.0
  private static let top = 24.0
  private static let fullColour: Float = 3

  /// - Parameter label: what is compared, e.g. `audio`.
  public init(label: String, _ first: Side, _ second: Side) {
    self.label = label
    self.first = first
    self.second = second
  }

  /// The chart; nothing if a side has no value.
  public var svg: Markup {
    let rowCount = min(Self.rowLimit, max(first.rows.count, second.rows.count))
    let columnCount = min(Self.columnLimit, [first, second].map { $0.rows.first?.count ?? 0 }.max() ?? 0)
    if rowCount == 0 || columnCount == 0 { return .empty }
    let width = (Drawing.pageWidth - Self.gap) / 2
    let size = min(16, width / Double(columnCount))
    var drawing = Drawing(
      height: Self.top + Double(rowCount) * size + 24,
      label: "The first \(label) values of \(first.title) and of \(second.title)")
    for (side, left) in [(first, 0.0), (second, width + Self.gap)] {
      drawing.text(side.title, at: .init(left, 14), .strong)
      for (row, values) in side.rows.prefix(rowCount).enumerated() {
        for (column, value) in values.prefix(columnCount).enumerated() where value != 0 && !value.isNaN {
          let strength = 0.1 + 0.9 * Double(min(1, abs(value) / Self.fullColour))
          drawing.rectangle(
            .init(
              x: left + Double(column) * size, y: Self.top + Double(row) * size, width: size - 1, height: size - 1),
            (value > 0 ? Color.blue : .red).opacity(strength))
        }
      }
    }
    drawing.text(
      "\(label): the first \(rowCount) rows and \(columnCount) columns",
      at: .init(0, Self.top + Double(rowCount) * size + 18), .tick, .soft)
    return .chart(drawing)
  }
}
