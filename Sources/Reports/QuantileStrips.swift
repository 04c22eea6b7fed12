import Drawing
import Text

/// Columns before and after a transformation, side by side: minimum to maximum as a line, the middle half as a box, the
/// median as a thick line. Each side has its own axis, linear around 0 and logarithmic beyond ±1.
public struct QuantileStrips: Sendable {
  /// Minimum, lower quartile, median, upper quartile and maximum.
  public struct Strip: Sendable {
    let values: [Double]

    /// Nil unless there are five finite values.
    public init?(_ values: [Double]) {
      guard values.count == 5, values.allSatisfy(\.isFinite) else { return nil }
      self.values = values
    }
  }

  private let names: [String]
  private let sides: [(title: String, strips: [Strip?])]

  private static let left = 110.0
  private static let gap = 40.0
  private static let lineHeight = 24.0
  private static let top = 28.0
  private static let bottom = 30.0

  /// - Parameters:
  ///   - names: the columns.
  ///   - before: one strip per column; nil if nothing is known.
  ///   - after: see `before`.
  public init(names: [String], before: [Strip?], after: [Strip?]) {
    self.names = names
    sides = [("before scaling", before), ("after scaling", after)]
  }

  /// The chart; nothing if no side has a strip.
  public var svg: Markup {
    guard !names.isEmpty, sides.contains(where: { $0.strips.contains { $0 != nil } }) else { return .empty }
    let height = Self.top + Double(names.count) * Self.lineHeight + Self.bottom
    var drawing = Drawing(height: height, label: "Quantiles of feature columns before and after scaling")
    for (index, name) in names.enumerated() {
      let place = Drawing.Point(Self.left - 12, Self.top + (Double(index) + 0.5) * Self.lineHeight + 4)
      drawing.text(name, at: place, .init(anchor: .end))
    }
    let width = (drawing.width - Self.left - Self.gap - 16) / 2
    for (index, side) in sides.enumerated() {
      let left = Self.left + Double(index) * (width + Self.gap)
      draw(side.title, side.strips, from: left, width: width, into: &drawing)
    }
    return .chart(drawing)
  }

  private func draw(_ title: String, _ strips: [Strip?], from left: Double, width: Double, into drawing: inout Drawing)
  {
    let plot = Plot(
      .init(x: left, y: Self.top, width: width, height: Double(names.count) * Self.lineHeight),
      horizontal: Axis(symmetricLog: strips.flatMap { $0?.values ?? [] }))
    drawing.text(title, at: .init(left + width / 2, 14), .strong.anchored(.middle))
    drawing.horizontalAxis(of: plot)
    drawing.baseline(of: plot)
    for (index, strip) in strips.prefix(names.count).enumerated() {
      guard let values = strip?.values else { continue }
      let y = Self.top + (Double(index) + 0.5) * Self.lineHeight
      let places = values.map(plot.x)
      drawing.line(from: .init(places[0], y), to: .init(places[4], y), .blue)
      let box = Drawing.Rectangle(x: places[1], y: y - 6, width: max(1, places[3] - places[1]), height: 12)
      drawing.rectangle(
        box, .pale,
        tip: "\(names[index]), \(title): min \(Self.text(values[0])), quartiles \(Self.text(values[1])), "
          + "\(Self.text(values[2])), \(Self.text(values[3])), max \(Self.text(values[4]))")
      drawing.outline(box, .blue)
      drawing.line(from: .init(places[2], y - 8), to: .init(places[2], y + 8), width: 3, .blue)
    }
  }

  private static func text(_ value: Double) -> String {
    abs(value) < 1e6 ? value.fixed(3) : "\(value)"
  }
}
