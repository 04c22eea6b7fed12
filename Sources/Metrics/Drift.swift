import Foundation

/// How much two samples of one quantity differ in distribution.
public enum Drift {
  /// The two-sample Kolmogorov–Smirnov test.
  public struct KolmogorovSmirnov: Hashable, Sendable {
    /// The largest distance between the two empirical distribution functions, as `scipy.stats.ks_2samp`.
    public let statistic: Double
    /// The probability of at least this distance under a common distribution, by Kolmogorov's limit
    /// (`scipy.special.kolmogorov` of statistic · √(nm/(n+m))); too large for small samples.
    public let pValue: Double
  }

  /// Compares two samples; NaN if either is empty or contains a NaN.
  public static func kolmogorovSmirnov(_ first: [Double], _ second: [Double]) -> KolmogorovSmirnov {
    if first.isEmpty || second.isEmpty || first.contains(where: \.isNaN) || second.contains(where: \.isNaN) {
      return KolmogorovSmirnov(statistic: .nan, pValue: .nan)
    }
    let (a, b) = (first.sorted(), second.sorted())
    var (i, j) = (0, 0)
    var largest = 0.0
    while i < a.count, j < b.count {
      let value = min(a[i], b[j])
      while i < a.count, a[i] == value { i += 1 }
      while j < b.count, b[j] == value { j += 1 }
      largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    let (n, m) = (Double(a.count), Double(b.count))
    return KolmogorovSmirnov(statistic: largest, pValue: kolmogorovTail(largest * (n * m / (n + m)).squareRoot()))
  }

  /// The population stability index of `actual` against `expected`: Σ (a − e) · ln(a/e) over the shares in
  /// `binCount` bins; see `StabilityBins`.
  /// - Precondition: at least one bin.
  public static func populationStabilityIndex(expected: [Double], actual: [Double], binCount: Int = 10) -> Double {
    StabilityBins(expected: expected, count: binCount).index(of: actual)
  }

  /// The bins of a population stability index, from the sample that is expected.
  ///
  /// Inner edges are the quantiles of the sample (linear, `numpy.quantile`), each once; a value on an edge belongs to
  /// the bin above. Shares below 0.0001 count as 0.0001, so that an empty bin does not make the index infinite. Rules
  /// of thumb: below 0.1 similar, above 0.25 different.
  public struct StabilityBins: Sendable {
    private let borders: [Double]
    /// The share of the expected sample in each bin; empty if it is unknown.
    private let expected: [Double]

    /// - Precondition: at least one bin.
    public init(expected: [Double], count: Int = 10) {
      precondition(count > 0, "at least one bin")
      if expected.isEmpty || expected.contains(where: \.isNaN) {
        (borders, self.expected) = ([], [])
        return
      }
      let sorted = expected.sorted()
      var borders: [Double] = []
      for bin in 1..<count {
        let border = quantile(Double(bin) / Double(count), ofSorted: sorted)
        if border != borders.last { borders.append(border) }
      }
      self.borders = borders
      // How many values lie below each border, in the order of the values.
      var below: [Int] = [0]
      var place = 0
      for border in borders {
        while place < sorted.count, sorted[place] < border { place += 1 }
        below.append(place)
      }
      below.append(sorted.count)
      self.expected = zip(below, below.dropFirst()).map { share($1 - $0, of: sorted.count) }
    }

    /// The index of a sample; NaN if it or the expected one is empty or contains a NaN.
    public func index(of actual: [Double]) -> Double {
      if expected.isEmpty || actual.isEmpty || actual.contains(where: \.isNaN) { return .nan }
      return zip(shares(actual, borders), expected).reduce(0) { $0 + ($1.0 - $1.1) * log($1.0 / $1.1) }
    }
  }

  /// numpy's linear interpolation, from whichever neighbour is nearer.
  private static func quantile(_ share: Double, ofSorted values: [Double]) -> Double {
    let position = share * Double(values.count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, values.count - 1)
    let t = position - Double(lower)
    let step = values[upper] - values[lower]
    return t < 0.5 ? values[lower] + step * t : values[upper] - step * (1 - t)
  }

  private static let smallestShare = 1e-4

  private static func shares(_ values: [Double], _ borders: [Double]) -> [Double] {
    var counts = [Int](repeating: 0, count: borders.count + 1)
    for value in values {
      var (low, high) = (0, borders.count)
      while low < high {
        let middle = (low + high) / 2
        if borders[middle] <= value { low = middle + 1 } else { high = middle }
      }
      counts[low] += 1
    }
    return counts.map { share($0, of: values.count) }
  }

  private static func share(_ count: Int, of all: Int) -> Double { max(Double(count) / Double(all), smallestShare) }

  /// P(K > x) of Kolmogorov's distribution: below 1 by the theta-transformed series, which converges there in a few
  /// terms; above by the alternating one.
  private static func kolmogorovTail(_ x: Double) -> Double {
    if x <= 0 { return 1 }
    if x < 1 {
      let terms = stride(from: 1.0, through: 9, by: 2).map { exp(-$0 * $0 * .pi * .pi / (8 * x * x)) }
      return max(0, 1 - (2 * Double.pi).squareRoot() / x * terms.reduce(0, +))
    }
    let terms = (1...8).map { k in (k % 2 == 1 ? 1.0 : -1.0) * exp(-2 * Double(k * k) * x * x) }
    return min(1, 2 * terms.reduce(0, +))
  }
}
