/// Panels side by side, as one drawing.
public struct Figure: Hashable, Sendable {
  private let panels: [Panel]
  private let columns: Int
  private let label: String

  private static let panelWidth = 430.0
  private static let panelHeight = 300.0
  private static let margin = 10.0

  /// Puts panels together, row by row.
  ///
  /// - Parameters:
  ///   - columns: panels in a row.
  ///   - label: what the figure shows, for people who hear the page.
  /// - Precondition: at least one column.
  public init(_ panels: [Panel], columns: Int = 2, label: String) {
    precondition(columns > 0, "at least one column")
    self.panels = panels
    self.columns = columns
    self.label = label
  }

  /// The figure as marks, for a page or a file.
  public var drawing: Drawing {
    let rowCount = max(1, (panels.count + columns - 1) / columns)
    var drawing = Drawing(
      width: Double(min(columns, max(1, panels.count))) * Self.panelWidth + 2 * Self.margin,
      height: Double(rowCount) * Self.panelHeight + 2 * Self.margin, label: label)
    for (index, panel) in panels.enumerated() {
      let place = Drawing.Rectangle(
        x: Self.margin + Double(index % columns) * Self.panelWidth,
        y: Self.margin + Double(index / columns) * Self.panelHeight, width: Self.panelWidth, height: Self.panelHeight)
      panel.draw(in: place, of: &drawing)
    }
    return drawing
  }
}
