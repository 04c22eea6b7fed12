/// Averages rows of a row-major float32 matrix: sums in float64 in the order of the rows, rounds once to float32.
///
/// One belongs to each worker; nothing is allocated after `init`. The bits do not depend on how the rows of a mean are
/// divided among calls of `add`.
public struct RowMean: ~Copyable {
  /// Columns a row.
  public let width: Int
  /// What becomes of cells that are not finite.
  public let rule: NonFiniteRule
  /// The cells met so far; a row that enters two means counts twice.
  public private(set) var nonFinite: NonFiniteCounts

  private let sums: UnsafeMutablePointer<Double>
  /// Cells left out of the current mean, one count a column; all zero unless `hasBadCells`.
  private let badCells: UnsafeMutablePointer<Int>
  private var hasBadCells = false
  private var rowCount = 0

  /// Prepares to average rows of `width` columns.
  public init(width: Int, rule: NonFiniteRule) {
    precondition(width > 0, "a row has at least one column")
    self.width = width
    self.rule = rule
    nonFinite = NonFiniteCounts(width: width)
    sums = .allocate(capacity: width)
    sums.initialize(repeating: 0, count: width)
    badCells = .allocate(capacity: width)
    badCells.initialize(repeating: 0, count: width)
  }

  deinit {
    sums.deallocate()
    badCells.deallocate()
  }

  /// The mean of adjacent rows of `matrix`, [rows, width], into `output`, [width].
  ///
  /// With no rows the mean is 0 under `.zero` and NaN otherwise.
  public mutating func mean(
    of matrix: UnsafePointer<Float>, rows: Range<Int>, into output: UnsafeMutablePointer<Float>
  ) {
    begin()
    add(matrix, rows: rows)
    finish(into: output)
  }

  /// The mean of the rows of `matrix`, [rows, width], that `rowIndices` names, into `output`, [width].
  public mutating func mean(
    of matrix: UnsafePointer<Float>, rowIndices: UnsafeBufferPointer<Int>, into output: UnsafeMutablePointer<Float>
  ) {
    begin()
    for row in rowIndices { add(matrix, rows: row..<row + 1) }
    finish(into: output)
  }

  /// Starts a mean whose rows come in several calls of `add`.
  public mutating func begin() {
    sums.update(repeating: 0, count: width)
    if hasBadCells { badCells.update(repeating: 0, count: width) }
    hasBadCells = false
    rowCount = 0
  }

  /// Adds adjacent rows of `matrix`, [rows, width], to the mean begun last.
  public mutating func add(_ matrix: UnsafePointer<Float>, rows: Range<Int>) {
    for row in rows {
      let cells = matrix + row * width
      for column in 0..<width {
        let cell = cells[column]
        if cell.isFinite || rule == .propagate { sums[column] += Double(cell) }
        if !cell.isFinite {
          nonFinite.count(cell, column: column)
          badCells[column] += 1
          hasBadCells = true
        }
      }
    }
    rowCount += rows.count
  }

  /// Writes the mean of the rows added since `begin`, [width].
  public mutating func finish(into output: UnsafeMutablePointer<Float>) {
    if rowCount == 0 {
      output.update(repeating: rule == .zero ? 0 : .nan, count: width)
      return
    }
    let divisor = Double(rowCount)
    for column in 0..<width { output[column] = Float(sums[column] / divisor) }
    guard hasBadCells, rule == .leaveOut else { return }
    for column in 0..<width where badCells[column] > 0 {
      let valid = rowCount - badCells[column]
      output[column] = valid == 0 ? .nan : Float(sums[column] / Double(valid))
    }
  }

  /// Forgets the cells met so far.
  public mutating func resetCounts() {
    nonFinite = NonFiniteCounts(width: width)
  }
}
