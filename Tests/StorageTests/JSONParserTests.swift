import Storage
import Testing

@Suite("JSON texts")
struct JSONParserTests {
  @Test("a byte order mark in front of the text is passed over, and nowhere else")
  func byteOrderMark() throws {
    #expect(try JSONValue(parsing: "\u{feff}{\"a\": [1]}") == ["a": [1]])
    #expect(throws: JSONError.malformed(at: 1)) { try JSONValue(parsing: " \u{feff}1") }
    #expect(throws: JSONError.malformed(at: 3)) { try JSONValue(parsing: "\u{feff}\u{feff}1") }
  }
}
