import Testing

@testable import TensorCore

@Suite("RadixSelect")
struct RadixSelectTests {
  @Test(
    "ranks match sorting",
    arguments: [
      (count: 1, bound: UInt32.max), (count: 47, bound: 3), (count: 49, bound: .max), (count: 500, bound: 2),
      (count: 500, bound: .max), (count: 3000, bound: 1 << 20), (count: 3000, bound: 1),
    ])
  func ranks(count: Int, bound: UInt32) {
    var numbers = TestNumbers(seed: UInt64(count))
    let keys = (0..<count).map { _ in UInt32.random(in: 0...bound, using: &numbers) }
    let sorted = keys.sorted()
    let select = RadixSelect()
    for ranks in [[0], [count - 1], [0, count / 4, count / 4, count / 2, count - 1]] {
      var copy = keys
      var scratch = keys
      let found = select.select(&copy, scratch: &scratch, count: count, ranks: ranks)
      #expect(found == ranks.map { sorted[$0] })
    }
  }

  @Test("keys order float32 values, with one key for both zeros")
  func keys() {
    let values: [Float] = [
      -.infinity, -3.4e38, -1, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 1, 3.4e38, .infinity,
    ]
    let keys = values.map { SortableKey.key($0) }
    #expect(keys == keys.sorted() && Set(keys).count == keys.count)
    #expect(keys.map { SortableKey.value($0) } == values)
    #expect(SortableKey.key(-0.0) == SortableKey.key(0))
  }
}
