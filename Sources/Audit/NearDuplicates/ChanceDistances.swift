import Foundation

/// Estimates how close samples come by chance, from the data's own distances.
///
/// Whatever density the samples come from, the smallest distances between randomly drawn pairs follow a power law, F(t)
/// = C·tᵐ, where m is the intrinsic dimension of the data (Levina and Bickel, "Maximum likelihood estimation of
/// intrinsic dimension", NIPS 2004). The law is fitted through two of their order statistics and extrapolated below
/// them; in clouds of many columns the true share falls off faster.
struct ChanceDistances: Sendable {
  /// The number of pairs in which both samples are informative.
  let pairCount: Double
  /// A squared distance, and the share of the pairs within it.
  private let reference: (square: Double, share: Double)
  /// m / 2, because squares are compared.
  private let exponent: Double
  private let resolution: Double

  /// The number of pairs per sample within the reference, so large that a copy of every sample does not shift it.
  private static let pairsPerSample = 2.0
  private static let fewestRanks = 8
  /// A steeper law would be extrapolated too far.
  private static let largestDimension = 24.0

  /// - Parameters:
  ///   - squares: the squared distances of the drawn pairs; NaN if a pair has none.
  ///   - total: the number of all pairs.
  ///   - sampleCount: the number of samples.
  ///   - columnCount: the number of columns that are not constant.
  ///   - resolution: the squared distance below which stored numbers are indistinguishable.
  init(_ squares: [Float], drawnOf total: Int, sampleCount: Int, columnCount: Int, resolution: Double) {
    let known = squares.count { !$0.isNaN }
    pairCount = Double(total) * Double(known) / Double(max(1, squares.count))
    self.resolution = resolution
    let wanted = Self.pairsPerSample * Double(sampleCount) * Double(known) / max(1, pairCount)
    let rank = max(1, min(known / 2, max(Self.fewestRanks, Int(wanted))))
    let lowest = Self.lowest(rank, of: squares).map { Double($0) + resolution }
    guard let high = lowest.last, high > 0 else {
      // Either all samples coincide, or there are no pairs.
      reference = (1, known == 0 ? 0 : 1)
      exponent = 0
      return
    }
    // Integers give equal distances, all of which count.
    func within(_ limit: Double) -> Double { Double(squares.count { Double($0) + resolution <= limit }) }
    let all = within(high)
    reference = (high, all / Double(known))
    let half = lowest[max(0, lowest.count / 2 - 1)] < high * (1 - 1e-6) ? lowest[max(0, lowest.count / 2 - 1)] : nil
    guard let low = half ?? lowest.last(where: { $0 < high * (1 - 1e-6) }), low > 0 else {
      exponent = 0.5
      return
    }
    let slope = 2 * log(all / within(low)) / log(high / low)
    exponent = max(1, min(slope, Double(columnCount), Self.largestDimension)) / 2
  }

  /// Returns the number of pairs that chance would bring this close together.
  ///
  /// - Parameter square: the squared distance.
  func expected(within square: Double) -> Double {
    let share = reference.share * pow((square + resolution) / reference.square, exponent)
    return pairCount * min(1, share)
  }

  /// Returns the squared distance within which chance would bring `count` pairs; infinite if there are no more pairs.
  func reach(expecting count: Double) -> Double {
    if count >= pairCount || exponent == 0 { return .infinity }
    let share = count / pairCount
    return reference.square * pow(share / reference.share, 1 / exponent) - resolution
  }

  /// Returns the smallest numbers, sorted.
  private static func lowest(_ count: Int, of squares: [Float]) -> [Float] {
    var kept: [Float] = []
    var limit = Float.infinity
    for square in squares where square <= limit {
      kept.append(square)
      if kept.count >= 4 * count + 64 {
        kept.sort()
        kept.removeLast(kept.count - count)
        limit = kept[count - 1]
      }
    }
    kept.sort()
    return Array(kept.prefix(count))
  }
}
