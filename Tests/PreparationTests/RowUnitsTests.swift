import Samples
import Testing

@testable import Preparation

struct RowUnitsTests {
  @Test(
    "units are the rows themselves only if the segments take every row once, in order",
    arguments: [
      (segments: [[0, 1], [2]], isOneRowEach: true),
      (segments: [[0], [], [1, 2]], isOneRowEach: true),
      (segments: [[1, 0], [2]], isOneRowEach: false),
      (segments: [[0, 1], [1, 2]], isOneRowEach: false),
      (segments: [[0, 1]], isOneRowEach: false),
    ])
  func oneRowEach(segments: [[Int]], isOneRowEach: Bool) {
    var units = RowUnits()
    for row in 0..<3 { units.append(rows: [row], extent: nil, fallback: Interval(start: 0, end: 1)) }
    units.segments = segments
    #expect(units.isOneRowEach == isOneRowEach)
  }

  @Test("rows added together equal rows added one by one")
  func appendedRows() {
    let intervals = [Interval(start: 0, end: 0.5), Interval(start: 0.5, end: 2)]
    var together = ModalityOutput(modality: .audio, width: 2)
    var single = ModalityOutput(modality: .audio, width: 2)
    for round in 0..<3 {
      let values = together.appendRows(intervals: intervals, mask: [1, 0])
      for row in 0..<2 {
        let place = single.appendRow(interval: intervals[row], isPresent: row == 0)
        for column in 0..<2 {
          values[2 * row + column] = Float(10 * round + 2 * row + column)
          place[column] = Float(10 * round + 2 * row + column)
        }
      }
    }
    #expect(together.rowCount == 6)
    #expect(together.intervals == single.intervals && together.mask == single.mask)
    #expect(together.valueBytes.elementsEqual(single.valueBytes))
  }
}
