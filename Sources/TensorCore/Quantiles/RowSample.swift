/// A sample of row numbers that depends on nothing but the two counts: one row of each of `count` equal strata.
///
/// Which row of its stratum is decided by a hash, so no period in the rows can hide from the sample.
struct RowSample: Sendable {
  /// Rows to choose from.
  let rowCount: Int
  /// Rows chosen; at most `rowCount`.
  let count: Int

  /// The row chosen in a stratum; ascending in `stratum`.
  func row(_ stratum: Int) -> Int {
    let start = first(stratum)
    let length = first(stratum + 1) - start
    return start + Int(Self.hash(UInt64(stratum)) % UInt64(length))
  }

  /// The strata whose rows lie in `rows`.
  func strata(in rows: Range<Int>) -> Range<Int> {
    stratum(after: rows.lowerBound)..<stratum(after: rows.upperBound)
  }

  /// The first stratum whose row is `row` or a later one.
  private func stratum(after row: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self.row(middle) < row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first row of a stratum.
  private func first(_ stratum: Int) -> Int {
    let (high, low) = rowCount.multipliedFullWidth(by: stratum)
    return count.dividingFullWidth((high, low)).quotient
  }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  private static func hash(_ number: UInt64) -> UInt64 {
    var state = (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
    state = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    state = (state ^ (state >> 27)) &* 0x94d0_49bb_1331_11eb
    return state ^ (state >> 31)
  }
}
