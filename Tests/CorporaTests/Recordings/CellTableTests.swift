import Testing
import Text

@testable import Corpora

@Suite("Tables of clips")
struct CellTableTests {
  private func table(_ text: String, _ name: String = "metadata.csv") throws -> CellTable {
    try CellTable(Array(text.utf8), path: name)
  }

  @Test(
    "the same rows as CSV, TSV and JSON Lines",
    arguments: [
      ("file_name,sentiment,text\na.wav,1.5,\"so, so\"\nb.wav,,x\n", "metadata.csv"),
      ("\u{feff}file_name\tsentiment\ttext\r\na.wav\t1.5\tso, so\r\nb.wav\t\tx", "metadata.tsv"),
      (
        #"{"file_name": "a.wav", "sentiment": 1.5, "text": "so, so"}"# + "\n\n"
          + #"{"file_name": "b.wav", "sentiment": null, "text": "x"}"#, "metadata.jsonl"
      ),
    ])
  func forms(text: String, name: String) throws {
    let table = try table(text, name)
    #expect(table.columns == ["file_name", "sentiment", "text"])
    #expect(table.rows.map(\.cells) == [["a.wav", "1.5", "so, so"], ["b.wav", "", "x"]])
  }

  @Test("a number in JSON keeps its leading zeros only as a text")
  func zeros() throws {
    #expect(try table(#"{"id": "007", "n": 7}"#, "metadata.jsonl").rows[0].cells == ["007", "7"])
  }

  @Test(
    "what is wrong with a table is said with the line",
    arguments: [
      (Array("".utf8), "is empty"), (Array("a,a\n".utf8), "line 1: has the column a twice"),
      (Array("a,b\n1\n".utf8), "line 2: 1 cells"), (Array("a,b\n1,\"x\n".utf8), "a quote is not closed"),
      (Array("a,b\n1,".utf8) + [0xe9, 0x0a], "line 2: cell 2 is not UTF-8"), ([0xff, 0xfe, 0x61, 0], "is UTF-16 text"),
    ])
  func refusals(bytes: [UInt8], expected: String) throws {
    let error = try #require(throws: DataError.self) { try CellTable(bytes, path: "metadata.csv") }
    #expect("\(error)".contains(expected), "\(error)")
    #expect(error.code == .badData && error.file == "metadata.csv")
  }

  @Test(
    "what is wrong with JSON Lines too",
    arguments: [("[1]", "line 1: is not an object"), ("{}\n{", "line 2: malformed JSON")])
  func malformedLines(text: String, expected: String) throws {
    let error = try #require(throws: DataError.self) { try table(text, "metadata.jsonl") }
    #expect("\(error)".contains(expected), "\(error)")
  }
}
