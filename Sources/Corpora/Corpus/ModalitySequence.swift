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

  /// Reads the numbers of the current recording, [rows, width], from the first row on.
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

  /// How many rows.
  public var rowCount: Int { intervals.count / 2 }

  /// Times, and words if the rows are words.
  public init(intervals: [Double] = [], words: [String]? = nil) {
    self.intervals = intervals
    self.words = words
  }
}
