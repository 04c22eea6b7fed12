import Testing
import Text

@Suite("Byte order")
struct ByteOrderTests {
  // In UTF-8, é is one scalar (C3 A9) or two (65 CC 81), which Swift's own order considers equal.
  private static let names = ["\u{E9}", "z", "e\u{301}", "B", "a", "10", "9", "", "\u{1F600}", "\u{FFFD}"]
  private static let sorted = ["", "10", "9", "B", "a", "e\u{301}", "z", "\u{E9}", "\u{FFFD}", "\u{1F600}"]

  @Test("strings are sorted by their UTF-8 bytes, whatever they mean")
  func strings() {
    #expect(Self.names.sortedByBytes().map { Array($0.utf8) } == Self.sorted.map { Array($0.utf8) })
    #expect(!"a".precedesInBytes("a") && "a".precedesInBytes("ab") && "e\u{301}".precedesInBytes("\u{E9}"))
  }

  @Test("elements are sorted by one of their texts")
  func keys() {
    let pairs = Self.names.enumerated().map { (name: $0.element, number: $0.offset) }
    let numbers = [7, 5, 6, 3, 4, 2, 1, 0, 9, 8]
    #expect(pairs.sortedByBytes(\.name).map(\.number) == numbers)
    var inPlace = pairs
    inPlace.sortByBytes(\.name)
    #expect(inPlace.map(\.number) == numbers)
  }
}
