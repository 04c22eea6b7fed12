import Foundation
import Text

/// A scale along a line: where values lie on it, and which round values get a tick.
public struct Axis: Hashable, Sendable {
  /// A position that gets a line and a label.
  public struct Tick: Hashable, Sendable {
    /// Its position.
    public let value: Double
    /// The value as text, with enough digits to tell neighbouring ticks apart.
    public let label: String
  }

  private enum Scale: Hashable {
    case linear
    /// Linear around 0, logarithmic beyond.
    case symmetricLog
    /// Neighbours in this list are always equally far apart.
    case steps([Double])
  }

  /// The values at the ends.
  public let range: ClosedRange<Double>
  /// Ascending.
  public let ticks: [Tick]
  private let scale: Scale

  /// Spans and steps of values up to here neither overflow nor underflow.
  private static let largest = 1e300

  /// An axis in equal steps that covers all `values` (except infinities, NaN and values beyond ±1e300), with about
  /// `tickCount` ticks.
  ///
  /// - Parameters:
  ///   - isWhole: widens the axis so that it starts and ends at a tick.
  ///   - isCount: whether only whole numbers mean something, and get ticks.
  ///   - suffix: stands behind every label, e.g. ` %`.
  public init(
    holding values: some Sequence<Double>, tickCount: Int, isWhole: Bool = false, isCount: Bool = false,
    suffix: String = ""
  ) {
    let finite = values.filter { $0.magnitude <= Self.largest }.map { $0.magnitude < 1 / Self.largest ? 0 : $0 }
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if low == high {
      let margin = low == 0 ? 1 : abs(low) * 0.1
      (low, high) = (low - margin, high + margin)
    }
    let fitting = Self.roundStep((high - low) / Double(max(1, tickCount)))
    let step = isCount ? max(1, fitting) : fitting
    if isWhole {
      low = (low / step + 1e-9).rounded(.down) * step
      high = (high / step - 1e-9).rounded(.up) * step
    }
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    range = low...high
    scale = .linear
    ticks =
      first > last
      ? []
      : (first...last).map { index in
        Tick(value: Double(index) * step, label: Self.label(Double(index) * step, step: step) + suffix)
      }
  }

  /// An axis for values of any size and sign: linear around 0, logarithmic from about 1 on (asinh).
  ///
  /// Infinities, NaN and what is beyond ±1e300 are left out.
  public init(symmetricLog all: [Double]) {
    let values = all.filter { $0.magnitude <= Self.largest }
    let largest = max(1, values.map { abs($0) }.max() ?? 1)
    let decades = Int(log10(largest).rounded(.up))
    let step = max(1, (decades + 3) / 4)
    let powers = stride(from: 0, through: decades, by: step).map { pow(10, Double($0)) }
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    let marks = powers.reversed().map { -$0 } + [0] + powers
    let (start, end) = (marks.last { $0 <= low } ?? low, marks.first { $0 >= high } ?? high)
    let bounds = start < end ? start...end : (start - 1)...(end + 1)
    scale = .symmetricLog
    range = bounds
    ticks = marks.filter { bounds.contains($0) }.map { Tick(value: $0, label: Self.label($0)) }
  }

  /// An axis through ascending `edges`, at least two, that keeps neighbours equally far apart.
  public init(steps edges: [Double]) {
    range = edges[0]...edges[edges.count - 1]
    scale = .steps(edges)
    ticks = edges.map { Tick(value: $0, label: Self.label($0)) }
  }

  /// Where `value` lies, 0 at the start of the axis and 1 at its end; values beyond an end are placed at that end.
  public func position(of value: Double) -> Double {
    let (low, high) = (place(range.lowerBound), place(range.upperBound))
    return high > low ? (place(min(max(value, range.lowerBound), range.upperBound)) - low) / (high - low) : 0.5
  }

  private func place(_ value: Double) -> Double {
    switch scale {
    case .linear: return value
    case .symmetricLog: return asinh(value)
    case .steps(let edges):
      let index = min((edges.firstIndex { value < $0 } ?? edges.count) - 1, edges.count - 2)
      return Double(index) + (value - edges[index]) / (edges[index + 1] - edges[index])
    }
  }

  /// The smallest of 1, 2, 5 × 10ⁿ that is at least `step`.
  private static func roundStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    let share = step / power
    return power * (share <= 1.000001 ? 1 : share <= 2.000001 ? 2 : share <= 5.000001 ? 5 : 10)
  }
}

extension Axis {
  /// A short text for a value: `−1.5`, `10k`, `2M`, `3e-5`.
  ///
  /// - Parameter step: the distance to the nearest value that must read differently; four digits if nil.
  public static func label(_ value: Double, step: Double? = nil) -> String {
    guard value.isFinite else { return "\(value)" }
    let size = abs(value)
    if size < 1 / largest { return "0" }
    // From five decimals up, an axis of small values uses powers of ten throughout.
    let isFine = step.map { $0 < 0.99e-4 } ?? false
    let step = step ?? pow(10, log10(size).rounded(.down) - 3)
    if size < step / 2 { return "0" }
    let sign = value < 0 ? "−" : ""
    if size >= 1e12 || size < (isFine ? 0.1 : 1e-4) { return sign + scientific(size, step: step) }
    let units = [(1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")]
    let unit = units.first { least, factor, _ in size >= least && step >= factor / 1000 }
    return sign + decimal(size / (unit?.1 ?? 1), step: step / (unit?.1 ?? 1)) + (unit?.2 ?? "")
  }

  /// `2.5e-4`.
  private static func scientific(_ size: Double, step: Double) -> String {
    var exponent = log10(size).rounded(.down)
    // A value just below a power of ten would have the mantissa 10.
    if size / pow(10, exponent) >= 10 - step / pow(10, exponent) / 2 { exponent += 1 }
    let power = pow(10, exponent)
    return decimal(size / power, step: step / power) + "e\(Int(exponent))"
  }

  /// With the decimals that `step` needs, without trailing zeros.
  private static func decimal(_ size: Double, step: Double) -> String {
    let places = min(15, max(0, Int((-log10(step) - 1e-9).rounded(.up))))
    var text = size.fixed(places)
    while text.contains("."), text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
