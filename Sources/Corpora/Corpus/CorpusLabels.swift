public import Samples
public import Storage

/// The labels of a corpus as they lie on disk.
public protocol CorpusLabels: Sendable {
  /// What messages call it: a file, or a whole release.
  var path: String { get }
  var columns: LabelColumns { get }
  /// The recordings that have labels, sorted by their bytes.
  var recordings: [String] { get }
  /// Label rows of all recordings.
  var rowCount: Int { get }

  /// Label rows of a recording; 0 where it has none.
  func rowCount(of recording: String) -> Int
  /// Reads the label rows of one recording after the other; what is read goes into the fingerprint. For one thread.
  func makeReader() -> (_ recording: String, _ fingerprint: inout Fingerprint) throws -> [LabelRow]
}

/// The label columns of a corpus.
public struct LabelColumns: Hashable, Sendable {
  /// A name for each column.
  public var names: [String]
  /// The column that holds the sentiment; nil where none does.
  public var sentiment: Int?
  /// Columns that may hold NaN, where something is not known of a sample.
  public var optional: Set<Int> = []
  /// The columns that are 1 for the sample's class and 0 else, or the one that holds its number in `classes`.
  public var classes: ClassColumns?

  public init(names: [String], sentiment: Int?, optional: Set<Int> = [], classes: ClassColumns? = nil) {
    self.names = names
    self.sentiment = sentiment
    self.optional = optional
    self.classes = classes
  }

  /// How classes stand in the columns.
  public enum ClassColumns: Hashable, Sendable {
    /// A column a class, named after it.
    case oneEach
    /// One column with the class's number.
    case numbered(column: Int, names: [String])
  }
}

/// A label row, and what is wrong with it where that is known already.
public struct LabelRow: Hashable, Sendable {
  public var segment: LabelledSegment
  public var fault: DropReason?

  public init(segment: LabelledSegment, fault: DropReason? = nil) {
    self.segment = segment
    self.fault = fault
  }
}

/// A row of the label sequence that may become a sample.
public struct LabelledSegment: Hashable, Sendable {
  public let id: SampleID
  /// The stretch of the recording that the label is about, in seconds.
  public let interval: Interval
  /// [label columns]
  public let labels: [Float]

  public init(id: SampleID, interval: Interval, labels: [Float]) {
    self.id = id
    self.interval = interval
    self.labels = labels
  }
}
