public import Samples
import Text

/// What is said in a turn.
public struct TranscribedTurn: Hashable, Sendable {
  /// The turn.
  public var id: UtteranceID
  /// When it is spoken, in seconds from the start of the dialog.
  public var interval: Interval
  /// The line as it is written, with punctuation and tags such as `[LAUGHTER]`.
  public var words: String

  /// Creates a turn.
  public init(id: UtteranceID, interval: Interval, words: String) {
    self.id = id
    self.interval = interval
    self.words = words
  }

  /// The words, see `SpokenText`.
  public var spokenWords: [String] { SpokenText.words(in: words) }

  /// The words spread evenly over the turn, in seconds from its start: a stand-in where word times are missing.
  public var evenlySpokenWords: [SpokenWord] {
    SpokenWord.spread(spokenWords, over: Interval(start: 0, end: interval.duration))
  }
}

/// `SessionN/dialog/transcriptions/<dialog>.txt`: what is said in a dialog.
public enum TranscriptionFile {
  /// Reads the lines `TURN [start-end]: words`, in UTF-8 or ISO 8859-1. Lines that do not start with a turn's id (`…_MXX0`,
  /// `M: …`) carry no label; they are skipped.
  ///
  /// A line is bad when it starts with the id of a turn and continues differently, or when that turn already had a
  /// line.
  ///
  /// - Throws: `DataError` 65 when more than 5 % of the lines are bad, or the file is UTF-16.
  public static func parse(_ bytes: [UInt8], path: String) throws -> ParsedLines<TranscribedTurn> {
    // None of its lines would look like a turn's.
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw DataError(
        .badData, file: path, "is UTF-16 text", expected: "UTF-8 or ISO 8859-1", advice: "Save it as UTF-8.")
    }
    var tally = LineTally(path: path)
    var turns: [TranscribedTurn] = []
    var seen: Set<UtteranceID> = []
    bytes.withUnsafeBufferPointer { bytes in
      LineScanner.forEachLine(of: bytes) { number, line in
        tally.count()
        var scanner = LineScanner(line)
        guard let id = UtteranceID(scanner.field()) else {
          tally.skipped += 1
          return
        }
        if scanner.accept("["), let interval = scanner.interval(), scanner.accept("]"), scanner.accept(":"),
          seen.insert(id).inserted
        {
          scanner.skipBlanks()
          turns.append(TranscribedTurn(id: id, interval: interval, words: String(utf8OrLatin1: scanner.rest)))
        } else {
          tally.reject(number, expected: "a new turn: TURN_NAME [start-end]: words")
        }
      }
    }
    return try tally.result(turns)
  }
}
