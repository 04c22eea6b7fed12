/// What happens to a non-finite cell when rows are averaged.
public enum NonFiniteRule: Sendable {
  /// It is left out; a column with no finite cell has the mean NaN.
  case leaveOut
  /// It counts as 0, and the divisor stays the number of rows.
  case zero
  /// It takes part, so NaN and infinity propagate to the mean.
  case propagate
}

/// How many cells of each column were NaN, +Inf and −Inf.
public struct NonFiniteCounts: Hashable, Sendable {
  /// NaN cells, one count per column.
  public var nan: [Int]
  /// +Inf cells, one count per column.
  public var positiveInfinity: [Int]
  /// −Inf cells, one count per column.
  public var negativeInfinity: [Int]

  /// All zero, for `width` columns.
  public init(width: Int) {
    nan = [Int](repeating: 0, count: width)
    positiveInfinity = nan
    negativeInfinity = nan
  }

  /// Counts made elsewhere, one per column each.
  init(nan: [Int], positiveInfinity: [Int], negativeInfinity: [Int]) {
    (self.nan, self.positiveInfinity, self.negativeInfinity) = (nan, positiveInfinity, negativeInfinity)
  }

  /// Adds the counts of as many columns.
  public mutating func add(_ other: Self) {
    let width = nan.count
    require(positiveInfinity.count == width && negativeInfinity.count == width, "three counts a column")
    require(
      other.nan.count == width && other.positiveInfinity.count == width && other.negativeInfinity.count == width,
      "only counts of one width are added")
    for column in nan.indices {
      nan[column] += other.nan[column]
      positiveInfinity[column] += other.positiveInfinity[column]
      negativeInfinity[column] += other.negativeInfinity[column]
    }
  }

  /// All cells of all kinds.
  public var total: Int {
    nan.reduce(0, +) + positiveInfinity.reduce(0, +) + negativeInfinity.reduce(0, +)
  }

  /// Counts one cell that is not finite.
  mutating func count(_ cell: Float, column: Int) {
    if cell.isNaN {
      nan[column] += 1
    } else if cell > 0 {
      positiveInfinity[column] += 1
    } else {
      negativeInfinity[column] += 1
    }
  }
}

/// Cell-by-cell cleaning after the mean.
public enum CellCleaning {
  /// What `seed` clips to, on either side of 0.
  public static let seedLimit: Float = 1000

  /// The cleaning of the original project: NaN → 0, +Inf → 1, −Inf → −1, then a clip to ±1000.
  ///
  /// `counts` has as many columns as `row` has cells.
  /// - Returns: how many finite cells were clipped.
  public static func seed(_ row: UnsafeMutableBufferPointer<Float>, counting counts: inout NonFiniteCounts) -> Int {
    require(
      counts.nan.count == row.count && counts.positiveInfinity.count == row.count
        && counts.negativeInfinity.count == row.count, "counts of this width")
    var clipped = 0
    for column in row.indices {
      let cell = row[column]
      // One comparison accepts a good cell: it fails for NaN and both infinities too.
      if abs(cell) <= seedLimit { continue }
      if cell.isFinite {
        clipped += 1
        row[column] = cell > 0 ? seedLimit : -seedLimit
      } else {
        counts.count(cell, column: column)
        row[column] = cell.isNaN ? 0 : (cell > 0 ? 1 : -1)
      }
    }
    return clipped
  }
}
