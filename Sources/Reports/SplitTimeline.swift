import Drawing
import Text

/// Stretches of one recording, one lane per split over the same time axis, so that overlaps show.
public struct SplitTimeline: Sendable {
  /// A stretch of time in a split.
  public struct Bar: Sendable {
    let name: String
    let split: String
    let start: Double
    let end: Double

    /// - Parameters:
    ///   - name: what the stretch is called, shown when the pointer rests on it.
    ///   - split: `train`, `valid` or `test`; picks the lane and its colour.
    ///   - start: seconds.
    ///   - end: seconds.
    public init(name: String, split: String, start: Double, end: Double) {
      self.name = name
      self.split = split
      self.start = start
      self.end = end
    }
  }

  private let bars: [Bar]
  private let title: String

  private static let left = 60.0
  private static let laneHeight = 26.0

  /// - Parameter title: what the axis is about, e.g. `Ses01F_impro01, seconds`.
  public init(title: String, bars: [Bar]) {
    self.title = title
    self.bars = bars
  }

  /// The chart; nothing if there is nothing to draw.
  public var svg: Markup {
    guard let start = bars.map(\.start).min(), let end = bars.map(\.end).max(), start < end else { return .empty }
    let lanes = ["train", "valid", "test"].filter { lane in bars.contains { $0.split == lane } }
    let floor = Double(lanes.count) * Self.laneHeight
    var drawing = Drawing(height: floor + Plot.titledBottom, label: "Timeline of \(title)")
    let plot = Plot(
      .init(x: Self.left, y: 0, width: drawing.width - 10 - Self.left, height: floor),
      horizontal: Axis(holding: [start, end], tickCount: 8))
    drawing.horizontalAxis(of: plot, title: title)
    for (index, lane) in lanes.enumerated() {
      let top = Double(index) * Self.laneHeight
      drawing.text(lane, at: .init(0, top + Self.laneHeight / 2 + 4), .strong)
      for bar in bars where bar.split == lane {
        let (from, to) = (plot.x(bar.start), plot.x(bar.end))
        drawing.rectangle(
          .init(x: from, y: top + 4, width: max(1, to - from), height: Self.laneHeight - 8), .split(lane),
          tip: "\(bar.name), \(lane), \(bar.start.fixed(2)) to \(bar.end.fixed(2)) s")
      }
    }
    drawing.baseline(of: plot)
    return .chart(drawing)
  }
}
