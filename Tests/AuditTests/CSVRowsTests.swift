import Leaks
import Storage
import Testing

@testable import Audit

@Suite struct CSVRowsTests {
  private func rows(_ text: String) throws -> CSVRows { try CSVRows(Array(text.utf8), path: "predictions.csv") }

  @Test("quotes, commas and line breaks in cells are read as RFC 4180 has them")
  func quoted() throws {
    let csv = try rows("id,text\r\n\"a,\"\"b\"\"\",\"x\ny\"\r\nc,d")
    #expect(csv.heading == ["id", "text"])
    #expect(csv.rows == [["a,\"b\"", "x\ny"], ["c", "d"]])
  }

  @Test("a byte order mark is no part of the heading")
  func byteOrderMark() throws {
    #expect(try rows("\u{feff}id,text\na,b\n").heading == ["id", "text"])
  }

  @Test("a short line is refused with its number, an open quote too")
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
}
