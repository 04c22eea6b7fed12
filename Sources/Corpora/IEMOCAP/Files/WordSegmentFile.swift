public import Samples

/// A word and when it is said.
public struct SpokenWord: Hashable, Sendable {
  /// In seconds from the start of the utterance.
  public var interval: Interval
  /// The word, as its file writes it.
  public var word: String

  /// Creates a word.
  public init(interval: Interval, word: String) {
    self.interval = interval
    self.word = word
  }

  /// Words spread evenly over an interval: a stand-in where their times are missing.
  static func spread(_ words: [String], over interval: Interval) -> [SpokenWord] {
    let step = interval.duration / Double(max(1, words.count))
    return words.enumerated().map { index, word in
      SpokenWord(
        interval: Interval(
          start: interval.start + Double(index) * step, end: interval.start + Double(index + 1) * step), word: word)
    }
  }
}

/// `SessionN/sentences/ForcedAlignment/<dialog>/<utterance>.wdseg`: the word times of a turn, as Sphinx-3 wrote them.
public enum WordSegmentFile {
  /// Frames a second.
  public static let frameRate = 100
  /// The most frames in a file: an hour. The longest turn of the corpus has 34 s.
  private static let frameLimit = 360_000

  /// Reads the words. Silences (`<s> </s> <sil>`, `SIL`, `sp`), noises (`++LAUGHTER++`, `[BREATHING]`, `spn`) are
  /// skipped; the number of a pronunciation variant, `WHAT(2)`, is removed.
  ///
  /// A row is `SFrm EFrm SegAScr Word` with inclusive end frames of 10 ms, so its interval is [SFrm·0.01, (EFrm+1)·0.01].
  /// The header and the last line, `Total score: …`, are required: without the latter the file was cut short.
  ///
  /// - Parameter frameOffset: added to all frames, for releases that count them differently.
  /// - Throws: `DataError` 65 when more than 5 % of the lines are bad.
  public static func parse(
    _ bytes: [UInt8], path: String, frameOffset: Int = 0
  ) throws -> ParsedLines<SpokenWord> {
    var tally = LineTally(path: path)
    var words: [SpokenWord] = []
    var lastNumber = 0
    var hasTotal = false
    bytes.withUnsafeBufferPointer { bytes in
      LineScanner.forEachLine(of: bytes) { number, line in
        tally.count()
        lastNumber = number
        if hasTotal {
          tally.reject(number, expected: "nothing after the total score")
        } else if tally.lineCount == 1 {
          if !isHeader(line) { tally.reject(number, expected: "the header SFrm EFrm SegAScr Word") }
        } else if line.drop(while: LineScanner.isBlank).starts(with: "Total score:".utf8) {
          hasTotal = true
        } else if let row = Row(line) {
          if let word = row.word {
            words.append(SpokenWord(interval: row.interval(offset: frameOffset), word: word))
          } else {
            tally.skipped += 1
          }
        } else {
          tally.reject(number, expected: "start frame, end frame, score and word")
        }
      }
    }
    if !hasTotal { tally.reject(lastNumber + 1, expected: "a last line with the total score") }
    return try tally.result(words)
  }

  private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    var scanner = LineScanner(line)
    return ["SFrm", "EFrm", "SegAScr", "Word"].allSatisfy { scanner.field().elementsEqual($0.utf8) } && scanner.isAtEnd
  }

  /// A row of the table.
  private struct Row {
    let start: Int
    /// Inclusive.
    let end: Int
    /// Nil for silences and fillers.
    let word: String?

    init?(_ line: UnsafeBufferPointer<UInt8>) {
      var scanner = LineScanner(line)
      guard let start = scanner.integer(upTo: frameLimit), let end = scanner.integer(upTo: frameLimit), start <= end,
        scanner.number() != nil, scanner.isAtBreak, case let token = scanner.field(), !token.isEmpty, scanner.isAtEnd
      else { return nil }
      self.start = start
      self.end = end
      word = Self.word(String(utf8OrLatin1: token))
    }

    func interval(offset: Int) -> Interval {
      let rate = Double(frameRate)
      return Interval(start: Double(start + offset) / rate, end: Double(end + 1 + offset) / rate)
    }

    private static func word(_ token: String) -> String? {
      let word = withoutVariant(token)
      return isPause(word) ? nil : word
    }

    /// Aligners' names for silence and noise without brackets: Sphinx's, the Penn aligner's, and Montreal's.
    private static let pauses: Set<String> = ["SIL", "SP", "SPN", "NSN", "NW"]

    private static func isPause(_ word: String) -> Bool {
      pauses.contains(word.uppercased())
        || [("<", ">"), ("[", "]"), ("+", "+")].contains { word.count > 1 && word.hasPrefix($0) && word.hasSuffix($1) }
    }

    /// `WHAT` of `WHAT(2)`.
    private static func withoutVariant(_ token: String) -> String {
      guard token.hasSuffix(")"), let bracket = token.lastIndex(of: "("), bracket > token.startIndex,
        case let variant = token[token.index(after: bracket)...].dropLast(), !variant.isEmpty,
        variant.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
      else { return token }
      return String(token[..<bracket])
    }
  }
}
