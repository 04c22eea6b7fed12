import Samples
import Testing
import Text

@testable import Corpora

@Suite("Files of words with their times")
struct WordTimesTests {
  private func read(_ text: String, _ name: String) throws -> WordTimes {
    try WordTimes.read(Array(text.utf8), name: name)
  }

  /// `one 0.5 1.0`
  private func lines(_ times: WordTimes) -> [String] {
    times.words.map { "\($0.word) \($0.interval.start.fixed(2)) \($0.interval.end.fixed(2))" }
  }

  private func refusal(of text: String, _ name: String) -> String? {
    do {
      _ = try read(text, name)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "Whisper's JSON, of the program, of the service and of WhisperX",
    arguments: [
      (
        #"{"segments": [{"start": 0, "end": 2, "text": " One two.", "words": [{"word": " One", "start": 0.5, "end": 1}, "#
          + #"{"word": " two.", "start": 1, "end": 1.5, "probability": 0.9}]}]}"#,
        ["One 0.50 1.00", "two 1.00 1.50"], 0
      ),
      (#"{"text": "one", "words": [{"word": "one", "start": 0.5, "end": 1}]}"#, ["one 0.50 1.00"], 0),
      // WhisperX has no times for numbers: they share what is left.
      (
        #"{"segments": [{"start": 0, "end": 4, "text": "in 20 or 30", "words": [{"word": "in", "start": 0, "end": 1}, "#
          + #"{"word": "20"}, {"word": "or", "start": 2, "end": 3}, {"word": "30"}]}]}"#,
        ["in 0.00 1.00", "20 1.00 2.00", "or 2.00 3.00", "30 3.00 4.00"], 2
      ),
      (
        #"{"segments": [{"start": 1, "end": 3, "text": " Two words"}]}"#, ["Two 1.00 2.00", "words 2.00 3.00"], 2
      ),
      (#"{"segments": [{"start": 0, "end": 2, "text": "你好"}]}"#, ["你 0.00 1.00", "好 1.00 2.00"], 2),
      (#"{"segments": [], "words": [], "text": ""}"#, [], 0),
    ])
  func whisper(text: String, words: [String], spread: Int) throws {
    let times = try read(text, "a.json")
    #expect(lines(times) == words)
    #expect(times.spreadCount == spread)
    #expect(times.untimed == nil)
  }

  @Test("JSON of a text alone has no times")
  func untimed() throws {
    let times = try read(#"{"text": "Only words."}"#, "a.json")
    #expect(times.words.isEmpty && times.untimed == "Only words.")
  }

  private static let long = """
    File type = "ooTextFile"
    Object class = "TextGrid"

    xmin = 0
    xmax = 2
    tiers? <exists>
    size = 3
    item []:
        item [1]:
            class = "TextTier"
            name = "words"
            xmin = 0
            xmax = 2
            points: size = 1
            points [1]:
                number = 1
                mark = "no word"
        item [2]:
            class = "IntervalTier"
            name = "phones"
            xmin = 0
            xmax = 2
            intervals: size = 1
            intervals [1]:
                xmin = 0
                xmax = 2
                text = "HH"
        item [3]:
            class = "IntervalTier"
            name = "Words"
            xmin = 0
            xmax = 2
            intervals: size = 3
            intervals [1]:
                xmin = 0
                xmax = 0.5
                text = ""
            intervals [2]:
                xmin = 0.5
                xmax = 1
                text = "say"
            intervals [3]:
                xmin = 1
                xmax = 2
                text = "café"
    """
  private static let short = """
    "ooTextFile"
    "TextGrid"
    0 2 <exists> 1 ! a comment
    "IntervalTier" "words" 0 2 3
    0 0.5 "sil"
    0.5 1 "say"
    1 2 "café"
    """

  @Test("a TextGrid in its long and its short form", arguments: [long, short])
  func textGrid(text: String) throws {
    #expect(lines(try read(text, "a.TextGrid")) == ["say 0.50 1.00", "café 1.00 2.00"])
  }

  @Test("a TextGrid in UTF-16 of either order", arguments: [true, false])
  func wide(isBig: Bool) throws {
    let units = [0xfeff] + Array(Self.short.utf16)
    let bytes = units.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
      return isBig ? [high, low] : [low, high]
    }
    #expect(lines(try WordTimes.read(bytes, name: "a.textgrid")) == ["say 0.50 1.00", "café 1.00 2.00"])
  }

  @Test("a CTM file: the recording's own lines, in the order of their times")
  func ctm() throws {
    let text = ";; a comment\nb 1 0 1 other\na 1 1.0 0.5 world 0.9\na 1 0.5 0.5 hello\na 2 0.2 0.1 <sil>\n"
    #expect(lines(try read(text, "clips/a.ctm")) == ["hello 0.50 1.00", "world 1.00 1.50"])
    #expect(lines(try read("x A 0 1 one\n", "a.ctm")) == ["one 0.00 1.00"])
  }

  @Test(
    "what is no file of words is refused in one line that says where",
    arguments: [
      ("{", "a.json", "malformed JSON at byte 1"), ("{}", "a.json", "holds neither segments nor words"),
      (#"{"words": [{"word": "a", "start": "0", "end": 1}]}"#, "a.json", "words[0]: has times that are no numbers"),
      (#"{"words": [{"start": 0, "end": 1}]}"#, "a.json", "words[0]: is not a word"),
      (#"{"segments": [{"text": "a"}]}"#, "a.json", "segments[0]: has no times"),
      (
        #"{"words": [{"word": "b", "start": 1, "end": 2}, {"word": "a", "start": 0, "end": 1}]}"#, "a.json",
        "its times run backward: b at 1.00 to 2.00 s, then a at 0.00 to 1.00 s"
      ),
      (#"{"words": [{"word": "b", "start": 2, "end": 1}]}"#, "a.json", "b is said from 2.00 to 1.00 s"),
      ("\"ooTextFile\"", "a.TextGrid", "line 1: ends early"), ("\"Praat\" \"x\"", "a.TextGrid", "is no TextGrid"),
      ("\"ooTextFile\" \"TextGrid\" 0 1 <exists> 99", "a.TextGrid", "is no number of entries"),
      (
        "\"ooTextFile\" \"TextGrid\" 0 1 <exists> 1 \"IntervalTier\" \"phones\" 0 1 0", "a.TextGrid",
        "has no tier called words (phones)"
      ),
      ("\"ooTextFile\" \"Text", "a.TextGrid", "a quote is not closed"), ("a 1 0", "a.ctm", "line 1: is malformed"),
      ("b 1 0 1 x\nc 1 0 1 x\n", "a.ctm", "has no line of a"), ("x", "a.txt", "is no file of words"),
    ])
  func refusals(text: String, name: String, expected: String) throws {
    let problem = try #require(refusal(of: text, name))
    #expect(problem.hasPrefix(name + ": ") && problem.contains(expected), "\(problem)")
    #expect(!problem.contains("\n"))
  }
}
