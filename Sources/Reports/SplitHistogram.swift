import Storage

/// One histogram a split, one above the other over the same axis, so that their shapes can be compared.
///
/// Bars are shares of their split: splits differ in size, and only shapes should be seen. Bins of one width stand on a
/// numeric axis; bins of several widths are drawn equally wide with their borders as labels.
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
  private static let bottom = 46.0

  /// - Parameters:
  ///   - edges: the borders of the bins, rising.
  ///   - axisTitle: what is on the axis, with its unit.
  ///   - unit: what is counted, e.g. `samples`.
  public init(edges: [Double], series: [Series], axisTitle: String, unit: String) {
    self.edges = edges
    self.series = series.filter { $0.counts.count == edges.count - 1 }
    self.axisTitle = axisTitle
    self.unit = unit
  }

  /// The same without the bins at its end that are empty in every split; a few always stay.
  public var withoutEmptyEnd: SplitHistogram {
    var binCount = edges.count - 1
    while binCount > Self.fewestBins, series.allSatisfy({ $0.counts[binCount - 1] == 0 }) { binCount -= 1 }
    if binCount >= edges.count - 1 { return self }
    return SplitHistogram(
      edges: Array(edges[...binCount]),
      series: series.map { .init(name: $0.name, counts: Array($0.counts[..<binCount])) },
      axisTitle: axisTitle, unit: unit)
  }

  /// The chart; nothing where there is nothing to draw.
  public var svg: Markup {
    guard edges.count > 1, edges[edges.count - 1] > edges[0], !series.isEmpty else { return .empty }
    let height = Double(series.count) * (Self.stripHeight + Self.gap) + Self.bottom
    var drawing = Drawing(height: height, label: "Histogram of \(axisTitle) in each split")
    let horizontal = hasEqualBins ? Axis(linear: edges[0]...edges[edges.count - 1], count: 10) : Axis(steps: edges)
    let floor = Double(series.count) * (Self.stripHeight + Self.gap)
    for tick in horizontal.ticks {
      let x = x(horizontal, tick.value)
      drawing.line(from: (x, Self.gap), to: (x, floor), "grid")
      drawing.text(tick.label, x: x, y: floor + 16, "tick middle")
    }
    drawing.text(axisTitle, x: (Self.left + Drawing.width) / 2, y: floor + 36, "tick middle")
    let top = max(0.01, series.map(highestShare).max() ?? 0)
    for (index, strip) in series.enumerated() {
      draw(strip, floor: Double(index + 1) * (Self.stripHeight + Self.gap), top: top, horizontal, into: &drawing)
    }
    return drawing.markup
  }

  private func draw(_ strip: Series, floor: Double, top: Double, _ horizontal: Axis, into drawing: inout Drawing) {
    let total = strip.counts.reduce(0, +)
    drawing.text(strip.name, x: 0, y: floor - Self.stripHeight / 2, "strong")
    drawing.text("\(total.grouped) \(unit)", x: 0, y: floor - Self.stripHeight / 2 + 16, "tick")
    for tick in Axis(linear: 0...(top * 100), count: 3, suffix: " %").ticks where tick.value > 0 {
      let y = floor - tick.value / 100 / top * Self.stripHeight
      drawing.line(from: (Self.left, y), to: (Drawing.width - 10, y), "grid")
      drawing.text(tick.label, x: Self.left - 6, y: y + 4, "tick end")
    }
    for (bin, count) in strip.counts.enumerated() where count > 0 {
      let share = Double(count) / Double(total)
      let (start, end) = (x(horizontal, edges[bin]), x(horizontal, edges[bin + 1]))
      let height = max(1, share / top * Self.stripHeight)
      drawing.rectangle(
        x: start + 0.5, y: floor - height, width: max(0.5, end - start - 1), height: height, strip.name,
        tip: "\(strip.name), \(Axis.label(edges[bin])) to \(Axis.label(edges[bin + 1])): \(count.grouped) \(unit), "
          + "\((share * 100).fixed(1)) %")
    }
    drawing.line(from: (Self.left, floor), to: (Drawing.width - 10, floor), "axis")
  }

  private var hasEqualBins: Bool {
    let width = (edges[edges.count - 1] - edges[0]) / Double(edges.count - 1)
    return zip(edges, edges.dropFirst()).allSatisfy { abs($1 - $0 - width) < 1e-6 * width }
  }

  private func highestShare(_ strip: Series) -> Double {
    let total = strip.counts.reduce(0, +)
    return total > 0 ? Double(strip.counts.max() ?? 0) / Double(total) : 0
  }

  private func x(_ axis: Axis, _ value: Double) -> Double {
    Self.left + axis.position(of: value) * (Drawing.width - 10 - Self.left)
  }
}
