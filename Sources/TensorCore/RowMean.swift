import CTensorCore

/// Averages rows of a row-major float32 matrix: sums in float64 in the order of the rows, rounds once to float32.
///
/// One per worker; nothing is allocated after `init`. The bits do not depend on how the rows of a mean are divided
/// among calls of `add`.
public struct RowMean: ~Copyable {
  /// Columns per row.
  public let width: Int
  /// What happens to non-finite cells.
  public let rule: NonFiniteRule
  private var state: msa_row_sums

  /// Prepares to average rows of `width` columns.
  public init(width: Int, rule: NonFiniteRule) {
    require(width > 0, "a row has a column at least")
    self.width = width
    self.rule = rule
    func zeros<T: BinaryInteger>(_ count: Int) -> UnsafeMutablePointer<T> {
      let numbers = UnsafeMutablePointer<T>.allocate(capacity: count)
      numbers.initialize(repeating: 0, count: count)
      return numbers
    }
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: width)
    sums.initialize(repeating: 0, count: width)
    state = msa_row_sums(
      width: width, sums: sums, bad: zeros(width), counts: zeros(3 * width), rowCount: 0, hasBad: false,
      propagates: rule == .propagate)
  }

  deinit {
    state.sums.deallocate()
    state.bad.deallocate()
    state.counts.deallocate()
  }

  /// The non-finite cells so far; a row that enters two means counts twice.
  public var nonFinite: NonFiniteCounts {
    func counts(_ kind: Int) -> [Int] { Array(UnsafeBufferPointer(start: state.counts + kind * width, count: width)) }
    return NonFiniteCounts(nan: counts(0), positiveInfinity: counts(1), negativeInfinity: counts(2))
  }

  /// The mean of adjacent rows of `matrix`, [rows, width], into `output`, [width].
  ///
  /// With no rows the mean is 0 under `.zero` and NaN otherwise.
  public mutating func mean(
    of matrix: UnsafeBufferPointer<Float>, rows: Range<Int>, into output: Vector
  ) {
    require(output.count == width, "a mean a column")
    require(
      rows.lowerBound >= 0 && checkedCount(rows.upperBound, width) <= matrix.count, "rows lie in their matrix")
    if rows.count == 1, msa_copy_finite_row(matrix.start + rows.lowerBound * width, width, output.start) { return }
    begin()
    if !rows.isEmpty { msa_row_sums_add(&state, matrix.start + rows.lowerBound * width, rows.count) }
    finish(into: output)
  }

  /// The mean of the rows of `matrix`, [rows, width], that `rowIndices` names, into `output`, [width].
  public mutating func mean(
    of matrix: UnsafeBufferPointer<Float>, rowIndices: UnsafeBufferPointer<Int>, into output: Vector
  ) {
    require(output.count == width, "a mean a column")
    let rowLimit = matrix.count / width
    for row in rowIndices { require(row >= 0 && row < rowLimit, "rows lie in their matrix") }
    begin()
    if !rowIndices.isEmpty { msa_row_sums_add_chosen(&state, matrix.start, rowIndices.start, rowIndices.count) }
    finish(into: output)
  }

  /// Starts a mean whose rows arrive in several calls of `add`.
  public mutating func begin() {
    state.sums.update(repeating: 0, count: width)
    if state.hasBad { state.bad.update(repeating: 0, count: width) }
    state.hasBad = false
    state.rowCount = 0
  }

  /// Adds adjacent rows of `matrix`, [rows, width], to the mean begun last.
  public mutating func add(_ matrix: UnsafeBufferPointer<Float>, rows: Range<Int>) {
    require(
      rows.lowerBound >= 0 && checkedCount(rows.upperBound, width) <= matrix.count, "rows lie in their matrix")
    if !rows.isEmpty { msa_row_sums_add(&state, matrix.start + rows.lowerBound * width, rows.count) }
  }

  /// Writes the mean of the rows added since `begin`, [width].
  public mutating func finish(into output: Vector) {
    require(output.count == width, "a mean a column")
    if state.rowCount == 0 {
      output.update(repeating: rule == .zero ? 0 : .nan)
      return
    }
    msa_row_sums_divide(&state, rule == .leaveOut, output.start)
  }

  /// Forgets the cells counted so far.
  public mutating func resetCounts() { state.counts.update(repeating: 0, count: 3 * width) }
}
