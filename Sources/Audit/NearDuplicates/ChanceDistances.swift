import Foundation

/// How near to each other samples come by chance, by the data's own distances.
///
/// The smallest distances of pairs that were drawn blindly follow a power law, whatever the density is that the samples
/// come from: F(t) = C·tᵐ, with m the number of directions in which the data really spread (Levina and Bickel, "Maximum
/// likelihood estimation of intrinsic dimension", NIPS 2004). It is laid through two of their ranks and carried on below
/// them; in clouds of many columns the true share falls off faster.
struct ChanceDistances: Sendable {
  /// Pairs of which both samples have something of their own.
  let pairCount: Double
  /// The square of a distance, and the share of the pairs within it.
  private let reference: (square: Double, share: Double)
  /// m / 2: squares are compared.
  private let exponent: Double
  private let resolution: Double

  /// So many pairs lie within the reference that a copy of every sample does not move it.
  private static let pairsPerSample = 2.0
  private static let fewestRanks = 8
  /// A steeper law would be carried on too far.
  private static let largestDimension = 24.0

  /// - Parameters:
  ///   - squares: of the distances of pairs that were drawn; NaN where there is none.
  ///   - drawnOf: how many pairs there are in all.
  ///   - sampleCount: how many samples.
  ///   - columnCount: columns that are not constant.
  ///   - resolution: the square of the distance below which stored numbers tell nothing apart.
  init(_ squares: [Float], drawnOf total: Int, sampleCount: Int, columnCount: Int, resolution: Double) {
    let known = squares.count { !$0.isNaN }
    pairCount = Double(total) * Double(known) / Double(max(1, squares.count))
    self.resolution = resolution
    let wanted = Self.pairsPerSample * Double(sampleCount) * Double(known) / max(1, pairCount)
    let rank = max(1, min(known / 2, max(Self.fewestRanks, Int(wanted))))
    let lowest = Self.lowest(rank, of: squares).map { Double($0) + resolution }
    guard let high = lowest.last, high > 0 else {
      // Nothing is far from anything, or there is no pair.
      reference = (1, known == 0 ? 0 : 1)
      exponent = 0
      return
    }
    // Whole numbers give equal distances: all of them count.
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

  /// How many pairs chance would bring as near as this.
  ///
  /// - Parameter square: of the distance.
  func expected(within square: Double) -> Double {
    let share = reference.share * pow((square + resolution) / reference.square, exponent)
    return pairCount * min(1, share)
  }

  /// The square of the distance within which chance would bring so many pairs; infinite where there are no more.
  func reach(expecting count: Double) -> Double {
    if count >= pairCount || exponent == 0 { return .infinity }
    let share = count / pairCount
    return reference.square * pow(share / reference.share, 1 / exponent) - resolution
  }

  /// The smallest numbers, sorted.
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
