import Drawing
import Text

/// One histogram per split, stacked over the same axis, so that their shapes can be compared.
///
/// Bars are shares of their split: splits differ in size, and only shapes should be seen. Bins of equal width are on a
/// numeric axis; bins of different widths are drawn equally wide with their edges as labels.
public struct SplitHistogram: Sendable {
  /// The counts of a split, one fewer than there are edges.
  public struct Series: Sendable {
    let name: String
    let counts: [Int]

    /// - Parameter name: `train`, `valid` or `test`; also picks the colour.
    public init(name: String, counts: [Int]) {
      self.name = name
      self.counts = counts
    }
  }

  private let edges: [Double]
  private let series: [Series]
  private let unit: String
  private let axisTitle: String

  private static let fewestBins = 4
  private static let left = 130.0
  private static let stripHeight = 84.0
  private static let gap = 22.0

  /// - Parameters:
  ///   - edges: the edges of the bins, ascending.
  ///   - axisTitle: what is on the axis, with its unit.
  ///   - unit: what is counted, in the singular, e.g. `sample`.
  public init(edges: [Double], series: [Series], axisTitle: String, unit: String) {
    self.edges = edges
    self.series = series.filter { $0.counts.count == edges.count - 1 }
    self.axisTitle = axisTitle
    self.unit = unit
  }

  /// The same without the bins at the end that are empty in every split; a few always stay.
  public var withoutEmptyEnd: SplitHistogram {
    var binCount = edges.count - 1
    while binCount > Self.fewestBins, series.allSatisfy({ $0.counts[binCount - 1] == 0 }) { binCount -= 1 }
    if binCount >= edges.count - 1 { return self }
    return SplitHistogram(
      edges: Array(edges[...binCount]),
      series: series.map { .init(name: $0.name, counts: Array($0.counts[..<binCount])) },
      axisTitle: axisTitle, unit: unit)
  }

  /// The chart; nothing if there is nothing to draw.
  public var svg: Markup {
    guard edges.count > 1, edges[edges.count - 1] > edges[0], !series.isEmpty else { return .empty }
    let floor = Double(series.count) * (Self.stripHeight + Self.gap)
    var drawing = Drawing(height: floor + Plot.titledBottom, label: "Histogram of \(axisTitle) in each split")
    let width = drawing.width - 10 - Self.left
    let horizontal =
      hasEqualBins
      ? Axis(
        holding: [edges[0], edges[edges.count - 1]], tickCount: 10, isCount: edges.allSatisfy { $0.rounded() == $0 })
      : Axis(steps: edges)
    drawing.horizontalAxis(
      of: Plot(.init(x: Self.left, y: Self.gap, width: width, height: floor - Self.gap), horizontal: horizontal),
      title: axisTitle)
    let highest = max(0.01, series.map(highestShare).max() ?? 0)
    let vertical = Axis(holding: [0, highest * 100], tickCount: 3, suffix: " %")
    for (index, strip) in series.enumerated() {
      let top = Double(index) * (Self.stripHeight + Self.gap) + Self.gap
      let area = Drawing.Rectangle(x: Self.left, y: top, width: width, height: Self.stripHeight)
      draw(strip, Plot(area, horizontal: horizontal, vertical: vertical), into: &drawing)
    }
    return .chart(drawing)
  }

  private func draw(_ strip: Series, _ plot: Plot, into drawing: inout Drawing) {
    let total = strip.counts.reduce(0, +)
    let middle = plot.area.y + plot.area.height / 2
    drawing.text(strip.name, at: .init(0, middle), .strong)
    drawing.text(total.counted(unit), at: .init(0, middle + 16), .tick, .soft)
    drawing.verticalAxis(of: plot)
    for (bin, count) in strip.counts.enumerated() where count > 0 {
      let share = Double(count) / Double(total)
      let (start, end) = (plot.x(edges[bin]), plot.x(edges[bin + 1]))
      let top = min(plot.y(share * 100), plot.y(0) - 1)
      drawing.rectangle(
        .init(x: start + 0.5, y: top, width: max(0.5, end - start - 1), height: plot.y(0) - top), .split(strip.name),
        tip: "\(strip.name), \(Axis.label(edges[bin])) to \(Axis.label(edges[bin + 1])): \(count.counted(unit)), "
          + "\((share * 100).fixed(1)) %")
    }
    drawing.baseline(of: plot)
  }

  private var hasEqualBins: Bool {
    let width = (edges[edges.count - 1] - edges[0]) / Double(edges.count - 1)
    return zip(edges, edges.dropFirst()).allSatisfy { abs($1 - $0 - width) < 1e-6 * width }
  }

  private func highestShare(_ strip: Series) -> Double {
    let total = strip.counts.reduce(0, +)
    return total > 0 ? Double(strip.counts.max() ?? 0) / Double(total) : 0
  }
}
