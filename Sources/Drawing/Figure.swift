/// Panels side by side, as one drawing.
public struct Figure: Hashable, Sendable {
  private let panels: [Panel]
  private let columns: Int
  private let label: String

  private static let panelWidth = 430.0
  private static let panelHeight = 300.0
  private static let margin = 10.0

  /// Arranges panels, row by row.
  ///
  /// - Parameters:
  ///   - columns: panels per row.
  ///   - label: what the figure shows, for screen readers.
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

/// One system of axes with what is drawn in it.
public struct Panel: Hashable, Sendable {
  /// Values that belong together.
  public struct Series: Hashable, Sendable {
    /// How values are drawn. Lines differ by their strokes too, since colour must not carry meaning alone.
    public enum Mark: Hashable, Sendable {
      case line, dashes, dots
      /// From 0 up, as wide as the distance to the next x.
      case bars
    }

    /// A pair of values; one that is not finite interrupts a line and hides a dot.
    public struct Point: Hashable, Sendable {
      /// To the right.
      public var x: Double
      /// Upwards.
      public var y: Double

      /// Creates a point.
      public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
      }
    }

    /// What the legend says; nil leaves it out of the legend.
    public var name: String?
    /// How it is drawn.
    public var mark: Mark
    /// Its colour.
    public var color: Color
    /// From left to right.
    public var points: [Point]

    /// Creates a series.
    public init(_ name: String?, _ mark: Mark, _ color: Color, _ points: [Point]) {
      self.name = name
      self.mark = mark
      self.color = color
      self.points = points
    }

    fileprivate var barWidth: Double { points.count > 1 ? points[1].x - points[0].x : 1 }
  }

  /// A straight line across the panel that values can be read against.
  public enum Guide: Hashable, Sendable {
    /// At an x, with its name.
    case vertical(Double, String)
    /// y = x.
    case diagonal
  }

  /// Above the axes.
  public var title: String
  /// Below the axis.
  public var xLabel: String
  /// Beside the axis.
  public var yLabel: String
  /// Whether only whole numbers are on the horizontal axis, such as epochs.
  public var countsAlong = false
  /// Whether only whole numbers are on the vertical axis, such as samples.
  public var countsUp = false
  /// Drawn in this order.
  public var series: [Series]
  /// Drawn behind the series.
  public var guides: [Guide]

  /// Creates a panel; its axes hold all finite values.
  public init(_ title: String, xLabel: String, yLabel: String, series: [Series], guides: [Guide] = []) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.guides = guides
  }

  /// Draws the panel into a part of the drawing.
  func draw(in place: Drawing.Rectangle, of drawing: inout Drawing) {
    let plot = plot(in: place)
    drawing.text(title, at: .init(plot.area.x, place.y + 16), .init(size: 13, isBold: true))
    drawing.horizontalAxis(of: plot, title: xLabel)
    drawing.verticalAxis(of: plot)
    drawing.text(
      yLabel, at: .init(place.x + 11, plot.area.y + plot.area.height / 2),
      .init(size: 11, anchor: .middle, isUpright: true), .soft)
    for guide in guides { draw(guide, in: plot, of: &drawing) }
    for item in series { draw(item, in: plot, of: &drawing) }
    drawing.baseline(of: plot)
    drawLegend(over: plot, of: &drawing)
  }

  private func plot(in place: Drawing.Rectangle) -> Plot {
    var xs = series.flatMap { $0.points.filter { $0.y.isFinite }.map(\.x) }
    var ys = series.flatMap { $0.points.map(\.y) }
    for item in series where item.mark == .bars {
      ys.append(0)
      xs.append((item.points.last?.x ?? 0) + item.barWidth)
    }
    for guide in guides {
      switch guide {
      case .vertical(let value, _): xs.append(value)
      case .diagonal: break
      }
    }
    return Plot(
      .init(x: place.x + 62, y: place.y + 46, width: place.width - 76, height: place.height - 46 - Plot.titledBottom),
      horizontal: Axis(
        holding: xs, tickCount: 7, isWhole: series.contains { $0.mark == .dots }, isCount: countsAlong),
      vertical: Axis(holding: ys, tickCount: 5, isWhole: true, isCount: countsUp))
  }

  private func draw(_ guide: Guide, in plot: Plot, of drawing: inout Drawing) {
    let area = plot.area
    var ends: (Drawing.Point, Drawing.Point)
    switch guide {
    case .vertical(let value, let name):
      ends = (.init(plot.x(value), area.bottom), .init(plot.x(value), area.y))
      let isRight = plot.horizontal.position(of: value) > 0.6
      let place = Drawing.Point(ends.0.x + (isRight ? -4 : 4), area.y + 11)
      drawing.text(name, at: place, .tick.anchored(isRight ? .end : .start), .soft)
    case .diagonal:
      guard let vertical = plot.vertical, plot.horizontal.range.overlaps(vertical.range) else { return }
      let shared = plot.horizontal.range.clamped(to: vertical.range)
      ends = (plot.point(shared.lowerBound, shared.lowerBound), plot.point(shared.upperBound, shared.upperBound))
    }
    drawing.line(from: ends.0, to: ends.1, dash: [2, 3], .soft)
  }

  private func draw(_ item: Series, in plot: Plot, of drawing: inout Drawing) {
    switch item.mark {
    case .line, .dashes:
      for piece in item.points.split(whereSeparator: { !$0.x.isFinite || !$0.y.isFinite }) {
        let places = piece.map { plot.point($0.x, $0.y) }
        drawing.line(places, width: 1.8, dash: item.mark == .dashes ? [6, 3] : [], item.color)
        if places.count == 1 { drawing.dot(places[0], radius: 2.5, item.color) }
      }
    case .dots:
      for point in item.points where point.x.isFinite && point.y.isFinite {
        drawing.dot(plot.point(point.x, point.y), radius: 2, item.color.opacity(0.45))
      }
    case .bars:
      for point in item.points where point.x.isFinite && point.y.isFinite {
        let (low, high) = (plot.point(point.x, 0), plot.point(point.x + item.barWidth, point.y))
        let gap = min(1, (high.x - low.x) * 0.1)
        drawing.rectangle(
          .init(x: low.x, y: high.y, width: high.x - low.x - gap, height: low.y - high.y), item.color)
      }
    }
  }

  private func drawLegend(over plot: Plot, of drawing: inout Drawing) {
    var x = plot.area.x
    let y = plot.area.y - 14
    for item in series {
      guard let name = item.name else { continue }
      switch item.mark {
      case .line: drawing.line(from: .init(x, y), to: .init(x + 22, y), width: 2, item.color)
      case .dashes: drawing.line(from: .init(x, y), to: .init(x + 22, y), width: 2, dash: [6, 3], item.color)
      case .dots: drawing.dot(.init(x + 11, y), radius: 3, item.color)
      case .bars: drawing.rectangle(.init(x: x + 6, y: y - 4, width: 10, height: 8), item.color)
      }
      drawing.text(name, at: .init(x + 28, y + 4))
      x += 28 + Drawing.TextStyle().width(of: name) + 18
    }
  }
}
