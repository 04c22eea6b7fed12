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
}
