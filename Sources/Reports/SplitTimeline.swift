import Storage

/// Stretches of one recording, a lane a split over the same time axis, so that it shows what overlaps.
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
  private static let bottom = 46.0

  /// - Parameter title: what the axis is about, e.g. `Ses01F_impro01, seconds`.
  public init(title: String, bars: [Bar]) {
    self.title = title
    self.bars = bars
  }

  /// The chart; nothing where there is nothing to draw.
  public var svg: Markup {
    guard let start = bars.map(\.start).min(), let end = bars.map(\.end).max(), start < end else { return .empty }
    let lanes = ["train", "valid", "test"].filter { lane in bars.contains { $0.split == lane } }
    let floor = Double(lanes.count) * Self.laneHeight
    var drawing = Drawing(height: floor + Self.bottom, label: "Timeline of \(title)")
    let axis = Axis(linear: start...end, count: 8)
    for tick in axis.ticks {
      let x = Self.x(axis, tick.value)
      drawing.line(from: (x, 0), to: (x, floor), "grid")
      drawing.text(tick.label, x: x, y: floor + 16, "tick middle")
    }
    drawing.text(title, x: (Self.left + Drawing.width) / 2, y: floor + 36, "tick middle")
    for (index, lane) in lanes.enumerated() {
      let top = Double(index) * Self.laneHeight
      drawing.text(lane, x: 0, y: top + Self.laneHeight / 2 + 4, "strong")
      for bar in bars where bar.split == lane {
        let (from, to) = (Self.x(axis, bar.start), Self.x(axis, bar.end))
        drawing.rectangle(
          x: from, y: top + 4, width: max(1, to - from), height: Self.laneHeight - 8, lane,
          tip: "\(bar.name), \(lane), \(bar.start.fixed(2)) to \(bar.end.fixed(2)) s")
      }
    }
    drawing.line(from: (Self.left, floor), to: (Drawing.width - 10, floor), "axis")
    return drawing.markup
  }

  private static func x(_ axis: Axis, _ value: Double) -> Double {
    left + axis.position(of: value) * (Drawing.width - 10 - left)
  }
}
