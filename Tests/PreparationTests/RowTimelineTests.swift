import Samples
import Testing

@testable import Preparation

struct RowTimelineTests {
  /// The rows that overlap `reference`, with their clipped parts.
  private func overlaps(_ rows: [(Double, Double)], with reference: (Double, Double)) -> [(row: Int, part: Interval)] {
    let timeline = RowTimeline(intervals: rows.flatMap { [$0.0, $0.1] })
    var found: [(row: Int, part: Interval)] = []
    timeline.forEachOverlap(with: Interval(start: reference.0, end: reference.1)) { position, part in
      found.append((timeline.rows[position], part))
    }
    return found
  }

  @Test(
    "a row is kept if its part inside the reference is longer than the tolerance",
    arguments: [
      (row: (0.0, 1.0), isKept: false),  // only touches at 1
      (row: (0.5, 1.5), isKept: true),  // spans the border
      (row: (1.2, 1.4), isKept: true),  // inside
      (row: (0.0, 9.0), isKept: true),  // spans all
      (row: (2.0, 3.0), isKept: false),  // only touches at 2
      (row: (1.5, 1.5), isKept: false),  // no length
      (row: (1.999995, 3.0), isKept: false),  // overlaps by half the tolerance
      (row: (1.99998, 3.0), isKept: true),  // overlaps by twice the tolerance
    ])
  func rule(row: (Double, Double), isKept: Bool) {
    #expect(overlaps([row], with: (1, 2)).isEmpty == !isKept)
  }

  @Test("a row that spans a border belongs to both sides, clipped to each")
  func border() {
    #expect(overlaps([(0.5, 1.5)], with: (0, 1)).map(\.part) == [Interval(start: 0.5, end: 1)])
    #expect(overlaps([(0.5, 1.5)], with: (1, 2)).map(\.part) == [Interval(start: 1, end: 1.5)])
  }

  @Test("unsorted and overlapping rows are ordered by start time, ties by file order")
  func unsorted() {
    let rows = [(3.0, 4.0), (0.0, 10.0), (1.0, 2.0), (1.0, 1.5), (5.0, 6.0)]
    #expect(overlaps(rows, with: (1, 5.5)).map(\.row) == [1, 2, 3, 0, 4])
    // The long row reaches into a reference that starts after later rows have ended.
    #expect(overlaps(rows, with: (6.5, 7)).map(\.row) == [1])
  }

  @Test("reversed, non-finite and excluded rows are left out and counted")
  func counts() {
    let timeline = RowTimeline(
      intervals: [0, 1, 2, 1, .nan, 3, 3, .infinity, 4, 5], excluding: [false, false, false, false, true])
    #expect(timeline.rows == [0])
    #expect(timeline.reversedCount == 1)
    #expect(timeline.nonFiniteCount == 2)
    #expect(timeline.excludedCount == 1)
  }

  @Test("the timeline agrees with a scan of all rows, for rows in any order", arguments: 0..<50)
  func againstScan(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    let rows = (0..<40).map { _ in
      let start = (next() * 20).rounded() / 2
      return (start, start + (next() * 6).rounded() / 2)
    }
    for _ in 0..<20 {
      let start = (next() * 20).rounded() / 2
      let reference = (start, start + next() * 4)
      let expected = rows.indices.filter {
        Interval(start: rows[$0].0, end: rows[$0].1).clipped(to: Interval(start: reference.0, end: reference.1)) != nil
      }
      #expect(Set(overlaps(rows, with: reference).map(\.row)) == Set(expected))
    }
  }
}
