public import Drawing
import Text

/// Horizontal bars made of parts, one per line, with a legend and the total at each end.
public struct StackedBars: Sendable {
  /// The meaning of a part of every bar, and its colour.
  public struct Part: Sendable {
    let name: String
    let color: Color

    /// Declares a part.
    public init(_ name: String, _ color: Color) {
      self.name = name
      self.color = color
    }
  }

  /// A bar: its name and one value per part.
  public struct Bar: Sendable {
    let name: String
    let values: [Int]

    /// A bar with a value for each part.
    public init(_ name: String, _ values: [Int]) {
      self.name = name
      self.values = values
    }
  }

  private let parts: [Part]
  private let bars: [Bar]
  private let unit: String
  private let isShare: Bool

  private static let left = 150.0
  private static let right = 130.0
  private static let lineHeight = 26.0
  private static let top = 30.0
  private static let longestName = 22
  private static let narrowestLabelled = 48.0

  /// - Parameters:
  ///   - unit: what is counted, in the singular; empty where each bar counts something else.
  ///   - isShare: makes all bars equally long and writes the percentage into each part.
  public init(_ bars: [Bar], parts: [Part], unit: String, isShare: Bool = false) {
    self.isShare = isShare
    self.bars = bars.filter { $0.values.count == parts.count }
    self.parts = parts
    self.unit = unit
  }

  /// The chart; nothing if all values are 0.
  public var svg: Markup {
    let largest = bars.map { $0.values.reduce(0, +) }.max() ?? 0
    guard largest > 0 else { return .empty }
    let counted = unit.isEmpty ? bars.map(\.name).joined(separator: ", ") : 2.noun(unit)
    var drawing = Drawing(height: Self.top + Double(bars.count) * Self.lineHeight, label: "Bars: \(counted)")
    drawLegend(into: &drawing)
    for (index, bar) in bars.enumerated() {
      let y = Self.top + Double(index) * Self.lineHeight
      let name = bar.name.count > Self.longestName ? bar.name.prefix(Self.longestName - 1) + "…" : bar.name[...]
      drawing.text(String(name), at: .init(Self.left - 10, y + 16), .init(anchor: .end))
      let total = bar.values.reduce(0, +)
      let x = draw(bar, y: y, longest: isShare ? total : largest, into: &drawing)
      drawing.text(total.grouped, at: .init(x + 8, y + 16), .tick, .soft)
    }
    return .chart(drawing)
  }

  /// Draws the parts of a bar and returns where it ends.
  private func draw(_ bar: Bar, y: Double, longest: Int, into drawing: inout Drawing) -> Double {
    var x = Self.left
    for (part, value) in zip(parts, bar.values) where value > 0 {
      let width = max(1, Double(value) / Double(longest) * (Drawing.pageWidth - Self.left - Self.right))
      let count = unit.isEmpty ? value.grouped : value.counted(unit)
      let tip = "\(bar.name), \(part.name): \(count)"
      drawing.rectangle(.init(x: x, y: y + 3, width: width, height: Self.lineHeight - 8), part.color, tip: tip)
      if isShare, width > Self.narrowestLabelled {
        drawing.text(
          (Double(value) / Double(longest) * 100).fixed(1) + " %", at: .init(x + width / 2, y + 16),
          .init(size: 11, anchor: .middle, isBold: true, hasRim: true), .white)
      }
      x += width
    }
    return x
  }

  private func drawLegend(into drawing: inout Drawing) {
    var x = Self.left
    for (index, part) in parts.enumerated() where bars.contains(where: { $0.values[index] > 0 }) {
      drawing.rectangle(.init(x: x, y: 6, width: 12, height: 12), part.color, tip: part.name)
      drawing.text(part.name, at: .init(x + 18, 16))
      x += 44 + Drawing.TextStyle().width(of: part.name)
    }
  }
}
