import Testing

@testable import TensorCore

@Suite("RowMean")
struct RowMeanTests {
  /// The mean of all rows of `matrix`.
  private func mean(_ matrix: [Float], width: Int, _ rule: NonFiniteRule) -> (mean: [Float], counts: NonFiniteCounts) {
    var averager = RowMean(width: width, rule: rule)
    var output = [Float](repeating: -1, count: width)
    averager.mean(of: matrix, rows: 0..<matrix.count / width, into: &output)
    return (output, averager.nonFinite)
  }

  @Test("bad cells are left out, count as zero or propagate, and are counted by kind")
  func rules() {
    let rows: [Float] = [
      1, .nan, .infinity, 4,
      3, 6, 8, -.infinity,
    ]
    let left = mean(rows, width: 4, .leaveOut)
    #expect(left.mean == [2, 6, 8, 4])
    #expect(left.counts.nan == [0, 1, 0, 0])
    #expect(left.counts.positiveInfinity == [0, 0, 1, 0])
    #expect(left.counts.negativeInfinity == [0, 0, 0, 1])
    #expect(left.counts.total == 3)
    #expect(mean(rows, width: 4, .zero).mean == [2, 3, 4, 2])
    let propagated = mean(rows, width: 4, .propagate).mean
    #expect(propagated[0] == 2 && propagated[1].isNaN)
    #expect(propagated[2] == .infinity && propagated[3] == -.infinity)
  }

  @Test("a column without a finite cell is NaN if bad cells are left out")
  func noValidCell() {
    let rows: [Float] = [.nan, 1, .infinity, 2]
    let result = mean(rows, width: 2, .leaveOut).mean
    #expect(result[0].isNaN && result[1] == 1.5)
    #expect(mean(rows, width: 2, .zero).mean == [0, 1.5])
  }

  @Test("a mean of no rows is 0 under zero and NaN otherwise")
  func noRows() {
    let none = [Float](repeating: 0, count: 0)
    #expect(mean(none, width: 2, .zero).mean == [0, 0])
    #expect(mean(none, width: 2, .leaveOut).mean.allSatisfy { $0.isNaN })
    #expect(mean(none, width: 2, .propagate).mean.allSatisfy { $0.isNaN })
  }

  @Test("sums are float64: small cells are not lost next to large ones")
  func accumulation() {
    let rows = [Float](repeating: 1, count: 1000) + [1e8]
    #expect(mean(rows, width: 1, .leaveOut).mean == [Float((1e8 + 1000) / 1001)])
  }

  @Test(
    "every width and number of rows agrees bit for bit with plain sums",
    arguments: [1, 7, 8, 9, 63, 64, 65, 74, 300, 713], [NonFiniteRule.leaveOut, .zero])
  func widths(width: Int, rule: NonFiniteRule) {
    var numbers = TestNumbers(seed: UInt64(width))
    for rowCount in [1, 3, 4, 5, 11] {
      let rows = (0..<rowCount * width).map { _ in
        Int.random(in: 0..<40, using: &numbers) == 0
          ? [Float.nan, .infinity, -.infinity].randomElement(using: &numbers)!
          : Float.random(in: -5...5, using: &numbers)
      }
      let result = mean(rows, width: width, rule)
      for column in 0..<width {
        let cells = (0..<rowCount).map { rows[$0 * width + column] }
        let valid = cells.filter(\.isFinite)
        let divisor = rule == .leaveOut ? valid.count : rowCount
        let expected = Float(valid.reduce(0.0) { $0 + Double($1) } / Double(divisor))
        #expect(result.mean[column].bitPattern == expected.bitPattern || (divisor == 0 && result.mean[column].isNaN))
        #expect(result.counts.nan[column] == cells.filter(\.isNaN).count)
        #expect(result.counts.positiveInfinity[column] == cells.filter { $0 == .infinity }.count)
        #expect(result.counts.negativeInfinity[column] == cells.filter { $0 == -.infinity }.count)
      }
    }
  }

  @Test("rows by index, in a range and in pieces give the same bits")
  func routes() {
    let width = 75
    var numbers = TestNumbers(seed: 5)
    var rows = (0..<23 * width).map { _ in Float.random(in: -1...1, using: &numbers) }
    rows[100] = .nan
    let whole = mean(rows, width: width, .leaveOut).mean
    var averager = RowMean(width: width, rule: .leaveOut)
    var output = [Float](repeating: 0, count: width)
    Array(0..<23).withUnsafeBufferPointer { averager.mean(of: rows, rowIndices: $0, into: &output) }
    #expect(output == whole)
    averager.resetCounts()
    averager.begin()
    for piece in [0..<1, 1..<6, 6..<6, 6..<23] { averager.add(rows, rows: piece) }
    averager.finish(into: &output)
    #expect(output == whole)
    #expect(averager.nonFinite.nan[100 - width] == 1)
    #expect(averager.nonFinite.total == 1)
  }

  @Test("a mean forgets the bad cells of the previous one, but the counts do not")
  func reuse() {
    var averager = RowMean(width: 1, rule: .leaveOut)
    var output: [Float] = [0]
    let rows: [Float] = [.nan, 2, 4]
    averager.mean(of: rows, rows: 0..<2, into: &output)
    #expect(output == [2])
    averager.mean(of: rows, rows: 1..<3, into: &output)
    #expect(output == [3])
    averager.mean(of: rows, rows: 0..<3, into: &output)
    #expect(averager.nonFinite.total == 2)
    averager.resetCounts()
    #expect(averager.nonFinite.total == 0)
  }
}
