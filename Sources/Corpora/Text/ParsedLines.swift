import Text

/// The result of parsing a text file: values, and the lines that gave none.
public struct ParsedLines<Value: Sendable>: Sendable {
  /// One value per good line, in the order of the file.
  public var values: [Value]
  /// The first malformed lines; at most `BadLine.keptCount`.
  public var bad: [BadLine]
  /// All malformed lines.
  public var badCount: Int
  /// Well-formed lines that give no value.
  public var skipped: Int

  /// Creates a result.
  public init(values: [Value], bad: [BadLine] = [], badCount: Int = 0, skipped: Int = 0) {
    self.values = values
    self.bad = bad
    self.badCount = badCount
    self.skipped = skipped
  }
}

/// A malformed line of a text file.
public struct BadLine: Hashable, Sendable, CustomStringConvertible {
  /// The file it is in.
  public let file: String
  /// Its number, counted from 1.
  public let line: Int
  /// What was expected.
  public let expected: String

  /// Bad lines of a file that are kept for a report; the rest are only counted.
  public static let keptCount = 100

  /// Creates a note about a line.
  public init(file: String, line: Int, expected: String) {
    self.file = file
    self.line = line
    self.expected = expected
  }

  /// The note as a sentence, e.g. `a.wdseg: line 3: expected "SFrm EFrm SegAScr Word"`.
  public var description: String { "\(file): line \(line): expected \(expected)" }
}

/// Counts the lines of a file while it is parsed, and refuses a file with too many bad ones.
struct LineTally {
  private let path: String
  /// Lines that are not blank.
  private(set) var lineCount = 0
  private(set) var bad: [BadLine] = []
  private(set) var badCount = 0
  var skipped = 0

  /// At most one line in this many may be bad: a file with more is of another kind, or damaged.
  private static let goodPerBad = 20

  init(path: String) { self.path = path }

  /// Counts a line that is not blank.
  mutating func count() { lineCount += 1 }

  /// Records a line, counted from 1, as bad.
  mutating func reject(_ line: Int, expected: @autoclosure () -> String) {
    badCount += 1
    if bad.count < BadLine.keptCount { bad.append(BadLine(file: path, line: line, expected: expected())) }
  }

  /// Refuses the file when more than 5 % of its lines are bad. A single bad line never causes refusal: many files are
  /// shorter than 20 lines.
  ///
  /// - Throws: `DataError` 65 that names the first of them.
  func check() throws {
    guard badCount > 1, badCount * Self.goodPerBad > lineCount, let first = bad.first else { return }
    throw DataError(
      .badData, file: path, place: "line \(first.line)", "\(badCount) of \(lineCount) lines are malformed",
      expected: first.expected, advice: "The file is damaged or of another kind: take it from the release again.")
  }

  /// The file's result.
  ///
  /// - Throws: as `check()`.
  func result<Value>(_ values: [Value]) throws -> ParsedLines<Value> {
    try check()
    return ParsedLines(values: values, bad: bad, badCount: badCount, skipped: skipped)
  }
}
