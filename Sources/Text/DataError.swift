/// What the user is told when something cannot be done: one line that names the file, the place inside it, what was
/// found, what was expected and what to do.
///
/// `labels.csd: All Labels/data/125845/intervals: 3 columns, expected 2 (start, end in seconds).
/// Download the file again, or leave 125845 out of --folds.`
public struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure; its raw value is the program's exit status (sysexits.h).
  public enum Code: Int32, Hashable, Sendable, CaseIterable {
    /// A check failed: damage or leakage was found.
    case checkFailed = 1
    /// The command line or a configuration file is wrong.
    case usage = 64
    /// The input is not what it should be.
    case badData = 65
    /// An input file or folder does not exist or cannot be opened.
    case inputMissing = 66
    /// A promise of this code was broken.
    case internalBug = 70
    /// The machine does not provide what is needed: instructions, a thread, memory, a descriptor.
    case systemRefused = 71
    /// The output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed midway: a full disk, a bad sector.
    case ioFailed = 74
    /// An input changed meanwhile: run again.
    case notReady = 75
    /// The user interrupted the run.
    case interrupted = 130
  }

  /// The kind of failure.
  public var code: Code
  /// The file, as the user named it.
  public var file: String?
  /// The entry or dataset inside the file.
  public var place: String?
  /// What was found, in the present tense, without a closing full stop.
  public var problem: String
  /// What would have been right.
  public var expected: String?
  /// What the user can do about it: whole sentences.
  public var advice: String?
  /// How to continue a command whose work is kept; nil if running it again does not help.
  public var goingOn: GoingOn?

  /// The command to continue with, as it differs from the one that ended.
  public struct GoingOn: Hashable, Sendable {
    /// Flags that it also needs.
    public var added: [String]
    /// Flags that it must not have.
    public var dropped: [String]

    /// The same command, or one that differs by these flags.
    public init(adding added: [String] = [], dropping dropped: [String] = []) {
      (self.added, self.dropped) = (added, dropped)
    }
  }

  /// Creates an error; leave out what does not apply.
  public init(
    _ code: Code, file: String? = nil, place: String? = nil, _ problem: String, expected: String? = nil,
    advice: String? = nil, goingOn: GoingOn? = nil
  ) {
    self.code = code
    self.file = file
    self.place = place
    self.problem = problem
    self.expected = expected
    self.advice = advice
    self.goingOn = goingOn
  }

  /// Whether the error is about the input: that it is missing, or not what it should be.
  ///
  /// Any other only says that the input could not be looked at, and must not become an answer.
  public var tellsOfInput: Bool { code == .badData || code == .inputMissing }

  /// The whole message on one line, fit for a terminal whatever the names in it hold, and however much (`PrintableText`).
  public var description: String {
    let bounded = bounded
    var line = ""
    if let file = bounded.file { line += file + ": " }
    if let place = bounded.place { line += place + ": " }
    line += bounded.problem
    if let expected = bounded.expected { line += ", expected " + expected }
    if let advice = bounded.advice { line += ". " + advice }
    return PrintableText.line(line)
  }

  /// The error with values that nobody would read to their end cut, as messages have it.
  public var bounded: DataError {
    var copy = self
    copy.file = file.map { PrintableText.cut($0, to: PrintableText.pathLimit) }
    copy.place = place.map { PrintableText.bounded($0) }
    copy.problem = PrintableText.bounded(problem)
    copy.expected = expected.map { PrintableText.bounded($0) }
    // It may hold a command with paths.
    copy.advice = advice.map { PrintableText.cut($0, to: PrintableText.pathLimit) }
    return copy
  }

  /// The error with `file` filled in where the thrower did not know it.
  public func inFile(_ name: String) -> DataError {
    var copy = self
    if copy.file == nil { copy.file = name }
    return copy
  }
}
