import CTensorCore

/// How the scaled cells of each column lie around 0: exact counts of negative, zero and positive cells, and fine bins
/// between −1 and 1. That is enough to tell whether a column's median is 0 and its quartiles are 1 apart.
///
/// Counts of several instances merge exactly.
public struct UnitHistograms: Sendable {
  /// The columns that are counted, of rows that may have more.
  public let columns: Range<Int>
  private var counts: [UInt32]

  /// Bins per unit. A float16 between ½ and 1, where a quartile of a scaled column lies, has as fine a step.
  public static let binsPerUnit = 2048
  /// Bins of negative cells, then as many of positive ones; the outermost two hold values beyond ±1.
  static let binsPerSide = binsPerUnit + 1
  /// The bins of both sides, and a count of zeros.
  static let countsPerColumn = 2 * binsPerSide + 1

  /// Bytes per column.
  public static let bytesPerColumn = countsPerColumn * MemoryLayout<UInt32>.stride

  /// Nothing counted yet.
  public init(columns: Range<Int>) {
    self.columns = columns
    counts = Array(repeating: 0, count: columns.count * Self.countsPerColumn)
  }

  /// Counts cells of `rows`, [rowCount, width] row-major. NaN cells do not count.
  ///
  /// - Parameter mask: one byte per row; rows with 0 do not count. Nil for all rows.
  public mutating func add(
    _ rows: UnsafeBufferPointer<Float>, rowCount: Int, width: Int, mask: UnsafeBufferPointer<UInt8>?
  ) {
    require(columns.lowerBound >= 0 && columns.upperBound <= width, "columns lie in their rows")
    require(rows.count >= checkedCount(rowCount, width), "rows are as wide as is said")
    require(mask.map { $0.count >= rowCount } ?? true, "a mask a row")
    let (rows, columns) = (rows.start, columns)
    counts.withUnsafeMutableBufferPointer { counts in
      for row in 0..<rowCount {
        if let mask, mask[row] == 0 { continue }
        msa_count_units(
          rows + row * width + columns.lowerBound, columns.count, Self.binsPerUnit, Self.countsPerColumn, counts.start)
      }
    }
  }

  /// Adds the counts of as many columns.
  public mutating func merge(_ other: UnitHistograms) {
    require(other.columns == columns, "only histograms of the same columns are merged")
    for index in counts.indices { counts[index] &+= other.counts[index] }
  }

  /// The counts of a column over several sets of rows together.
  public static func profile(ofColumn column: Int, in sets: [UnitHistograms]) -> UnitProfile {
    var bins = [Int](repeating: 0, count: countsPerColumn)
    for set in sets {
      require(set.columns.contains(column), "a profile is of a column that is counted")
      let first = (column - set.columns.lowerBound) * countsPerColumn
      for bin in bins.indices { bins[bin] += Int(set.counts[first + bin]) }
    }
    return UnitProfile(bins: bins)
  }
}

/// The cells of one column in order, to the width of a bin; zeros are exact.
public struct UnitProfile: Sendable {
  /// Cells below 0.
  public let negativeCount: Int
  /// Cells that are exactly 0.
  public let zeroCount: Int
  /// Cells above 0.
  public let positiveCount: Int
  /// How many cells lie in the bins before each bin; zeros left out.
  private let before: [Int]

  init(bins: [Int]) {
    var before = [0]
    before.reserveCapacity(bins.count)
    for count in bins.dropLast() { before.append(before[before.count - 1] + count) }
    self.before = before
    zeroCount = bins[bins.count - 1]
    negativeCount = before[UnitHistograms.binsPerSide]
    positiveCount = before[before.count - 1] - negativeCount
  }

  /// Where a quantile lies (linear interpolation, `numpy.quantile`), when only `zeros` of the zeros count.
  ///
  /// - Returns: the least and the greatest value that it can have; infinite beyond ±1. Nil without cells.
  public func quantile(_ share: Double, zeros: Int) -> ClosedRange<Double>? {
    let count = negativeCount + zeros + positiveCount
    if count == 0 { return nil }
    let (low, high, part) = ColumnQuartiles.neighbours(of: share, count: count)
    let first = value(atRank: low, zeros: zeros)
    if part == 0 { return first }
    let second = value(atRank: high, zeros: zeros)
    return Self.mix(first.lowerBound, second.lowerBound, part)...Self.mix(first.upperBound, second.upperBound, part)
  }

  /// Where the cell of a 0-based rank lies.
  public func value(atRank rank: Int, zeros: Int) -> ClosedRange<Double> {
    if rank >= negativeCount, rank < negativeCount + zeros { return 0...0 }
    let place = rank < negativeCount ? rank : rank - zeros
    // The last bin that starts at or before the rank holds it; empty bins share their start with the next.
    var (bin, end) = (0, before.count - 1)
    while end - bin > 1 {
      let middle = (bin + end) / 2
      if before[middle] <= place { bin = middle } else { end = middle }
    }
    let last = 2 * UnitHistograms.binsPerSide - 1
    let lower = Double(bin - UnitHistograms.binsPerSide) / Double(UnitHistograms.binsPerUnit)
    let upper = Double(bin + 1 - UnitHistograms.binsPerSide) / Double(UnitHistograms.binsPerUnit)
    return (bin == 0 ? -.infinity : lower)...(bin == last ? .infinity : upper)
  }

  private static func mix(_ low: Double, _ high: Double, _ part: Double) -> Double {
    // Infinite values stay infinite: their difference would be NaN.
    low.isFinite && high.isFinite ? low + (high - low) * part : low.isFinite ? high : low
  }
}
