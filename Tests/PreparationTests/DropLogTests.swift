import Corpora
import Testing
import Text

@testable import Preparation

struct DropLogTests {
  @Test("a log keeps ids by reason and survives JSON")
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
