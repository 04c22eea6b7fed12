import Storage
import Testing

@testable import Preparation

struct TallyTests {
  @Test("counts add up by name, and JSON gives them back")
  func sums() {
    var first = Tally()
    first.add(2, to: "a")
    first.add(0, to: "never")
    var second = Tally()
    second.add(3, to: "a")
    second.add(1, to: "b")
    first.add(second)
    #expect(first["a"] == 5)
    #expect(first["none"] == 0)
    #expect(Tally(json: first.json) == first)
    #expect(first.counts["never"] == nil)
  }

  @Test("a log keeps ids by reason, and JSON gives them back")
  func log() {
    var log = DropLog()
    log.add("v[1]", .noWord)
    log.add("v[2]", .noWord)
    log.add("v[0]", .emptyLabelInterval)
    #expect(DropLog(json: log.json()) == log)
    #expect(log.json(limit: 1).elements?[1]["ids"] == ["v[1]"])
    #expect(log.json(limit: 1).elements?[1]["count"] == 2)
  }
}
