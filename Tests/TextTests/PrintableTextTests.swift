import Testing
import Text

@Suite("Text that a terminal or spreadsheet must not obey")
struct PrintableTextTests {
  /// Every character that is shown as an escape.
  static let harmful =
    [0..<0x20, 0x7f..<0xa0, 0x61c..<0x61d, 0x200e..<0x2010, 0x2028..<0x202f, 0x2066..<0x206a]
    .flatMap { $0 as Range<UInt32> }.compactMap(Unicode.Scalar.init)

  @Test("each harmful character becomes an escape, wherever it is, and nothing else changes")
  func escapes() {
    for scalar in Self.harmful {
      let digits = String(scalar.value, radix: 16, uppercase: true)
      #expect(PrintableText.line("a\(scalar)b") == "a\\u{\(digits)}b")
      #expect(PrintableText.line("\(scalar)") == "\\u{\(digits)}")
    }
    let plain = "-qX[3] naïve 😀 日本 \u{a0}\u{e9}\u{2013}\u{2192}\u{200d}\u{fffd} \\u{1B} \"'"
    #expect(PrintableText.line(plain) == plain)
    #expect(PrintableText.line("") == "")
    #expect(PrintableText.line("a\r\nb") == "a\\u{D}\\u{A}b")
  }

  @Test("line feeds end the lines of a whole text, and are escaped within a single line")
  func lines() {
    #expect(PrintableText.lines("a\nb\tc\n") == "a\nb\\u{9}c\n")
    #expect(PrintableText.joined(["a\nb", "c"]) == "a\\u{A}b\nc")
  }

  @Test(
    "bytes that are not UTF-8 are shown as bytes, and all others unchanged",
    arguments: [
      (Array("naïve 日".utf8), "naïve 日"), ([0x6b, 0xe9], "k\\xE9"), ([0xe9, 0x2e, 0x1b], "\\xE9.\\u{1B}"),
      ([0x61, 0xe6, 0x97, 0x62], "a\\xE6\\x97b"), ([0xff, 0xfe], "\\xFF\\xFE"), ([], ""),
    ] as [([UInt8], String)])
  func undecodable(bytes: [UInt8], shown: String) { #expect(PrintableText.line(decoding: bytes) == shown) }

  @Test("a JSON document keeps its meaning, with its own escapes")
  func json() throws {
    let text = Self.harmful.map { "x\($0)y" }.joined()
    let document: JSONValue = ["key\u{9b}": .string(text), "list": ["\u{202e}", .string("plain é")]]
    let printed = PrintableText.json(document.prettyText)
    #expect(!printed.unicodeScalars.contains { PrintableText.isHarmful($0) && $0 != "\n" })
    #expect(try JSONValue(parsing: printed) == document)
    #expect(printed.contains("\\u202e") && printed.contains("plain é"))
  }

  @Test("values are cut after 200 characters, and message parts lose their middle after 1,000")
  func bounds() {
    let plain = [String](repeating: "é7", count: 200).joined(separator: " ")
    #expect(PrintableText.bounded(plain) == plain)
    #expect(PrintableText.bounded("") == "")
    let value = String(repeating: "é", count: 200)
    #expect(PrintableText.bounded("a \(value)  b") == "a \(value)  b")
    #expect(PrintableText.bounded("a \(value)é is bad") == "a \(value)… is bad")
    #expect(PrintableText.cut(value) == value)
    #expect(PrintableText.cut(value + "x") == value + "…")
    let words = [String](repeating: "word", count: 400).joined(separator: " ")
    let bounded = PrintableText.bounded("first " + words + " last")
    #expect(bounded.count == 1001 && bounded.contains("…"))
    #expect(bounded.hasPrefix("first word") && bounded.hasSuffix("word last"))
  }

  @Test("an error stays short, whatever its names contain")
  func endlessErrors() {
    let endless = String(repeating: "x", count: 1_000_000)
    let list = [String](repeating: "0.5", count: 300_000).joined(separator: ", ")
    let error = DataError(
      .badData, file: endless, place: endless, "label [\(list)]", expected: "group \(endless) and no other",
      advice: endless)
    let value = String(repeating: "x", count: 200) + "…"
    #expect(error.bounded.place == value)
    #expect(error.bounded.expected == "group \(value) and no other")
    #expect(error.description.count < 11_000)
    let short = DataError(.badData, file: "a", place: "b", "c", expected: "d", advice: "e")
    #expect(short.bounded == short)
  }

  @Test("an error is one line, whatever its names contain")
  func errors() {
    let error = DataError(
      .badData, file: "a\u{1b}[2J.csd", place: "x\ny", "found \u{9b}31m", expected: "\u{202e}b",
      advice: "\u{7f}c\u{2028}")
    #expect(
      error.description == "a\\u{1B}[2J.csd: x\\u{A}y: found \\u{9B}31m, expected \\u{202E}b. \\u{7F}c\\u{2028}")
  }
}
