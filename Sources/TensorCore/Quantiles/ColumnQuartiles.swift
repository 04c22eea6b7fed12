public import Workers

/// The quartiles of a column's valid (not NaN) cells.
///
/// They have the bits that numpy 2.4.6 gives for a float32 column, with two exceptions that it leaves to chance or
/// overflow: a zero is always +0, and a sum or difference beyond float32's range is taken in float64.
public struct ColumnQuartiles: Hashable, Sendable {
  /// How many cells were valid; with none, every value is NaN.
  public var validCount: Int
  /// The smallest valid cell.
  public var minimum: Float
  /// `numpy.nanpercentile(column, (25, 75))[0]`.
  public var lower: Double
  /// `numpy.nanmedian(column)`: the middle value, or the mean of the two middle ones, taken in float32.
  public var median: Float
  /// `numpy.nanpercentile(column, (25, 75))[1]`.
  public var upper: Double
  /// The largest valid cell.
  public var maximum: Float
}

extension ColumnQuartiles {
  /// The shares that a column's order statistics are taken at.
  static let shares = [0.25, 0.5, 0.75]

  /// The 0-based ranks of the two neighbours of a share among `count` values, and how far the share lies from the first
  /// to the second (numpy's method "linear").
  static func neighbours(of share: Double, count: Int) -> (low: Int, high: Int, part: Double) {
    let position = Double(count - 1) * share
    let low = Int(position)
    return (low, min(low + 1, count - 1), position - Double(low))
  }

  /// The ranks of the neighbours of the three shares, in ascending order: six numbers.
  static func ranks(count: Int) -> [Int] {
    shares.flatMap { share in
      let (low, high, _) = neighbours(of: share, count: count)
      return [low, high]
    }
  }

  /// From the values at `ranks(count: validCount)`.
  init(validCount: Int, minimum: Float, maximum: Float, values: [Float]) {
    self.validCount = validCount
    self.minimum = minimum
    self.maximum = maximum
    func interpolated(_ index: Int) -> Double {
      let part = Self.neighbours(of: Self.shares[index], count: validCount).part
      return Self.interpolate(values[2 * index], values[2 * index + 1], part)
    }
    lower = interpolated(0)
    median = validCount.isMultiple(of: 2) ? Self.middle(values[2], values[3]) : values[2]
    upper = interpolated(2)
  }

  /// A column without a valid cell.
  static let empty = ColumnQuartiles(
    validCount: 0, minimum: .nan, lower: .nan, median: .nan, upper: .nan, maximum: .nan)

  /// numpy 2.4.6, `_lerp` with float32 ends and a float64 weight: the difference is rounded to float32 first.
  private static func interpolate(_ low: Float, _ high: Float, _ part: Double) -> Double {
    let rounded = high - low
    let difference = rounded.isFinite ? Double(rounded) : Double(high) - Double(low)
    return part >= 0.5 ? Double(high) - difference * (1 - part) : Double(low) + difference * part
  }

  /// numpy 2.4.6, `median` of an even count: the mean of two float32 values in float32.
  private static func middle(_ low: Float, _ high: Float) -> Float {
    let sum = low + high
    return sum.isFinite ? sum / 2 : Float((Double(low) + Double(high)) / 2)
  }
}

extension ColumnQuartiles {
  /// The quartiles of each column of `rows`, exact, for any number of threads and any division into pieces.
  ///
  /// - Parameters:
  ///   - workers: the threads that read and count.
  ///   - memory: bytes that the caller has; decides how much is handled in one pass, never the result.
  /// - Throws: what `rows` throws; `DataError` 130 when the user interrupts.
  public static func of(
    _ rows: any RowSource, workers: OrderedWorkers, memory: Int = .max
  ) throws -> [ColumnQuartiles] {
    try QuartileSearch(rows: rows, workers: workers, limits: QuartileSearch.Limits(memory: memory)).run()
  }
}
