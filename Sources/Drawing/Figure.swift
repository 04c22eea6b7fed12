/// Panels side by side, as one picture.
public struct Figure: Hashable, Sendable {
  public var panels: [Panel]
  /// Panels in a row.
  public var columns: Int
  /// The size of a panel in points.
  public var panelWidth: Double
  public var panelHeight: Double

  /// - Precondition: at least one column.
  public init(_ panels: [Panel], columns: Int = 2, panelWidth: Double = 420, panelHeight: Double = 300) {
    precondition(columns > 0, "at least one column")
    self.panels = panels
    self.columns = columns
    self.panelWidth = panelWidth
    self.panelHeight = panelHeight
  }

  /// The picture as an SVG document.
  ///
  /// - Throws: `DataError` 70 when it cannot be drawn.
  public func svg() throws -> String { try Canvas.svg(width: width, height: height, draw) }

  /// The same picture as PNG, two pixels a point.
  ///
  /// - Throws: `DataError` 70 when it cannot be drawn.
  public func png() throws -> [UInt8] { try Canvas.png(width: width, height: height, draw) }

  private static let margin = 10.0

  private var rowCount: Int { max(1, (panels.count + columns - 1) / columns) }
  private var width: Double { Double(min(columns, max(1, panels.count))) * panelWidth + 2 * Self.margin }
  private var height: Double { Double(rowCount) * panelHeight + 2 * Self.margin }

  private func draw(on canvas: Canvas) {
    canvas.fill(x: 0, y: 0, width: width, height: height, .white)
    for (index, panel) in panels.enumerated() {
      panel.draw(
        on: canvas, x: Self.margin + Double(index % columns) * panelWidth,
        y: Self.margin + Double(index / columns) * panelHeight, width: panelWidth, height: panelHeight)
    }
  }
}
