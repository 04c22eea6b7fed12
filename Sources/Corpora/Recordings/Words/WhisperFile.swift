import Samples
import Text

/// JSON as Whisper and the programs after it write it: `segments[].words[]` with `word`, `start` and `end` in seconds;
/// or a list `words` of the whole file, as the service's own JSON has it.
///
/// A segment without words is its `text`, spread evenly over its own times. A word without times (WhisperX has none for
/// numbers) takes its share of the stretch up to the next word that has some.
enum WhisperFile {
  /// - Throws: `DataError` 65 without a file name.
  static func read(_ bytes: [UInt8]) throws -> WordTimes {
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue(parsing: bytes)
    } catch {
      throw DataError(.badData, error.description, expected: "Whisper's JSON", advice: "Write the file again.")
    }
    var times = WordTimes()
    if let segments = document["segments"]?.elements, !segments.isEmpty {
      for (number, segment) in segments.enumerated() { try add(segment, "segments[\(number)]", to: &times) }
    } else if let words = document["words"]?.elements {
      try add(words, within: nil, "words", to: &times)
    } else if let text = document["text"]?.text {
      times.untimed = text
    } else {
      throw DataError(
        .badData, "holds neither segments nor words", expected: "segments[].words[] with word, start and end")
    }
    return times
  }

  private static func add(_ segment: JSONValue, _ place: String, to times: inout WordTimes) throws {
    let whole = try interval(segment, place)
    if let words = segment["words"]?.elements, !words.isEmpty {
      return try add(words, within: whole, place + ".words", to: &times)
    }
    guard let text = segment["text"]?.text else {
      throw refusal(place, "has neither words nor text", "words, each with word, start and end")
    }
    guard let whole else { throw refusal(place, "has no times", "start and end in seconds") }
    times.spread(text, over: whole)
  }

  /// Adds words in order; those without times are spread up to the next that has some.
  private static func add(
    _ words: [JSONValue], within whole: Interval?, _ place: String, to times: inout WordTimes
  ) throws {
    var waiting: [String] = []
    var reached = whole?.start ?? 0
    for (number, word) in words.enumerated() {
      let here = "\(place)[\(number)]"
      guard let text = (word["word"] ?? word["text"])?.text else {
        throw refusal(here, "is not a word", "word, start, end")
      }
      guard let own = try interval(word, here) else {
        waiting.append(text)
        continue
      }
      flush(&waiting, Interval(start: reached, end: max(reached, own.start)), &times)
      times.add(text, own)
      reached = own.end
    }
    flush(&waiting, Interval(start: reached, end: max(reached, whole?.end ?? reached)), &times)
  }

  private static func flush(_ waiting: inout [String], _ interval: Interval, _ times: inout WordTimes) {
    if !waiting.isEmpty { times.spread(waiting.joined(separator: " "), over: interval) }
    waiting = []
  }

  /// The times of a segment or word; nil if it has none.
  private static func interval(_ value: JSONValue, _ place: String) throws -> Interval? {
    let (start, end) = (value["start"] ?? .null, value["end"] ?? .null)
    if start == .null && end == .null { return nil }
    guard let first = start.doubleValue, let last = end.doubleValue else {
      throw refusal(place, "has times that are no numbers", "start and end in seconds")
    }
    return Interval(start: first, end: last)
  }

  private static func refusal(_ place: String, _ problem: String, _ expected: String) -> DataError {
    DataError(.badData, place: place, problem, expected: expected, advice: "Write the file again.")
  }
}
