import TensorCore

/// The mean difference of two scores over test samples, with its 95 % interval.
///
/// Samples of one recording are not independent, so recordings are drawn, not samples: a paired bootstrap, in which both
/// scores of a sample stay together, gives the variance that other test recordings would bring. Models that are trained again
/// without a twentieth of the train recordings (a jackknife) give the variance that another train split would bring. Part of
/// what these vary by comes from the test recordings and is in the first variance already; that part is taken off, but
/// never more than three quarters. The interval is ± t · the root of the sum, with t for as many degrees of freedom as there are
/// recordings with a difference, less one. Where samples hang together in two ways, the larger variance and the smaller
/// number count.
struct EffectInterval: Sendable {
  /// The mean over all test samples.
  let difference: Double
  let low: Double
  let high: Double

  /// Draws of the bootstrap.
  static let drawCount = 2000
  /// Retrainings of the jackknife.
  static let retrainingCount = 20
  private static let seed: UInt64 = 95
  private static let stream: UInt32 = 0x6472_6177

  /// What a retraining came to.
  struct Retraining: Sendable {
    /// One a test sample.
    let differences: [Double]
    /// Which test samples it tells of: not those whose offending samples were left out.
    let isValid: [Bool]
  }

  /// - Parameters:
  ///   - differences: one a test sample, 0 where nothing can differ.
  ///   - clusterings: the recording of each, numbered from 0 without gaps; and what else samples hang together by.
  ///   - isOffended: which test samples can differ.
  init(_ differences: [Double], clusterings: [[Int]], isOffended: [Bool], retrainings: [Retraining]) {
    precondition(!clusterings.isEmpty, "samples are of recordings")
    let count = Double(max(1, differences.count))
    difference = differences.reduce(0, +) / count
    let offended = clusterings.map { clusters in Set(zip(clusters, isOffended).filter(\.1).map(\.0)).count }.min() ?? 0
    let test = clusterings.map { Self.testVariance(differences, $0) }.max() ?? 0
    let share = Double(isOffended.count { $0 }) / count
    let train = Self.trainVariance(differences, clusterings[0], isOffended, retrainings) * share * share
    let freedom = max(1, offended - 1)
    let correction = Double(offended) / Double(freedom)
    let half = Self.quantile(freedom: freedom) * (correction * (test + train)).squareRoot()
    (low, high) = (difference - half, difference + half)
  }

  /// How far the mean over all samples is from the mean over those that nothing offends, where a model's losses are given
  /// once for all: the difference that leaving out the offended samples makes.
  ///
  /// - Parameter losses: one a test sample.
  init(_ losses: [Double], clusters: [Int], isOffended: [Bool]) {
    let whole = Self.totals(losses, clusters)
    let rest = zip(losses, isOffended).map { $1 ? 0 : $0 }
    let left = Self.totals(rest, clusters).sums
    let free = Self.totals(isOffended.map { $0 ? 0 : 1 }, clusters).sums
    func contrast(_ drawn: some Sequence<Int>) -> Double? {
      var (sum, count, freeSum, freeCount) = (0.0, 0.0, 0.0, 0.0)
      for place in drawn {
        sum += whole.sums[place]
        count += whole.counts[place]
        freeSum += left[place]
        freeCount += free[place]
      }
      return freeCount == 0 || count == 0 ? nil : sum / count - freeSum / freeCount
    }
    difference = contrast(whole.sums.indices) ?? 0
    let deviation = Self.spread(Self.draws(whole.sums.count).compactMap { contrast($0) }).deviation
    let offended = Set(zip(clusters, isOffended).filter(\.1).map(\.0)).count
    let others = Set(zip(clusters, isOffended).filter { !$1 }.map(\.0)).count
    let parts = min(offended, others)
    let freedom = max(1, parts - 1)
    let half = Self.quantile(freedom: freedom) * deviation * (Double(parts) / Double(freedom)).squareRoot()
    (low, high) = (difference - half, difference + half)
  }

  /// The variance of the mean over recordings that are drawn again.
  private static func testVariance(_ differences: [Double], _ clusters: [Int]) -> Double {
    let (sums, counts) = totals(differences, clusters)
    if sums.isEmpty { return 0 }
    let means = draws(sums.count).map { drawn -> Double in
      drawn.reduce(0) { $0 + sums[$1] } / drawn.reduce(0) { $0 + counts[$1] }
    }
    let deviation = spread(means).deviation
    return deviation * deviation
  }

  /// Draws of as many clusters as there are, with repetition.
  private static func draws(_ count: Int) -> some Sequence<[Int]> {
    (0..<drawCount).lazy.map { draw in
      var random = PhiloxStream(seed: seed, stream: stream, step: UInt64(draw))
      return (0..<count).map { _ in random.integer(below: count) }
    }
  }

  /// The variance that another train split would bring, of the mean over offended samples.
  private static func trainVariance(
    _ differences: [Double], _ clusters: [Int], _ isOffended: [Bool], _ retrainings: [Retraining]
  ) -> Double {
    var (means, noises) = ([Double](), [Double]())
    for retraining in retrainings {
      let counted = zip(isOffended, retraining.isValid).map { $0 && $1 }
      let changes = zip(retraining.differences, differences).map { $0 - $1 }
      let (sums, counts) = totals(changes, clusters, of: counted)
      if sums.count < 2 { continue }
      let total = counts.reduce(0, +)
      let mean = sums.reduce(0, +) / total
      let squares = zip(sums, counts).reduce(0) { $0 + ($1.0 - mean * $1.1) * ($1.0 - mean * $1.1) }
      means.append(mean)
      noises.append(squares / (total * total) * Double(sums.count) / Double(sums.count - 1))
    }
    if means.count < 2 { return 0 }
    let deviation = spread(means).deviation
    let weight = Double(means.count - 1)
    let jackknife = weight * deviation * deviation
    let own = weight * noises.reduce(0, +) / Double(noises.count)
    return max(jackknife - own, jackknife / 4)
  }

  /// The sum and the number of counted values of each cluster that has any.
  private static func totals(_ values: [Double], _ clusters: [Int], of counted: [Bool]? = nil) -> (
    sums: [Double], counts: [Double]
  ) {
    let size = (clusters.max() ?? -1) + 1
    var (sums, counts) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    for place in values.indices where counted?[place] ?? true {
      sums[clusters[place]] += values[place]
      counts[clusters[place]] += 1
    }
    let present = counts.indices.filter { counts[$0] > 0 }
    return (present.map { sums[$0] }, present.map { counts[$0] })
  }

  /// The mean and the root of the mean squared deviation.
  static func spread(_ values: [Double]) -> (mean: Double, deviation: Double) {
    if values.isEmpty { return (0, 0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count)).squareRoot())
  }

  /// Student's t below which 97.5 % lie: from a table up to 9 degrees of freedom, else by the expansion of Cornish and
  /// Fisher, which is right to 0.0002 from there on.
  static func quantile(freedom: Int) -> Double {
    let table = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622]
    if freedom <= table.count { return table[max(0, freedom - 1)] }
    let (z, n) = (1.959_963_985, Double(freedom))
    let z2 = z * z
    let first = z * (z2 + 1) / 4
    let second = z * (5 * z2 * z2 + 16 * z2 + 3) / 96
    let third = z * (3 * z2 * z2 * z2 + 19 * z2 * z2 + 17 * z2 - 15) / 384
    return z + first / n + second / (n * n) + third / (n * n * n)
  }
}
