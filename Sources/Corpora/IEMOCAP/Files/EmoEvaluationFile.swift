public import Samples

/// A turn with its labels: the head of a block in an EmoEvaluation file.
public struct EmotionTurn: Hashable, Sendable {
  /// The turn.
  public var id: UtteranceID
  /// When it is spoken, in seconds from the start of the dialog.
  public var interval: Interval
  /// What most raters chose, one of `EmoEvaluationFile.categories`; `xxx` if no category has a majority.
  public var category: String
  /// The mean of the raters, 1 (negative) to 5 (positive); seven turns of the corpus are off the scale in a dimension.
  public var valence: Double
  /// The mean of the raters, 1 (calm) to 5 (excited).
  public var activation: Double
  /// The mean of the raters, 1 (weak) to 5 (strong).
  public var dominance: Double
  /// What each rater chose.
  public var votes: RaterVotes

  /// Creates a turn.
  public init(
    id: UtteranceID, interval: Interval, category: String, valence: Double, activation: Double, dominance: Double,
    votes: RaterVotes = RaterVotes()
  ) {
    self.id = id
    self.interval = interval
    self.category = category
    self.valence = valence
    self.activation = activation
    self.dominance = dominance
    self.votes = votes
  }
}

/// `SessionN/dialog/EmoEvaluation/<dialog>.txt`: the labels of a dialog's turns.
public enum EmoEvaluationFile {
  /// The categories of the corpus; `xxx` is not an emotion.
  public static let categories = ["ang", "dis", "exc", "fea", "fru", "hap", "neu", "oth", "sad", "sur", "xxx"]
  /// The category of turns without a majority among the raters: no emotion.
  static let noMajority = "xxx"

  /// Reads the heads of all blocks, and of the lines below them the raters' categories (`C-E2:`); comments (`%`) and the
  /// other ratings (`A-F1:`) are skipped.
  ///
  /// A head is bad when it is not `[start - end] TURN category [V, A, D]` with known names and times that a turn can have, or
  /// when its turn had a head before; other lines are bad when they are none of these. Values off the scale are kept.
  ///
  /// - Throws: `DataError` 65 when more than 5 % of the lines are bad.
  public static func parse(_ bytes: [UInt8], path: String) throws -> ParsedLines<EmotionTurn> {
    var tally = LineTally(path: path)
    var turns: [EmotionTurn] = []
    var seen: Set<UtteranceID> = []
    // Whether the lines are those of the last turn: after a bad head nobody knows whose they are.
    var isInBlock = false
    bytes.withUnsafeBufferPointer { bytes in
      LineScanner.forEachLine(of: bytes) { number, line in
        tally.count()
        var scanner = LineScanner(line)
        if scanner.accept("[") {
          isInBlock = false
          if let turn = head(&scanner), seen.insert(turn.id).inserted {
            turns.append(turn)
            isInBlock = true
          } else {
            tally.reject(number, expected: "a new turn: [start - end] TURN_NAME emotion [V, A, D]")
          }
        } else if isComment(line) || isRating(line) {
          tally.skipped += 1
          if isInBlock { turns[turns.count - 1].votes.add(line) }
        } else {
          tally.reject(number, expected: "a turn's head, a rater's line (C-…: or A-…:) or a comment (%)")
        }
      }
    }
    return try tally.result(turns)
  }

  /// What follows the bracket of a head; nil if it is malformed.
  private static func head(_ scanner: inout LineScanner) -> EmotionTurn? {
    guard let interval = scanner.interval(), scanner.accept("]"),
      let id = UtteranceID(scanner.field()),
      case let category = String(latin1: scanner.field()), categories.contains(category),
      scanner.accept("["), let valence = scanner.number(), scanner.accept(","), let activation = scanner.number(),
      scanner.accept(","), let dominance = scanner.number(), scanner.accept("]"), scanner.isAtEnd
    else { return nil }
    return EmotionTurn(
      id: id, interval: interval, category: category, valence: valence, activation: activation, dominance: dominance)
  }

  private static func isComment(_ line: UnsafeBufferPointer<UInt8>) -> Bool { line[0] == UInt8(ascii: "%") }

  /// `C-E2:`, `A-E3:`, `C-F1:`, `A-M1:` … and what the rater wrote.
  private static func isRating(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.count >= 5 && (line[0] == UInt8(ascii: "C") || line[0] == UInt8(ascii: "A")) && line[1] == UInt8(ascii: "-")
      && line[2...].prefix(4).contains(UInt8(ascii: ":"))
  }
}

extension LineScanner {
  /// Takes `start - end` in seconds; nil where a number is missing, where it ends before it starts, and where no recording is
  /// as long or nobody could have spoken in so short a time. An empty one is taken.
  mutating func interval() -> Interval? {
    guard let start = number(), accept("-"), let end = number(), start >= 0, start <= end, end <= 1e6,
      start == end || end - start >= 1e-3
    else { return nil }
    return Interval(start: start, end: end)
  }
}
