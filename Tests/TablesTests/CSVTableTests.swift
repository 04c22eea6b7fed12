import Testing
import Text

@testable import Tables

@Suite struct CSVTableTests {
  private func rows(_ text: String) throws -> CSVTable { try CSVTable(Array(text.utf8), path: "predictions.csv") }

  @Test("quotes, commas and line breaks in cells are read as RFC 4180 defines")
  func quoted() throws {
    let csv = try rows("id,text\r\n\"a,\"\"b\"\"\",\"x\ny\"\r\nc,d")
    #expect(csv.heading == ["id", "text"])
    #expect(csv.rows == [["a,\"b\"", "x\ny"], ["c", "d"]])
  }

  @Test("a byte order mark is not part of the heading")
  func byteOrderMark() throws {
    #expect(try rows("\u{feff}id,text\na,b\n").heading == ["id", "text"])
  }

  @Test("a short line and an open quote are refused with their number")
  func malformed() {
    #expect {
      _ = try rows("a,b\n1,2\n3\n")
    } throws: { "\($0)".contains("line 3: 1 cells, expected 2") }
    #expect(throws: DataError.self) { _ = try rows("a,b\n\"1,2\n") }
  }

  @Test("an empty file has no heading and no rows")
  func empty() throws {
    #expect(try rows("").heading.isEmpty)
  }

  @Test("blanks belong to their cells, and a blank line is one empty cell")
  func literal() throws {
    #expect(try rows("id,text\n a ,\tb\n").rows == [[" a ", "\tb"]])
    #expect {
      _ = try rows("a,b\n\n1,2\n")
    } throws: { "\($0)".contains("line 2: 1 cells, expected 2") }
  }

  @Test("written cells read back, whatever they contain")
  func roundTrip() throws {
    let cells = ["plain", "", "a,b", "say \"so\"", "two\nlines", " blanks ", "'=1", "ü", "x\r"]
    let text = CSVTable.line(cells.indices.map { "column \($0)" }) + CSVTable.line(cells)
    #expect(try rows(text).rows == [cells])
    #expect(CSVTable.line(["a,b", "c"]) == "\"a,b\",c\n")
  }

  @Test(
    "free text that would be a formula gets an apostrophe, a number does not",
    arguments: [
      ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-happy", "'-happy"), ("@sum", "'@sum"), ("\tx", "'\tx"), ("\rx", "'\rx"),
      ("-1.5", "-1.5"), ("+2", "+2"), ("-1+1|x", "'-1+1|x"), ("-inf", "'-inf"), ("happy", "happy"), ("", ""),
      ("a=b", "a=b"), ("'=x", "'=x"), ("-", "'-"),
    ])
  func cells(text: String, cell: String) {
    #expect(SpreadsheetText.cell(text) == cell)
  }
}
