/// A part of a drawing in which values have positions: an axis along the bottom and, optionally, one on the left.
public struct Plot: Sendable {
  /// The area of the values.
  public let area: Drawing.Rectangle
  /// From left to right.
  public let horizontal: Axis
  /// From the bottom up.
  public let vertical: Axis?

  /// A plot over `area`.
  public init(_ area: Drawing.Rectangle, horizontal: Axis, vertical: Axis? = nil) {
    self.area = area
    self.horizontal = horizontal
    self.vertical = vertical
  }

  /// Where a value of the horizontal axis lies.
  public func x(_ value: Double) -> Double { area.x + horizontal.position(of: value) * area.width }

  /// Where a value of the vertical axis lies; the bottom if there is none.
  public func y(_ value: Double) -> Double {
    area.bottom - (vertical?.position(of: value) ?? 0) * area.height
  }

  func point(_ x: Double, _ y: Double) -> Drawing.Point { .init(self.x(x), self.y(y)) }

  /// How far below the plot the labels of ticks and the axis's title reach.
  public static let titledBottom = 46.0
}

extension Drawing {
  /// Draws a plot's horizontal axis: a grid line and a label per tick, and the title below.
  public mutating func horizontalAxis(of plot: Plot, title: String? = nil) {
    let area = plot.area
    for tick in plot.horizontal.ticks {
      let x = plot.x(tick.value)
      line(from: .init(x, area.y), to: .init(x, area.bottom), .faint)
      text(tick.label, at: .init(x, area.bottom + 16), .tick.anchored(.middle), .soft)
    }
    if let title {
      text(title, at: .init(area.x + area.width / 2, area.bottom + 36), .tick.anchored(.middle), .soft)
    }
  }

  /// Draws a plot's vertical axis: a grid line and a label per tick.
  public mutating func verticalAxis(of plot: Plot) {
    for tick in plot.vertical?.ticks ?? [] {
      let y = plot.y(tick.value)
      line(from: .init(plot.area.x, y), to: .init(plot.area.right, y), .faint)
      text(tick.label, at: .init(plot.area.x - 6, y + 4), .tick.anchored(.end), .soft)
    }
  }

  /// Draws the line that a plot stands on.
  public mutating func baseline(of plot: Plot) {
    line(from: .init(plot.area.x, plot.area.bottom), to: .init(plot.area.right, plot.area.bottom), .soft)
  }
}
