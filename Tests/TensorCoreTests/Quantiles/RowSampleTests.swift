import Testing

@testable import TensorCore

@Suite("RowSample")
struct RowSampleTests {
  @Test("one row per stratum, in order, the same in any pieces", arguments: [(10, 10), (1000, 7), (1001, 640), (5, 1)])
  func strata(rowCount: Int, count: Int) {
    let sample = RowSample(rowCount: rowCount, count: count)
    let rows = (0..<count).map { sample.row($0) }
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 })
    #expect(rows.allSatisfy { (0..<rowCount).contains($0) })
    var found: [Int] = []
    for start in stride(from: 0, to: rowCount, by: 3) {
      let piece = start..<min(start + 3, rowCount)
      let strata = sample.strata(in: piece)
      #expect(strata.allSatisfy { piece.contains(sample.row($0)) })
      found += strata
    }
    #expect(found == Array(0..<count))
  }

  @Test("a period in the rows cannot hide from the sample")
  func period() {
    let sample = RowSample(rowCount: 8000, count: 1000)
    let even = (0..<1000).filter { sample.row($0).isMultiple(of: 2) }.count
    #expect((400...600).contains(even))
  }
}
