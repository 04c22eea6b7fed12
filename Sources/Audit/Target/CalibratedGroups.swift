import Foundation

/// Whether the mean label of the samples that share a value of a column is exactly that value, up to a line: only averages
/// of these very labels match that well.
///
/// Values that were learned from other samples miss these means by their standard errors.
struct CalibratedGroups: Sendable {
  /// The number of distinct values.
  let groupCount: Int
  /// The share of the label's variance that they explain by a line.
  let explained: Double
  /// The mean square distance of the means from the line, in units of their squared standard errors: 1 by chance.
  let ratio: Double
  /// A bound on the probability of such a small ratio by chance.
  let pValue: Double

  static let fewestGroups = 8
  /// Means that are met less exactly may be those of labels that vary more in some groups than in others.
  static let largestRatio = 0.01

  /// - Parameters:
  ///   - column: one value per sample.
  ///   - target: one value per sample.
  ///   - samples: the samples to use.
  init?(_ column: [Float], _ target: [Double], samples: [Int]) {
    var groups: [Float: (count: Double, sum: Double)] = [:]
    var (square, count) = (0.0, 0.0)
    for sample in samples where column[sample].isFinite && target[sample].isFinite {
      let old = groups[column[sample]] ?? (0, 0)
      groups[column[sample]] = (old.count + 1, old.sum + target[sample])
      square += target[sample] * target[sample]
      count += 1
    }
    guard groups.count >= Self.fewestGroups, Double(groups.count) * 2 <= count else { return nil }
    let points = groups.sorted { $0.key < $1.key }.map {
      (x: Double($0.key), weight: $0.value.count, sum: $0.value.sum)
    }
    let (x, y) = (
      points.reduce(0) { $0 + $1.x * $1.weight } / count, points.reduce(0) { $0 + $1.sum } / count
    )
    var (xx, xy, between) = (0.0, 0.0, 0.0)
    for point in points {
      let (a, b) = (point.x - x, point.sum / point.weight - y)
      xx += point.weight * a * a
      xy += point.weight * a * b
      between += point.weight * b * b
    }
    let total = square - count * y * y
    let within = (total - between) / (count - Double(groups.count))
    guard xx > 0, within > 1e-9 * total / count else { return nil }
    let free = Double(groups.count - 2)
    groupCount = groups.count
    explained = xy * xy / xx / total
    ratio = max(0, between - xy * xy / xx) / free / within
    // P(χ² ≤ t) ≤ (t/2)^(k/2) / Γ(k/2 + 1), k degrees of freedom.
    let half = free / 2
    pValue = min(1, exp(half * log(max(1e-300, half * ratio)) - lgamma(half + 1)))
  }
}
