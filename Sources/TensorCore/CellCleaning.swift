/// Cell-by-cell cleaning after the mean.
public enum CellCleaning {
  /// What `seed` clips to, on either side of 0.
  public static let seedLimit: Float = 1000

  /// The cleaning of the project this one replaces: NaN → 0, +Inf → 1, −Inf → −1, then a clip to ±1000.
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
      // One comparison passes a good cell: it fails for NaN and both infinities too.
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
