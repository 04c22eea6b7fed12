import Testing

@testable import Corpora

struct TallyTests {
  @Test("counts add up by name and survive JSON")
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
}
