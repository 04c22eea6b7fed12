import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("IEMOCAP labels and transcripts")
struct LabelFileTests {
  private func fixture(_ name: String) throws -> [UInt8] {
    try InputFile.contents(of: TestSupport.fixture("iemocap/" + name), limit: 1 << 20)
  }

  private func emotions(_ text: String) throws -> ParsedLines<EmotionTurn> {
    try EmoEvaluationFile.parse(Array(text.utf8), path: "a.txt")
  }

  private func words(_ text: String) throws -> ParsedLines<TranscribedTurn> {
    try TranscriptionFile.parse(Array(text.utf8), path: "a.txt")
  }

  @Test(
    "the head lines of an EmoEvaluation file are turns; raters are skipped",
    arguments: ["emotions.txt", "emotions-crlf.txt"])
  func heads(file: String) throws {
    let parsed = try EmoEvaluationFile.parse(fixture(file), path: file)
    #expect(
      parsed.values.map(\.id.text) == [
        "Ses01F_impro01_F000", "Ses01F_impro01_F001", "Ses01F_impro01_M000", "Ses01F_impro01_M001",
      ])
    #expect(parsed.values.map(\.category) == ["neu", "xxx", "fru", "hap"])
    #expect(parsed.values[0].interval == Interval(start: 6.2901, end: 8.2357))
    #expect([parsed.values[0].valence, parsed.values[0].activation, parsed.values[0].dominance] == [2.5, 2.25, 2.75])
    // Off the scale, but kept unchanged.
    #expect([parsed.values[3].valence, parsed.values[3].dominance] == [5.5, 0.5])
    #expect(parsed.bad.isEmpty)
    #expect(parsed.skipped == 14)
  }

  @Test("every category in a rater's line is a vote; speakers, ratings and free text are none")
  func votes() throws {
    let head = "[6 - 8]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]"
    let text = """
      \(head)
      C-E2:\tNeutral;\t()
      C-E3:\tFrustration; Sadness;\t(Anger; at her)
      C-E4:\tneutral state; Neutral;\t()
      C-E12:\tExcited;Puzzled; ;\t()
      C-E5:\t;\t()
      C-F1:\tHappiness;\t()
      A-E3:\tval 3; act 2; dom  2;\t()

      [9 - 8]\tSes01F_impro01_F001\tneu\t[2.5, 2.5, 2.5]
      C-E2:\tDisgust;\t()
      [9 - 10]\tSes01F_impro01_F001\tneu\t[2.5, 2.5, 2.5]
      C-E2:\tHappiness;
      """
    let turns = try emotions(text).values
    #expect(
      turns.map(\.votes.counts) == [
        ["neu": 2, "fru": 1, "sad": 1, "exc": 1, RaterVotes.unknown: 1], ["hap": 1],
      ])
  }

  @Test(
    "a malformed head is a bad line",
    arguments: [
      "[6.2901 8.2357]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]",
      "[9 - 8]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]",
      "[-1 - 8]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]", "[6 - 8]\tSes01F_impro01_FXX0\tneu\t[2.5, 2.5, 2.5]",
      "[6 - 8]\tSes01F_impro01_F000\tNEU\t[2.5, 2.5, 2.5]", "[6 - 8]\tSes01F_impro01_F000\tabc\t[2.5, 2.5, 2.5]",
      "[6 - 8]\tSes01F_impro01_F000\tneu\t[2.5, 2.5]", "[6 - 8]\tSes01F_impro01_F000\tneu\t[2.5, , 2.5]",
      "[6 - 8]\tSes01F_impro01_F000\tneu\t[2.5, NaN, 2.5]", "[6 - 8]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5",
      "[6 - 8]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5] x", "[6 - 8]\tSes01F_impro01_F000", "[", "[1e999 - 2e999]\tx",
      "[0.0 - 1e-18]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]",
      "[5 - 5.0000001]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]",
      "[0.0 - 1e9]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]",
      "[1e300 - 1e300]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]",
      "[6 - 8]\tSes01F_impro01_M000\tneu\t[2.5, 2.5, 2.5]",
    ])
  func badHead(line: String) throws {
    let good = "[6 - 8]\tSes01F_impro01_M000\tneu\t[2.5, 2.5, 2.5]"
    let parsed = try emotions("% [START_TIME …\n\n\(good)\n\n\(line)\n")
    #expect(parsed.values.count == 1)
    #expect(
      parsed.bad == [BadLine(file: "a.txt", line: 5, expected: "a new turn: [start - end] TURN_NAME emotion [V, A, D]")]
    )
  }

  @Test(
    "lines of an unknown kind are bad",
    arguments: ["Ses01F_impro01_F000 :Neutral; ()", "B-E1:\tx", "C-E1 Neutral", "C", "\u{1}\u{2}"])
  func otherLine(line: String) throws {
    let parsed = try emotions("C-E1:\tNeutral;\t()\n\(line)\nA-E1:\tval 3; act 2; dom  ;\t()\nC-M12:\t\n")
    #expect(parsed.bad.map(\.line) == [2])
    #expect(parsed.skipped == 3)
  }

  @Test("a file in the grammar of the sub-folders is refused")
  func otherGrammar() throws {
    let error = #expect(throws: DataError.self) {
      try EmoEvaluationFile.parse(fixture("attacks/categorical.txt"), path: "a.txt")
    }
    #expect(error?.code == .badData)
    #expect(error?.description.hasPrefix("a.txt: line 1: 4 of 4 lines are malformed, expected a turn's head") == true)
  }

  @Test("an empty file has no turns")
  func empty() throws {
    #expect(try emotions("").values.isEmpty)
    #expect(try words("").values.isEmpty)
  }

  @Test("a transcript gives the words of each turn; other lines are skipped")
  func transcript() throws {
    let parsed = try TranscriptionFile.parse(fixture("transcription.txt"), path: "a.txt")
    #expect(parsed.values.map(\.id.text) == ["Ses01F_impro01_F000", "Ses01F_impro01_M000", "Ses01F_impro01_F001"])
    #expect(parsed.values.map(\.words) == ["Excuse me.", "Caf\u{e9} -- [LAUGHTER] isn't it?", ""])
    #expect(parsed.values[0].interval == Interval(start: 6.2901, end: 8.2357))
    #expect(parsed.bad.isEmpty)
    #expect(parsed.skipped == 3)
  }

  @Test(
    "a turn's line with an unexpected continuation is bad",
    arguments: [
      "Ses01F_impro01_F000: hello", "Ses01F_impro01_F000 [006.2901]: hello", "Ses01F_impro01_F000 [7-6]: hello",
      "Ses01F_impro01_F000 [1-2] hello", "Ses01F_impro01_F000", "Ses01F_impro01_M000 [001.0-002.0]: again",
    ])
  func badTranscript(line: String) throws {
    let parsed = try words("Ses01F_impro01_M000 [001.0-002.0]: hello\n\(line)\n")
    // An id followed directly by a colon is not an id.
    if line.contains("F000:") {
      #expect(parsed.skipped == 1)
    } else {
      #expect(parsed.bad == [BadLine(file: "a.txt", line: 2, expected: "a new turn: TURN_NAME [start-end]: words")])
    }
    #expect(parsed.values.count == 1)
  }

  @Test("words are spread evenly over a turn, without tags and punctuation")
  func spread() throws {
    var turn = try #require(
      try words("Ses01F_impro01_M000 [010.0-012.0]: \"Well, [LAUGHTER] -- it's re-done.\" [GARBAGE] 'kay\n").values
        .first)
    #expect(turn.spokenWords == ["Well", "it's", "re-done", "kay"])
    #expect(turn.evenlySpokenWords.map(\.interval.start) == [0, 0.5, 1, 1.5])
    #expect(turn.evenlySpokenWords.map(\.interval.end) == [0.5, 1, 1.5, 2])
    turn.words = "[BREATHING] ..."
    #expect(turn.evenlySpokenWords.isEmpty)
  }

  @Test(
    "bracketed text is not a word, whatever is next to it",
    arguments: [
      ("So [LAUGHTER]. Yes", ["So", "Yes"]), ("[GARBAGE]-- nine", ["nine"]), ("so[BREATHING]sorry", ["so", "sorry"]),
      ("([LAUGHTER])", []), ("[LIPSMACK BREATHING] well", ["well"]), ("no [laughter], no", ["no", "no"]),
      ("[LAUGHTER what", ["what"]), ("LAUGHTER] what", ["what"]), ("[A [B] c", ["c"]), ("a <sil> b", ["a", "b"]),
      ("a ++NOISE++ b", ["a", "b"]), ("1 < 2 words", ["1", "2", "words"]), ("[", []), ("]", []), ("<", []),
      ("a\tb\u{a0}c", ["a", "b", "c"]), ("\"Cafe\u{301}!\"", ["Cafe\u{301}"]), ("'cause it's", ["cause", "it's"]),
    ])
  func tags(text: String, expected: [String]) {
    #expect(SpokenText.words(in: text) == expected)
  }

  @Test("transcripts are read line by line as UTF-8 if valid, else as ISO 8859-1; a byte order mark is skipped")
  func encodings() throws {
    let line = "Ses01F_impro01_F000 [006.2901-008.2357]: Caf"
    let other = "\nSes01F_impro01_M000 [009.0000-010.0000]: na"
    let utf8 = Array((line + "\u{e9}" + other + "\u{ef}ve").utf8)
    let latin1 = Array(line.utf8) + [0xe9] + Array(other.utf8) + [0xef] + Array("ve".utf8)
    let mixed = Array(line.utf8) + [0xe9] + Array((other + "\u{ef}ve").utf8)
    for bytes in [utf8, [0xef, 0xbb, 0xbf] + utf8, latin1, mixed] {
      let parsed = try TranscriptionFile.parse(bytes, path: "a.txt")
      #expect(parsed.values.map(\.words) == ["Caf\u{e9}", "na\u{ef}ve"])
      #expect(parsed.bad.isEmpty && parsed.skipped == 0)
    }
    let error = #expect(throws: DataError.self) { try TranscriptionFile.parse([0xff, 0xfe, 0x53, 0], path: "a.txt") }
    #expect(error?.description == "a.txt: is UTF-16 text, expected UTF-8 or ISO 8859-1. Save it as UTF-8.")
    #expect(try emotions("\u{feff}[6 - 8]\tSes01F_impro01_M000\tneu\t[2.5, 2.5, 2.5]\n").values.count == 1)
  }
}
