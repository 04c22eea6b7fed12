/// One modality of a corpus as it lies on disk: timed rows, by recording. Only an index of it is in memory.
public protocol ModalitySequence: Sendable {
  /// What messages call it: a file, or a whole release.
  var path: String { get }
  /// The recordings that it knows, with rows or without, sorted by their bytes.
  var recordings: [String] { get }
  /// Rows of all recordings.
  var rowCount: Int { get }
  /// Values in a row; of no meaning where the rows are words.
  var width: Int { get }
  /// Whether the rows are words and not numbers.
  var isText: Bool { get }

  /// Whether it knows a recording, with rows or without.
  func contains(_ recording: String) -> Bool
  /// Rows of a recording; 0 where it does not know it.
  func rowCount(of recording: String) -> Int
  /// A reader for one thread.
  func makeReader() -> any SequenceReader
}

/// Reads one recording of a sequence after the other and keeps its buffers in between; one a worker and modality.
public protocol SequenceReader: AnyObject {
  /// Turns to a recording and reads its times, and its words where the rows are words.
  ///
  /// - Throws: `DataError` when they cannot be read.
  func open(_ recording: String) throws -> SequenceTimes

  /// Reads the numbers of the recording at hand, [rows, width], from the first row on.
  ///
  /// - Parameter body: gets the place of row 0 and how many rows are there by now, and says which row is the first that
  ///   it still needs: rows before that may be gone at its next call. It is called at least once, and at last with all
  ///   rows.
  /// - Throws: `DataError` when they cannot be read, and what `body` throws.
  func readRows(_ body: (_ origin: UnsafePointer<Float>, _ rowsReady: Int) throws -> Int) throws

  /// XXH3-128 of all that was read of the recording at hand.
  var digest: String { get }
}

/// The times of a recording's rows.
public struct SequenceTimes {
  /// [rows, 2], start and end in seconds, in the order of the rows.
  public var intervals: [Double] = []
  /// A word a row, where the rows are words.
  public var words: [String]?

  /// How many rows.
  public var rowCount: Int { intervals.count / 2 }

  /// Times, and words where the rows are words.
  public init(intervals: [Double] = [], words: [String]? = nil) {
    self.intervals = intervals
    self.words = words
  }
}
