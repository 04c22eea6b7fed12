import TensorCore

/// Whether a column's stored centre and scale can be the median and the interquartile range of certain cells.
///
/// Scaled by statistics of these very cells, their median is 0 and their quartiles are 1 apart; only rounding can move
/// that, and rounding keeps the order. So at the median the signs decide, exactly, in any stored format: no more than half
/// of the cells may be negative, no more than half positive. The quartiles' distance may differ from 1 by the rounding of
/// the four cells it is made of. An imputed cell is a zero that took no part in the fit and looks like a true one, so there
/// must be one number of true zeros for which all of it holds.
struct ColumnFit: Sendable {
  /// Whether everything holds for some number of true zeros.
  let isConsistent: Bool
  /// The median of the cells, in units of the stored scale; 0 for the cells that the statistics were fitted on.
  let center: Double
  /// The distance of the quartiles, in the same units; 1 for the cells that the statistics were fitted on.
  let scale: Double

  /// What is known of how a column was stored.
  struct Storage: Sendable {
    /// The unit roundoff of the stored format: the largest relative error of a cell.
    let roundoff: Double
    /// How far rounding the centre to float32 can move a median, in units of the scale.
    let centerError: Double
    /// Whether the stored scale is 1, which stands for quartiles of one value too.
    let isScaleOne: Bool
    /// Whether zeros may be imputed cells, which took no part in the fit.
    let hasImputedZeros: Bool
  }

  /// Float32 arithmetic of the scaler and of scaling: a few roundings of 2⁻²⁴, with room to spare.
  private static let slack = 0x1p-20

  init(_ profile: UnitProfile, _ storage: Storage) {
    let (negative, positive) = (profile.negativeCount, profile.positiveCount)
    let fewest = storage.hasImputedZeros ? abs(negative - positive) : profile.zeroCount
    if negative + positive == 0 {
      // No cell, or one value only: the scaler leaves such a column as it is.
      self.init(isConsistent: storage.isScaleOne, center: 0, scale: profile.zeroCount == 0 ? .nan : 0)
      return
    }
    let hasBalance = abs(negative - positive) <= profile.zeroCount && fewest <= profile.zeroCount
    let isConsistent = hasBalance && Self.hasUnitScale(profile, zeros: fewest...profile.zeroCount, storage)
    let shown = Self.statistics(profile, zeros: hasBalance ? fewest : profile.zeroCount)
    self.init(isConsistent: isConsistent, center: shown.center, scale: shown.scale)
  }

  private init(isConsistent: Bool, center: Double, scale: Double) {
    self.isConsistent = isConsistent
    self.center = center
    self.scale = scale
  }

  /// Whether for some number of zeros in `zeros` the quartiles are 1 apart and the median is 0.
  private static func hasUnitScale(_ profile: UnitProfile, zeros: ClosedRange<Int>, _ storage: Storage) -> Bool {
    func range(_ zeros: Int) -> ClosedRange<Double> { quartileDistance(profile, zeros: zeros, storage) }
    // While zeros balance the two sides, each further one draws both quartiles to 0: the distance never grows.
    var (low, high) = (zeros.lowerBound, zeros.upperBound)
    if storage.isScaleOne, range(high).lowerBound <= 0 { return true }
    if range(high).lowerBound > 1 { return false }
    while low < high {
      let middle = (low + high) / 2
      if range(middle).lowerBound <= 1 { high = middle } else { low = middle + 1 }
    }
    func holds(_ count: Int) -> Bool {
      range(count).upperBound >= 1 && hasZeroMedian(profile, zeros: count, storage)
    }
    // One zero more than balances the sides is the median itself.
    return holds(low) || low < zeros.upperBound && holds(low + 1)
  }

  private static func quartileDistance(
    _ profile: UnitProfile, zeros: Int, _ storage: Storage
  ) -> ClosedRange<Double> {
    guard let lower = profile.quantile(0.25, zeros: zeros), let upper = profile.quantile(0.75, zeros: zeros) else {
      return 0...0
    }
    func error(_ first: Double, _ second: Double) -> Double { storage.roundoff * (abs(first) + abs(second)) + slack }
    let least = upper.lowerBound - lower.upperBound - error(upper.lowerBound, lower.upperBound)
    let greatest = upper.upperBound - lower.lowerBound + error(upper.upperBound, lower.lowerBound)
    return least...greatest
  }

  private static func hasZeroMedian(_ profile: UnitProfile, zeros: Int, _ storage: Storage) -> Bool {
    guard let median = profile.quantile(0.5, zeros: zeros) else { return true }
    let error = 2 * storage.roundoff * median.magnitude + storage.centerError + slack
    return median.lowerBound - error <= 0 && 0 <= median.upperBound + error
  }

  /// The median and the quartiles' distance, in the middle of their bins.
  private static func statistics(_ profile: UnitProfile, zeros: Int) -> (center: Double, scale: Double) {
    guard let lower = profile.quantile(0.25, zeros: zeros), let median = profile.quantile(0.5, zeros: zeros),
      let upper = profile.quantile(0.75, zeros: zeros)
    else { return (.nan, .nan) }
    return (median.middle, upper.middle - lower.middle)
  }
}

extension ClosedRange<Double> {
  /// The larger distance of an end from 0.
  fileprivate var magnitude: Double { Swift.max(abs(lowerBound), abs(upperBound)) }

  /// The middle; the finite end where the other is not.
  fileprivate var middle: Double {
    lowerBound.isFinite ? upperBound.isFinite ? (lowerBound + upperBound) / 2 : lowerBound : upperBound
  }
}
