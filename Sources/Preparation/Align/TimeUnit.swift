/// A unit that times may be in by mistake.
struct TimeUnit: Hashable, Sendable {
  /// What they are: `milliseconds`.
  let name: String
  /// How many of them make a second.
  let perSecond: Double

  /// So fine that no recording is as long as its labels by accident.
  static let fine: [TimeUnit] =
    [
      TimeUnit(name: "milliseconds", perSecond: 1e3), TimeUnit(name: "microseconds", perSecond: 1e6),
      TimeUnit(name: "units of 100 nanoseconds", perSecond: 1e7), TimeUnit(name: "nanoseconds", perSecond: 1e9),
    ]
    + [8000.0, 16_000, 22_050, 44_100, 48_000].map {
      TimeUnit(name: "sample numbers at \(Int($0)) Hz", perSecond: $0)
    }
  /// Rates of cameras and of acoustic features.
  static let frames = [10.0, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120, 200, 240].map {
    TimeUnit(name: "frame numbers at \(Int($0)) a second", perSecond: $0)
  }

  /// The unit whose factor is nearest to `ratio`, where the ratio lies within `range` times that factor.
  static func nearest(to ratio: Double, among units: [TimeUnit], within range: ClosedRange<Double>) -> TimeUnit? {
    units.filter { range.contains(ratio / $0.perSecond) }
      .min { abs(ratio / $0.perSecond - 1) < abs(ratio / $1.perSecond - 1) }
  }
}
