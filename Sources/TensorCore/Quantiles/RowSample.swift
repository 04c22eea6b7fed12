import CTensorCore
import Files
import Foundation

/// A sample of row numbers that depends only on the two counts: one row of each of `count` equal strata.
///
/// A hash picks the row of each stratum, so no period in the rows can hide from the sample.
struct RowSample: Sendable {
  /// Rows to choose from.
  let rowCount: Int
  /// Rows chosen; at most `rowCount`.
  let count: Int

  /// The row chosen in a stratum; ascending in `stratum`.
  func row(_ stratum: Int) -> Int {
    let start = first(stratum)
    let length = first(stratum + 1) - start
    return start + Int(SplitMix64.next(after: UInt64(stratum) &* SplitMix64.increment) % UInt64(length))
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
}

/// Sampled rows of every column in memory, [width][count].
///
/// `@unchecked Sendable`: while rows are gathered, each row's place is written by the one worker that has its piece; then
/// it is only read.
final class ColumnSample: @unchecked Sendable {
  let width: Int
  let count: Int
  private let memory: PageMemory
  private let values: UnsafeMutablePointer<Float>
  /// Rows that are transposed into columns at once: what one cache line of a column holds.
  private static let rowsAtOnce = 16

  init(width: Int, count: Int) {
    self.width = width
    self.count = count
    memory = PageMemory(count: width * count)
    values = memory.base
  }

  /// A column's values, `count` of them, in the order of the sample.
  func column(_ column: Int) -> UnsafePointer<Float> { UnsafePointer(values + column * count) }

  /// Stores rows at the sample's places `start...`.
  func store(_ addresses: [UnsafePointer<Float>?], at start: Int) {
    require(start >= 0 && addresses.count <= count - start, "rows have a place in their sample")
    addresses.withUnsafeBufferPointer { addresses in
      for first in stride(from: 0, to: addresses.count, by: Self.rowsAtOnce) {
        msa_turn_rows(
          addresses.part(from: first, count: min(Self.rowsAtOnce, addresses.count - first)).baseAddress,
          min(Self.rowsAtOnce, addresses.count - first), width, values + start + first, count)
      }
    }
  }
}
