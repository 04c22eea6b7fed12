import Files
import TestSupport
import Testing
import Text

@testable import Audit

@Suite("Ridge regression") struct RidgeSolverTests {
  /// The whole numbers of tools/fixtures/effects.py.
  private func table(rows: Int, columns: Int) -> [[Double]] {
    (0..<rows).map { row in
      (0..<columns).map { column in
        let mixed: Int = row * 37 + column * 101 + row * row * (column + 3)
        return Double(mixed % 29 - 14)
      }
    }
  }

  /// The products of columns, a column of ones and targets.
  private func products(_ table: [[Double]], columns: Int) -> [Double] {
    let rows = table.map { row -> [Double] in Array(row[..<columns]) + [1] + Array(row[columns...]) }
    let order = rows[0].count
    var products = [Double](repeating: 0, count: order * order)
    for row in rows {
      for first in 0..<order {
        for second in 0..<order { products[first * order + second] += row[first] * row[second] }
      }
    }
    return products
  }

  private func cases() throws -> JSONValue {
    try JSONValue(contentsOf: fixture("effects/cases.json"), limit: 1 << 20)
  }

  private func numbers(_ value: JSONValue?) -> [Double] { (value?.elements ?? []).compactMap(\.doubleValue) }

  @Test("coefficients and constants are NumPy's", arguments: 0..<3)
  func reference(number: Int) throws {
    let item = try #require(cases()["ridge"]?.elements?[number])
    let (rows, columns) = (try #require(item["rows"]?.intValue), try #require(item["columns"]?.intValue))
    let targets = try #require(item["targets"]?.intValue)
    var solver = RidgeSolver(width: columns, targetCount: targets)
    solver.solve(
      products(table(rows: rows, columns: columns + targets), columns: columns),
      penalty: try #require(item["penalty"]?.doubleValue), leavingOut: 0..<0)
    let expected = (numbers(item["coefficients"]), numbers(item["constants"]))
    #expect(expected.0.count == columns * targets)
    for (value, other) in zip(solver.coefficients, expected.0) { #expect(abs(value - other) < 1e-10) }
    for (value, other) in zip(solver.constants, expected.1) { #expect(abs(value - other) < 1e-9) }
  }

  @Test("a model without columns is that of a table that never had them, whatever was solved before")
  func leftOut() {
    let whole = table(rows: 30, columns: 8)
    var solver = RidgeSolver(width: 7, targetCount: 1)
    solver.solve(products(whole, columns: 7), penalty: 3, leavingOut: 0..<0)
    solver.solve(products(whole, columns: 7), penalty: 3, leavingOut: 5..<7)
    var other = RidgeSolver(width: 5, targetCount: 1)
    other.solve(products(whole.map { Array($0[..<5]) + [$0[7]] }, columns: 5), penalty: 3, leavingOut: 0..<0)
    for (value, expected) in zip(solver.coefficients, other.coefficients + [0, 0]) {
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(abs(solver.constants[0] - other.constants[0]) < 1e-12)
  }

  @Test("Student's t is SciPy's to three decimals at any number of degrees of freedom")
  func quantiles() throws {
    let expected = try #require(cases()["student_t"]?.members)
    #expect(expected.count > 30)
    for (freedom, value) in expected {
      let found = EffectInterval.quantile(freedom: try #require(Int(freedom)))
      #expect(abs(found - (value.doubleValue ?? 0)) < 0.0005, "\(freedom)")
    }
  }
}
