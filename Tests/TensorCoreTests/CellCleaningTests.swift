import Testing

@testable import TensorCore

@Suite("CellCleaning")
struct CellCleaningTests {
  @Test("NaN, infinities and large cells become 0, ±1 and ±1000, and are counted separately")
  func seed() {
    var row: [Float] = [.nan, .infinity, -.infinity, 1000.5, -2e30, 1000, -0.25]
    var counts = NonFiniteCounts(width: row.count)
    let clipped = row.withUnsafeMutableBufferPointer { CellCleaning.seed($0, counting: &counts) }
    #expect(row == [0, 1, -1, 1000, -1000, 1000, -0.25])
    #expect(clipped == 2)
    #expect(counts.nan == [1, 0, 0, 0, 0, 0, 0])
    #expect(counts.positiveInfinity == [0, 1, 0, 0, 0, 0, 0])
    #expect(counts.negativeInfinity == [0, 0, 1, 0, 0, 0, 0])
  }
}
