import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("IEMOCAP word times")
struct WordSegmentFileTests {
  private func parse(_ text: String, frameOffset: Int = 0) throws -> ParsedLines<SpokenWord> {
    try WordSegmentFile.parse(Array(text.utf8), path: "a.wdseg", frameOffset: frameOffset)
  }

  private let header = "   SFrm  EFrm    SegAScr Word\n"
  private let total = " Total score:     -9584342\n"

  @Test("words have half-open intervals; silences and fillers are skipped, and variants are resolved")
  func fixture() throws {
    let bytes = try InputFile.contents(of: TestSupport.fixture("iemocap/words.wdseg"), limit: 1 << 20)
    let parsed = try WordSegmentFile.parse(bytes, path: "words.wdseg")
    #expect(parsed.values.map(\.word) == ["EXCUSE", "ME", "WHAT", "I'LL", "X(Y)", "(2)"])
    #expect(parsed.values[0].interval == Interval(start: 0.26, end: 0.77))
    #expect(parsed.values[1].interval == Interval(start: 0.77, end: 0.91))
    #expect(parsed.skipped == 4)
    #expect(parsed.bad.isEmpty)
  }

  @Test(
    "silence and noise are not words, however an aligner writes them",
    arguments: ["<sil>", "SIL", "sil", "sp", "spn", "SPN", "NSN", "<unk>", "++NOISE++", "+UH+", "[LAUGHTER]", "SIL(2)"])
  func pause(token: String) throws {
    let parsed = try parse(header + "0 9 -1 \(token)\n10 19 -1 SO\n" + total)
    #expect(parsed.values.map(\.word) == ["SO"])
    #expect(parsed.skipped == 1)
  }

  @Test("another frame convention shifts every word", arguments: [-1, 0, 3])
  func offset(frames: Int) throws {
    let parsed = try parse(header + "10 19 -5 HI\n" + total, frameOffset: frames)
    #expect(
      parsed.values.map(\.interval) == [Interval(start: Double(10 + frames) / 100, end: Double(20 + frames) / 100)])
  }

  @Test(
    "a malformed row is a bad line",
    arguments: [
      "", "1 2 -3", "1 2 WORD", "x 2 -3 WORD", "-1 2 -3 WORD", "3 2 -3 WORD", "1 2 -3 TWO WORDS", "1 2 -3x WORD",
      "1 2.5 -3 WORD", "1 400000 -3 WORD", "99999999999999999999 2 -3 WORD",
    ])
  func badRow(row: String) throws {
    let parsed = try parse(header + "0 0 -1 A\n" + row + "\n" + total)
    #expect(parsed.values.map(\.word) == ["A"])
    #expect(parsed.bad.map(\.line) == (row.isEmpty ? [] : [3]))
    #expect(parsed.bad.allSatisfy { $0.expected == "start frame, end frame, score and word" })
  }

  @Test("a missing header, a missing end and rows after the end are bad lines")
  func frame() throws {
    #expect(try parse("0 0 -1 A\n1 1 -1 B\n" + total).bad.map(\.line) == [1])
    #expect(
      try parse(header + "0 0 -1 A\n").bad
        == [BadLine(file: "a.wdseg", line: 3, expected: "a last line with the total score")])
    #expect(try parse(header + total + "0 0 -1 A\n").bad.map(\.line) == [3])
    #expect(try parse(header + total).values.isEmpty)
    #expect(try parse("").bad.map(\.line) == [1])
  }

  @Test("a file of another kind is refused")
  func otherKind() throws {
    let bytes = try InputFile.contents(of: TestSupport.fixture("iemocap/attacks/phones.wdseg"), limit: 1 << 20)
    let error = #expect(throws: DataError.self) { try WordSegmentFile.parse(bytes, path: "a.wdseg") }
    #expect(error?.code == .badData)
    #expect(error?.description.hasPrefix("a.wdseg: line 1: ") == true)
  }
}
