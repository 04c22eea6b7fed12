import Tables
import Testing

@Suite struct TextTableTests {
  @Test("columns are aligned, lines have no trailing blanks, and harmful characters are shown")
  func lines() {
    var table = TextTable([.left, .right, .left])
    table.add(["name", "n", "note"])
    table.add(["a\u{1b}", "10", ""])
    table.add(["bc"])
    #expect(table.lines == ["name      n  note", "a\\u{1B}  10", "bc"])
  }

  @Test("a cell that is longer than a screen is wide is cut, and the other columns stay aligned")
  func longCell() {
    var table = TextTable([.left, .right])
    table.add([String(repeating: "x", count: 10_000), "1"])
    table.add(["a", "2"])
    #expect(table.lines.map(\.count) == [204, 204])
    #expect(table.lines[0].hasSuffix("x…  1"))
  }
}
