/// A stretch of time in seconds, from `start` up to `end`.
public struct Interval: Hashable, Sendable {
  /// The start, in seconds.
  public var start: Double
  /// The end, in seconds.
  public var end: Double

  /// CMU SDK (`mmdataset.align`, `epsilon`): times closer than this, in seconds, count as equal.
  public static let tolerance = 1e-5

  /// Creates an interval; `end` may lie before `start` if a file says so (see `isReversed`).
  public init(start: Double, end: Double) {
    self.start = start
    self.end = end
  }

  /// The length in seconds.
  public var duration: Double { end - start }

  /// Whether both times are finite.
  public var isFinite: Bool { start.isFinite && end.isFinite }

  /// Whether it ends before it starts.
  public var isReversed: Bool { end < start }

  /// Whether it is too short to align to: |start − end| below the tolerance.
  public var isEmpty: Bool { abs(start - end) < Self.tolerance }

  /// The part of this row that lies within `reference`, by the CMU SDK's rule: the two overlap by more than −ε at each
  /// side, and the clipped part is longer than ε, so rows that only touch are excluded.
  public func clipped(to reference: Interval) -> Interval? {
    guard reference.end - start > -Self.tolerance, end - reference.start > -Self.tolerance else { return nil }
    let part = Interval(start: max(start, reference.start), end: min(end, reference.end))
    return abs(part.duration) > Self.tolerance ? part : nil
  }
}
