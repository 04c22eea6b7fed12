import Text

/// One modality of a corpus on disk: timed rows, by recording. Only an index of it is in memory.
public protocol ModalitySequence: Sendable {
  /// What messages call it: a file, or a whole release.
  var path: String { get }
  /// The recordings that it knows, with rows or without, sorted by their bytes.
  var recordings: [String] { get }
  /// Rows of all recordings.
  var rowCount: Int { get }
  /// Values in a row; meaningless if the rows are words.
  var width: Int { get }
  /// Whether the rows are words rather than numbers.
  var isText: Bool { get }

  /// Whether it knows a recording, with rows or without.
  func contains(_ recording: String) -> Bool
  /// Rows of a recording; 0 if it does not know it.
  func rowCount(of recording: String) -> Int
  /// A reader for one thread.
  func makeReader() -> any SequenceReader
}

/// Reads one recording of a sequence after another and keeps its buffers in between; one per worker and modality.
public protocol SequenceReader: AnyObject {
  /// Moves to a recording and reads its times, and its words if the rows are words.
  ///
  /// - Throws: `DataError` when they cannot be read.
  func open(_ recording: String) throws -> SequenceTimes

  /// Reads the numbers of the current recording, [rows, width], from the first row on: as many as
  /// `SequenceTimes.valueRowCount`.
  ///
  /// - Parameter body: gets the address of row 0 and how many rows have arrived, and returns the first row that it
  ///   still needs: rows before that may be gone at its next call. It is called at least once, finally with all rows.
  /// - Throws: `DataError` when they cannot be read, and what `body` throws.
  func readRows(_ body: (_ origin: UnsafePointer<Float>, _ rowsReady: Int) throws -> Int) throws

  /// XXH3-128 of all that was read of the current recording.
  var digest: String { get }
}

/// The times of a recording's rows.
public struct SequenceTimes {
  /// [rows, 2], start and end in seconds, in the order of the rows.
  public var intervals: [Double] = []
  /// One word per row, if the rows are words.
  public var words: [String]?

  /// How rows of values belong to these; nil if there is one for each.
  public var ready: ReadyRows?

  /// How many rows.
  public var rowCount: Int { intervals.count / 2 }
  /// How many rows of values `SequenceReader.readRows` gives.
  public var valueRowCount: Int { ready?.rowCount ?? rowCount }

  /// Times, and words if the rows are words.
  public init(intervals: [Double] = [], words: [String]? = nil) {
    self.intervals = intervals
    self.words = words
  }
}

/// Rows of values that others made for the words of a recording.
public struct ReadyRows: Sendable {
  /// Where they are from, for messages.
  public let source: String
  /// How many there are.
  public let rowCount: Int
  /// The rows of each sample's words, by its name; nil if they are those of the recording's words, in their order.
  public let bySample: [String: Range<Int>]?
  /// Whether each row has values; empty if all have.
  public let isPresent: [Bool]
  /// Whether a sample's or recording's only row is all of it, whatever the number of its words.
  public let areSentences: Bool

  /// Rows of a recording, or of its samples.
  public init(
    source: String, rowCount: Int, bySample: [String: Range<Int>]? = nil, isPresent: [Bool] = [], areSentences: Bool
  ) {
    self.source = source
    self.rowCount = rowCount
    self.bySample = bySample
    self.isPresent = isPresent
    self.areSentences = areSentences
  }

  /// The rows of values of a sample's words.
  ///
  /// - Parameter words: the numbers of the words in their recording.
  /// - Returns: a row for each word; nil for one without.
  /// - Throws: `DataError` 65 when the sample has more or fewer rows than words.
  public func rows(of sample: String, words: [Int]) throws -> [Int?] {
    guard let bySample else { return words.map { isPresent.isEmpty || isPresent[$0] ? $0 : nil } }
    guard let own = bySample[sample] else { return [Int?](repeating: nil, count: words.count) }
    if areSentences { return [Int?](repeating: own.lowerBound, count: words.count) }
    if own.count == words.count { return own.map { $0 } }
    throw Self.misfit(rows: own.count, words: words.count, source: source, place: sample)
  }

  /// The error for rows that are not one for each word.
  static func misfit(rows: Int, words: Int, source: String, place: String) -> DataError {
    DataError(
      .badData, file: source, place: place, "\(rows.counted("row")) for \(words.counted("word"))",
      expected: "a row a word, a row a token with word indices (<id>.word_ids), or one row for every text",
      advice: "Make the features of the words that samples.jsonl shows when the corpus is prepared without them.")
  }
}
