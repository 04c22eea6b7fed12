import Testing

@testable import TensorCore

@Suite("Order statistics of a column")
struct ColumnSelectorTests {
  /// Columns that suit bins of equal width, and columns that do not.
  static let columns: [(name: String, value: @Sendable (inout TestNumbers) -> Float)] = [
    ("even", { .random(in: -1...1, using: &$0) }),
    ("bell", { numbers in (0..<6).reduce(0) { sum, _ in sum + .random(in: -1...1, using: &numbers) } }),
    ("a few values", { Float(Int.random(in: 0...3, using: &$0)) }),
    ("nearly all one value", { Int.random(in: 0..<900, using: &$0) == 0 ? 1 : 0.25 }),
    ("both zeros", { Bool.random(using: &$0) ? 0 : -0.0 }),
    ("every exponent", { Float(bitPattern: .random(in: 0...0xFFFF_FFFF, using: &$0)) }),
    ("huge", { .random(in: 0.5...1, using: &$0) * (Bool.random(using: &$0) ? 3.4e38 : -3.4e38) }),
    ("denormal", { Float(bitPattern: .random(in: 0...300, using: &$0)) }),
    ("far outliers", { Int.random(in: 0..<100, using: &$0) == 0 ? 1e30 : .random(in: 0...1, using: &$0) }),
    ("next to each other", { Float(1).nextUp + Float(Int.random(in: 0...9, using: &$0)) * Float.ulpOfOne }),
    ("infinite", { Int.random(in: 0..<3, using: &$0) == 0 ? .infinity : .random(in: 0...1, using: &$0) }),
  ]

  @Test(
    "ranks and extremes match sorting, with NaN left out",
    arguments: Self.columns.indices, [1, 7, 8, 255, 256, 263, 1000, 5003])
  func ranks(column: Int, count: Int) {
    var numbers = TestNumbers(seed: UInt64(count))
    let cells = (0..<count).map { index in
      index.isMultiple(of: 11) && index > 0 ? Float.nan : Self.columns[column].value(&numbers)
    }
    let sorted = cells.filter { !$0.isNaN }.sorted()
    var selector = ColumnSelector()
    let valid = selector.load(cells, count: count)
    #expect(valid == sorted.count)
    if valid == 0 { return }
    let ranks = [0, valid / 4, valid / 4, valid / 2, min(valid / 2 + 1, valid - 1), valid - 1]
    let found = selector.values(at: ranks, count: valid)
    let expected = ranks.map { (sorted[$0] + 0).bitPattern }
    #expect(found.map(\.bitPattern) == expected, "\(Self.columns[column].name)")
    let (least, greatest) = selector.extremes(count: valid)
    #expect(least.bitPattern == expected[0] && greatest.bitPattern == expected[5])
  }

  @Test("a selector that held a longer column forgets it")
  func reuse() {
    var selector = ColumnSelector()
    _ = selector.load([Float](repeating: -5, count: 900), count: 900)
    let ascending = (0..<300).map { Float($0) }
    #expect(selector.load(ascending, count: 300) == 300)
    #expect(selector.values(at: [0, 150, 299], count: 300) == [0, 150, 299])
    #expect(selector.extremes(count: 300) == (0, 299))
  }
}
