import Foundation

/// A linear scale with round tick values.
struct Axis: Hashable, Sendable {
  /// What the ends stand for.
  let range: ClosedRange<Double>
  /// Round values inside the range, ascending.
  let ticks: [Double]
  private let decimals: Int

  /// A scale that holds `values` (infinities, NaN and what is beyond `largest` are left out) and about `count` ticks;
  /// `padded` widens it to whole ticks.
  init(holding values: some Sequence<Double>, tickCount: Int = 5, padded: Bool) {
    let finite = values.filter { $0.magnitude <= Self.largest }.map { $0.magnitude < 1 / Self.largest ? 0 : $0 }
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if low == high {
      let margin = low == 0 ? 1 : abs(low) * 0.1
      (low, high) = (low - margin, high + margin)
    }
    let step = Self.roundStep((high - low) / Double(tickCount))
    if padded {
      low = (low / step + 1e-9).rounded(.down) * step
      high = (high / step - 1e-9).rounded(.up) * step
    }
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    range = low...high
    ticks = first <= last ? (first...last).map { Double($0) * step } : []
    decimals = max(0, Int(-(log10(step) + 1e-9).rounded(.down)))
  }

  /// Spans and steps of values up to here neither overflow nor vanish.
  private static let largest = 1e300

  /// Where a value lies between 0 and 1.
  func position(_ value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// A tick's value with as many digits as its step needs.
  func label(_ tick: Double) -> String {
    let text = String(format: "%.\(decimals)f", tick == 0 ? 0 : tick)
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// The next of 1, 2, 5 · 10ⁿ.
  private static func roundStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    let digit = step / power
    return (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10) * power
  }
}
