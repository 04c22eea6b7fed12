import Samples
import Storage

/// The labels of a corpus as they lie on disk.
protocol LabelSource: Sendable {
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
struct LabelColumns: Hashable, Sendable {
  /// A name for each column.
  var names: [String]
  /// The column that holds the sentiment; nil where none does.
  var sentiment: Int?
  /// Columns that may hold NaN, where something is not known of a sample.
  var optional: Set<Int> = []
  /// The columns that are 1 for the sample's class and 0 else, or the one that holds its number in `classes`.
  var classes: ClassColumns?

  /// How classes stand in the columns.
  enum ClassColumns: Hashable, Sendable {
    /// A column a class, named after it.
    case oneEach
    /// One column with the class's number.
    case numbered(column: Int, names: [String])
  }
}

/// A label row, and what is wrong with it where that is known already.
struct LabelRow: Hashable, Sendable {
  var segment: LabelledSegment
  var fault: DropReason?
}
