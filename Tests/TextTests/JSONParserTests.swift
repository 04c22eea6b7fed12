import Testing
import Text

@Suite("JSON texts")
struct JSONParserTests {
  @Test("a byte order mark is skipped at the start of the text and nowhere else")
  func byteOrderMark() throws {
    #expect(try JSONValue(parsing: "\u{feff}{\"a\": [1]}") == ["a": [1]])
    #expect(throws: JSONError.malformed(at: 1)) { try JSONValue(parsing: " \u{feff}1") }
    #expect(throws: JSONError.malformed(at: 3)) { try JSONValue(parsing: "\u{feff}\u{feff}1") }
  }

  @Test("64 levels are read, and 65 are refused", arguments: [("[", "]"), ("{\"a\":", "}")])
  func depth(open: String, close: String) throws {
    func nested(_ levels: Int) -> String {
      String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
    }
    #expect(try JSONValue(parsing: nested(64)) != .null)
    #expect(throws: JSONError.tooDeep(at: 65 * open.utf8.count)) { try JSONValue(parsing: nested(65)) }
    // Unterminated, as in a bomb.
    #expect(throws: JSONError.tooDeep(at: 65 * open.utf8.count)) {
      try JSONValue(parsing: String(repeating: open, count: 100_000))
    }
  }

  @Test(
    "integers keep 64 bits, and other numbers become the nearest double",
    arguments: [
      ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9.223372036854775808e18)),
      ("1.0", .number(1)), ("1e2", .number(100)), ("1E+2", .number(100)), ("25e-1", .number(2.5)),
      ("-0.0", .number(-0.0)),
      ("0.1", .number(0.1)), ("1e-400", .number(0)), ("5e-324", .number(.leastNonzeroMagnitude)),
    ] as [(String, JSONValue)])
  func numbers(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(
    "numbers that RFC 8259 does not allow are refused",
    arguments: [
      "01", "-01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "-", "--1", "0x10", "1_000", "NaN", "Infinity", "-Infinity",
      "1e400",
      "-1e400", "1 2", "١",
    ])
  func notNumbers(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test(
    "escapes become the characters they stand for",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u4F60""#, "Aé你"), (#""\u0000""#, "\0"),
      (#""\uD83D\uDE00""#, "😀"), (#""\ud800\udc00\udbff\udfff""#, "\u{10000}\u{10ffff}"), (#""😀""#, "😀"),
    ])
  func escapes(text: String, expected: String) throws {
    #expect(try JSONValue(parsing: text) == .string(expected))
  }

  @Test(
    "half a surrogate pair is refused, whichever half and wherever it is",
    arguments: [
      #""\ud83d""#, #""\ude00""#, #""\ud83d\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ude00\ud83d""#,
      #""\ud83d\u0041""#,
    ])
  func loneSurrogates(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test(
    "strings that RFC 8259 does not allow are refused",
    arguments: [
      #"""#, #""abc"#, #""\x41""#, #""\u12""#, #""\u+123""#, #""\u12g4""#, "\"\n\"", "\"\u{0}\"", "'a'", #""\"#,
    ])
  func notStrings(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
  }

  @Test(
    "invalid documents are refused",
    arguments: [
      "", " ", "[1,]", "[,1]", "[1 2]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{1:2}", "[1", "{\"a\":1", "nul", "True",
      "[1]]", "// 1",
    ])
  func notDocuments(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test("a repeated key in an object is refused, even if one of the two is escaped")
  func duplicateKey() throws {
    #expect(throws: JSONError.duplicateKey("a")) { try JSONValue(parsing: #"{"a":1,"b":2,"\u0061":3}"#) }
    #expect(try JSONValue(parsing: #"[{"a":1},{"a":2}]"#) == [["a": 1], ["a": 2]])
  }
}
