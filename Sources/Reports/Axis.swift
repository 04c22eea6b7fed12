import Foundation
import Storage

/// Maps values to positions along a line and knows where ticks go.
struct Axis {
  /// A position that gets a line and a label.
  struct Tick: Hashable {
    var value: Double
    var label: String
  }

  private enum Shape {
    case linear
    /// Linear around 0, logarithmic beyond.
    case symmetricLog
    /// The distance between two neighbours in this list is always the same.
    case steps([Double])
  }

  let ticks: [Tick]
  private let bounds: ClosedRange<Double>
  private let shape: Shape

  /// An axis in equal steps over `range`, with about `count` ticks at round numbers.
  init(linear range: ClosedRange<Double>, count: Int, suffix: String = "") {
    let step = Self.roundStep((range.upperBound - range.lowerBound) / Double(max(1, count)))
    bounds = range
    shape = .linear
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    ticks =
      first > last
      ? []
      : stride(from: first, through: last, by: 1).map {
        Tick(value: $0 * step, label: Self.label($0 * step) + suffix)
      }
  }

  /// An axis for values of any size and sign: linear around 0, logarithmic from about 1 on (asinh).
  init(symmetricLog values: [Double]) {
    let largest = max(1, values.map { abs($0) }.max() ?? 1)
    let decades = Int(log10(largest).rounded(.up))
    let step = max(1, (decades + 3) / 4)
    let powers = stride(from: 0, through: decades, by: step).map { pow(10, Double($0)) }
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    let all = powers.reversed().map { -$0 } + [0] + powers
    let (start, end) = (all.last { $0 <= low } ?? low, all.first { $0 >= high } ?? high)
    shape = .symmetricLog
    bounds = start < end ? start...end : (start - 1)...(end + 1)
    let shown = bounds
    ticks = all.filter { shown.contains($0) }.map { Tick(value: $0, label: Self.label($0)) }
  }

  /// An axis through rising `edges` that keeps neighbours equally far apart.
  init(steps edges: [Double]) {
    bounds = edges[0]...edges[edges.count - 1]
    shape = .steps(edges)
    ticks = edges.map { Tick(value: $0, label: Self.label($0)) }
  }

  /// Where `value` lies, 0 at the start of the axis and 1 at its end.
  func position(of value: Double) -> Double {
    let (low, high) = (place(bounds.lowerBound), place(bounds.upperBound))
    return high > low ? (place(min(max(value, bounds.lowerBound), bounds.upperBound)) - low) / (high - low) : 0.5
  }

  private func place(_ value: Double) -> Double {
    switch shape {
    case .linear: return value
    case .symmetricLog: return asinh(value)
    case .steps(let edges):
      let index = min((edges.firstIndex { value < $0 } ?? edges.count) - 1, edges.count - 2)
      return Double(index) + (value - edges[index]) / (edges[index + 1] - edges[index])
    }
  }

  /// The smallest of 1, 2, 5 × 10ⁿ that is at least `step`.
  static func roundStep(_ step: Double) -> Double {
    guard step > 0, step.isFinite else { return 1 }
    let power = pow(10, log10(step).rounded(.down))
    let share = step / power
    return power * (share <= 1.000001 ? 1 : share <= 2.000001 ? 2 : share <= 5.000001 ? 5 : 10)
  }

  /// A short text for a round number: `−1.5`, `10k`, `2M`.
  static func label(_ value: Double) -> String {
    let size = abs(value)
    let text: String
    switch size {
    case ..<1e-9: return "0"
    case ..<1e-3: text = "1e\(Int(log10(size).rounded()))"
    case ..<1e4: text = trimmed(size.fixed(3))
    case ..<1e6: text = trimmed((size / 1e3).fixed(2)) + "k"
    case ..<1e9: text = trimmed((size / 1e6).fixed(2)) + "M"
    case ..<1e12: text = trimmed((size / 1e9).fixed(2)) + "G"
    default: text = "1e\(Int(log10(size).rounded()))"
    }
    return value < 0 ? "−" + text : text
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.contains("."), text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
