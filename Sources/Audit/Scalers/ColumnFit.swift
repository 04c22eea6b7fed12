import TensorCore

/// Decides whether a column's stored centre and scale can be the median and the interquartile range of certain cells.
///
/// If the statistics come from these very cells, the scaled cells have median 0 and quartiles 1 apart; only rounding
/// can change that, and rounding preserves order. At the median, therefore, the signs decide exactly in any stored
/// format: at most half of the cells may be negative and at most half positive. The interquartile range may deviate
/// from 1 by the rounding of the four cells it is made of. An imputed cell is a zero that took no part in the fit but
/// looks like a true one, so there must be a number of true zeros for which all of this holds.
struct ColumnFit: Sendable {
  /// Whether everything holds for some number of true zeros.
  let isConsistent: Bool
  /// Whether cells lie on both sides of 0; a constant column is consistent with any fit.
  let isTelling: Bool
  /// Whether few cells are 0, so that a median of 0 does not come about by values that repeat.
  let isFine: Bool
  /// The median of the cells, in units of the stored scale; 0 for the cells that the statistics were fitted to.
  let center: Double
  /// The interquartile range, in the same units; 1 for the cells that the statistics were fitted to.
  let scale: Double

  /// What is known about how a column was stored.
  struct Storage: Sendable {
    /// The unit roundoff of the stored format: the largest relative error of a cell.
    let roundoff: Double
    /// How far rounding the centre to float32 can shift a median, in units of the scale.
    let centerError: Double
    /// Whether the stored scale is 1, which also stands for coinciding quartiles.
    let isScaleOne: Bool
    /// Whether zeros may be imputed cells, which took no part in the fit.
    let hasImputedZeros: Bool
  }

  /// A few roundings of 2⁻²⁴ in the float32 arithmetic of the scaler and of scaling, with a margin.
  private static let slack = 0x1p-20

  init(_ profile: UnitProfile, _ storage: Storage) {
    let (negative, positive) = (profile.negativeCount, profile.positiveCount)
    let fewest = storage.hasImputedZeros ? abs(negative - positive) : profile.zeroCount
    if negative + positive == 0 {
      // With no cells, or a single value, the scaler leaves the column unchanged.
      self.init(
        isConsistent: storage.isScaleOne, isTelling: false, isFine: false, center: 0,
        scale: profile.zeroCount == 0 ? .nan : 0)
      return
    }
    let hasBalance = abs(negative - positive) <= profile.zeroCount && fewest <= profile.zeroCount
    let isConsistent = hasBalance && Self.hasUnitScale(profile, zeros: fewest...profile.zeroCount, storage)
    let shown = Self.statistics(profile, zeros: hasBalance ? fewest : profile.zeroCount)
    self.init(
      isConsistent: isConsistent, isTelling: negative > 0 && positive > 0,
      isFine: Double(profile.zeroCount) <= Self.mostZeros * Double(negative + positive), center: shown.center,
      scale: shown.scale)
  }

  private static let mostZeros = 0.05

  private init(isConsistent: Bool, isTelling: Bool, isFine: Bool, center: Double, scale: Double) {
    self.isFine = isFine
    self.isConsistent = isConsistent
    self.isTelling = isTelling
    self.center = center
    self.scale = scale
  }

  /// Returns whether, for some number of zeros in `zeros`, the quartiles are 1 apart and the median is 0.
  private static func hasUnitScale(_ profile: UnitProfile, zeros: ClosedRange<Int>, _ storage: Storage) -> Bool {
    func range(_ zeros: Int) -> ClosedRange<Double> { quartileDistance(profile, zeros: zeros, storage) }
    // While zeros balance the two sides, each further one pulls both quartiles towards 0, so their distance never
    // grows.
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
    // One zero more than needed for balance is itself the median.
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

  /// Returns the median and the interquartile range, taking the middle of their bins.
  private static func statistics(_ profile: UnitProfile, zeros: Int) -> (center: Double, scale: Double) {
    guard let lower = profile.quantile(0.25, zeros: zeros), let median = profile.quantile(0.5, zeros: zeros),
      let upper = profile.quantile(0.75, zeros: zeros)
    else { return (.nan, .nan) }
    return (median.middle, upper.middle - lower.middle)
  }
}

extension ClosedRange<Double> {
  /// The larger of the bounds' absolute values.
  fileprivate var magnitude: Double { Swift.max(abs(lowerBound), abs(upperBound)) }

  /// The middle; if one bound is infinite, the other.
  fileprivate var middle: Double {
    lowerBound.isFinite ? upperBound.isFinite ? (lowerBound + upperBound) / 2 : lowerBound : upperBound
  }
}
