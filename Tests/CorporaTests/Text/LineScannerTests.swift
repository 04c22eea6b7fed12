import Testing
import Text

@testable import Corpora

@Suite("Lines of text")
struct LineScannerTests {
  private func lines(_ text: String) -> [String] {
    var lines: [String] = []
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      LineScanner.forEachLine(of: bytes) { lines.append("\($0):" + String(decoding: $1, as: UTF8.self)) }
    }
    return lines
  }

  @Test(
    "lines are numbered and have no line ends; blank lines are skipped",
    arguments: [
      ("", []), ("\n", []), ("a", ["1:a"]), ("a\n", ["1:a"]), ("a\r\n\r\nb\r\n", ["1:a", "3:b"]),
      ("\n  \n x \t\n", ["3: x"]),
      ("a\n\n\nb", ["1:a", "4:b"]), ("\r\n\r", []), ("a\rb\r", ["1:a", "2:b"]), ("\u{feff}a\nb", ["1:a", "2:b"]),
      ("\u{feff}", []),
      ("\u{feff}\n\u{feff}a", ["2:\u{feff}a"]),
    ])
  func split(text: String, expected: [String]) {
    #expect(lines(text) == expected)
  }

  @Test("fields, numbers and integers are read from left to right")
  func fields() {
    Array(" 12 -3.5,x\tNaN 99999 ".utf8).withUnsafeBufferPointer { bytes in
      var scanner = LineScanner(bytes)
      #expect(scanner.integer(upTo: 12) == 12)
      #expect(scanner.isAtBreak)
      #expect(scanner.number() == -3.5)
      #expect(!scanner.isAtBreak)
      let commas = [scanner.accept(","), scanner.accept(",")]
      #expect(commas == [true, false])
      #expect(String(latin1: scanner.field()) == "x")
      #expect(scanner.number() == nil)
      #expect(scanner.floatCell()?.isNaN == true)
      #expect(scanner.integer(upTo: 99_998) == nil)
    }
    var scanner = LineScanner(UnsafeBufferPointer(start: nil, count: 0))
    #expect(scanner.isAtEnd)
    #expect(scanner.number() == nil)
    #expect(scanner.field().isEmpty)
  }

  /// The cell at the start of a line, as float64 and as float32, and the rest of the line.
  private func cell(_ text: String) -> (double: Double?, float: Float?, rest: String) {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var (scanner, other) = (LineScanner(bytes), LineScanner(bytes))
      let values = (scanner.cell(), other.floatCell())
      return (values.0, values.1, String(decoding: scanner.rest, as: UTF8.self))
    }
  }

  @Test(
    "NaN is read in the spellings of C, Windows and people",
    arguments: [
      "nan", "NaN", "NAN", "-nan", "+nan", "-nan(ind)", "nan(snan)", "NaN(0x8000)", "-NAN(IND)", "1.#QNAN", "-1.#IND",
      "1.#QNAN0", "-1.#IND00", "1.#SNAN", "1.#R", "1.#qnan", "nan()",
    ])
  func notANumber(text: String) {
    for (before, behind) in [("", ""), (" ", " 7"), ("\t", ",7"), ("", ";")] {
      let cell = cell(before + text + behind)
      #expect(cell.double?.isNaN == true && cell.float?.isNaN == true, "\(text)")
      #expect(cell.rest == behind)
    }
  }

  @Test(
    "infinity is read in the spellings of C, Windows and people",
    arguments: [
      "inf", "Inf", "INF", "-inf", "+inf", "infinity", "-Infinity", "1.#INF", "-1.#INF", "1.#INF00", "1.#inf",
    ])
  func infinity(text: String) {
    let cell = cell(text + ",")
    let value = text.hasPrefix("-") ? -Double.infinity : .infinity
    #expect(cell.double == value && cell.float == Float(value))
    #expect(cell.rest == ",")
  }

  @Test(
    "text that only begins like NaN or infinity is not a number, and nothing is consumed",
    arguments: ["na", "in", "- nan", "1.#", "1.#,", "2.#QNAN", "1#INF", "n/a", "null", "", "--inf", "#QNAN"])
  func noCell(text: String) {
    let cell = cell(text)
    #expect(cell.double == nil && cell.float == nil)
    #expect(cell.rest == text)
  }

  @Test("numbers in cells are parsed", arguments: [("1.5#", nil), ("1.5 #", 1.5), ("-2e3x", -2000), ("nanx", .nan)])
  func numberCell(text: String, value: Double?) {
    let double = cell(text).double
    #expect(double == value || (double?.isNaN == true && value?.isNaN == true))
  }

  @Test(
    "a time may be in seconds, as on a clock, or as pandas prints it",
    arguments: [
      ("1.5", 1.5), ("0 days 00:00:01.500000", 1.5), ("0 days", 0), ("1 days 00:00:00.25,7", 86_400.25),
      ("00:01:02.5;", 62.5), ("1:00:00", 3600), ("-1 days +23:59:59.5", -0.5), ("1 day 00:00:01", 86_401),
      ("0 days 00:00:00.010000001", 0.010000001),
    ])
  func time(text: String, value: Double) {
    let time = Array(text.utf8).withUnsafeBufferPointer { bytes in
      var scanner = LineScanner(bytes)
      return scanner.timeCell()
    }
    #expect(time.map { abs($0 - value) < 1e-9 } == true, "\(text): \(time ?? .nan)")
  }

  @Test("text that is not a time is refused", arguments: ["", "x", "1:", "1:2", "1:99:00", "0 days 5", "0 days 1:2"])
  func noTime(text: String) {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var scanner = LineScanner(bytes)
      #expect(scanner.timeCell() == nil)
    }
  }

  @Test("an integer that overflows is refused")
  func overflow() {
    Array("99999999999999999999999999".utf8).withUnsafeBufferPointer { bytes in
      var scanner = LineScanner(bytes)
      #expect(scanner.integer(upTo: 1 << 50) == nil)
    }
  }

  @Test("bytes beyond ASCII are read as Latin-1")
  func latin1() {
    Array("caf".utf8 + [0xe9, 0xff]).withUnsafeBufferPointer { #expect(String(latin1: $0) == "caf\u{e9}\u{ff}") }
  }

  @Test(
    "one bad line is tolerated, more than 5 % are not",
    arguments: [
      (0, 0, false), (1, 1, false), (1, 2, false), (2, 39, true), (2, 40, false), (3, 59, true), (3, 60, false),
    ])
  func tally(bad: Int, lines: Int, isRefused: Bool) throws {
    var tally = LineTally(path: "a.txt")
    for _ in 0..<lines { tally.count() }
    for line in 0..<bad { tally.reject(line + 7, expected: "better") }
    if isRefused {
      let error = #expect(throws: DataError.self) { try tally.check() }
      #expect(error?.code == .badData)
      #expect(
        error?.description.hasPrefix("a.txt: line 7: \(bad) of \(lines) lines are malformed, expected better.") == true)
    } else {
      try tally.check()
    }
  }

  @Test("only the first bad lines are kept, but all are counted")
  func keptLines() throws {
    var tally = LineTally(path: "a.txt")
    for line in 1...200 { tally.reject(line, expected: "better") }
    for _ in 0..<4000 { tally.count() }
    let result = try tally.result([1])
    #expect(result.bad.map(\.line) == Array(1...100))
    #expect(result.badCount == 200)
    #expect(result.bad[0].description == "a.txt: line 1: expected better")
  }
}
