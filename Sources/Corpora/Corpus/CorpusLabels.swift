public import Digests
public import Samples

/// The labels of a corpus on disk.
public protocol CorpusLabels: Sendable {
  /// What messages call it: a file, or a whole release.
  var path: String { get }
  var columns: LabelColumns { get }
  /// The recordings that have labels, sorted by their bytes.
  var recordings: [String] { get }
  /// Label rows of all recordings.
  var rowCount: Int { get }

  /// Label rows of a recording; 0 if it has none.
  func rowCount(of recording: String) -> Int
  /// Reads the label rows of one recording after another; what is read goes into the fingerprint. For one thread.
  func makeReader() -> (_ recording: String, _ fingerprint: inout Fingerprint) throws -> [LabelRow]
}

/// The label columns of a corpus.
public struct LabelColumns: Hashable, Sendable {
  /// A name for each column.
  public var names: [String]
  /// The column that holds the sentiment; nil if none does.
  public var sentiment: Int?
  /// Columns that may hold NaN, if something is unknown about a sample.
  public var optional: Set<Int> = []
  /// The columns that tell the sample's class, or the one that holds its number in `classes`.
  public var classes: ClassColumns?

  /// Columns with their names.
  public init(names: [String], sentiment: Int?, optional: Set<Int> = [], classes: ClassColumns? = nil) {
    self.names = names
    self.sentiment = sentiment
    self.optional = optional
    self.classes = classes
  }

  /// How classes are encoded in the columns.
  public enum ClassColumns: Hashable, Sendable {
    /// One column per class, named after it.
    case oneEach
    /// One column with the class's number.
    case numbered(column: Int, names: [String])
    /// One column per class, named after it, with its share of a sample; the shares add up to 1.
    case shares
  }
}

/// A label row, and what is wrong with it if that is known already.
public struct LabelRow: Hashable, Sendable {
  /// The row itself.
  public var segment: LabelledSegment
  /// Why it cannot become a sample; nil if it may.
  public var fault: DropReason?

  /// A row, without a fault unless one is given.
  public init(segment: LabelledSegment, fault: DropReason? = nil) {
    self.segment = segment
    self.fault = fault
  }
}

/// A row of the label sequence that may become a sample.
public struct LabelledSegment: Hashable, Sendable {
  /// The sample that it may become.
  public let id: SampleID
  /// The stretch of the recording that the label is about, in seconds.
  public let interval: Interval
  /// [label columns]
  public let labels: [Float]

  /// A row; `interval` is in seconds.
  public init(id: SampleID, interval: Interval, labels: [Float]) {
    self.id = id
    self.interval = interval
    self.labels = labels
  }
}

/// Why a sample, or a whole recording, is not in the output.
public enum DropReason: String, CaseIterable, Sendable {
  // recordings
  case missingVisual = "not in the visual file"
  case missingAudio = "not in the audio file"
  case missingText = "not in the text file"
  case missingLabels = "not in the label file"
  case otherSubset = "not of the dialogs of --subset"
  case inNoFold = "in no fold"
  case beyondLimit = "beyond --limit"
  case badEntry = "one of its entries cannot be read or is malformed"
  case partnerOfHeldOut = "the partner of the test speaker"
  // label rows
  case emptyLabelInterval = "the label's interval is shorter than 0.00001 s"
  case reversedLabelInterval = "the label's interval ends before it starts"
  case nonFiniteLabelInterval = "the label's interval has a NaN or infinite time"
  case nonFiniteLabel = "a label is NaN or infinite"
  case badRecording = "in a recording that is left out because of a bad entry"
  case noMajorityEmotion = "the raters reached no majority for one emotion (xxx)"
  case otherEmotion = "the emotion is none of the classes of --labels"
  case otherClass = "the emotion is none of --classes"
  case noVote = "no rater chose any of --classes"
  case noWord = "no word overlaps the label's interval"
  case noRow = "no row of any modality overlaps the label's interval"
  case laterSegment = "only the first label of a recording is used at video granularity"
  case allZero = "every modality is entirely zero or missing"
  // clips of recordings
  case missingMedium = "its medium is not in the folder"
  case missingFile = "a file that its line names is not in the folder"
  case unreadableMedium = "its medium cannot be read"
  case unreadableWords = "its file of words cannot be read, or its times run backward"
  case unreadableFeatures = "its features cannot be read, or are not one person's"
  case noTime = "its start or end is no time"
  case beyondMedium = "it ends beyond its medium"
  case wordsBeyond = "its words go on beyond the medium"
  case featuresMisfit = "its feature rows do not last as long as the medium"
  case labelNoNumber = "a label is no number"
  case unknownSplit = "its split is none of train, valid and test"
}
