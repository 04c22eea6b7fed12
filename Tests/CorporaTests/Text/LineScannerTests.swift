import Storage
import Testing

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
    "lines come with their numbers, without line ends; blank ones are passed over",
    arguments: [
      ("", []), ("\n", []), ("a", ["1:a"]), ("a\n", ["1:a"]), ("a\r\n\r\nb\r\n", ["1:a", "3:b"]),
      ("\n  \n x \t\n", ["3: x"]),
      ("a\n\n\nb", ["1:a", "4:b"]), ("\r\n\r", []),
    ])
  func split(text: String, expected: [String]) {
    #expect(lines(text) == expected)
  }

  @Test("fields, numbers and integers are taken from left to right")
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
      #expect(scanner.floatOrNaN()?.isNaN == true)
      #expect(scanner.integer(upTo: 99_998) == nil)
    }
    var scanner = LineScanner(UnsafeBufferPointer(start: nil, count: 0))
    #expect(scanner.isAtEnd)
    #expect(scanner.number() == nil)
    #expect(scanner.field().isEmpty)
  }

  @Test("an integer that overflows is none")
  func overflow() {
    Array("99999999999999999999999999".utf8).withUnsafeBufferPointer { bytes in
      var scanner = LineScanner(bytes)
      #expect(scanner.integer(upTo: 1 << 50) == nil)
    }
  }

  @Test("bytes beyond ASCII are Latin-1")
  func latin1() {
    Array("caf".utf8 + [0xe9, 0xff]).withUnsafeBufferPointer { #expect(String(latin1: $0) == "caf\u{e9}\u{ff}") }
  }

  @Test(
    "one bad line is forgiven, more than 5 % are not",
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

  @Test("only the first bad lines are kept, all are counted")
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
