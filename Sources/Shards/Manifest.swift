public import ArrayFiles
import Digests
import Processor
public import Samples
public import Text

/// manifest.json: what a prepared folder holds. It is written last; if it is there, the folder is complete.
public struct Manifest: Hashable, Sendable {
  /// What is known about a modality.
  public struct ModalityRecord: Hashable, Sendable {
    /// The number of columns.
    public var dim: Int
    /// How values are stored.
    public var dtype: StoredFloat
    /// The sequence it comes from, e.g. `COVAREP`.
    public var source: String
    /// A name for each column, if known.
    public var columns: [String]?
    /// What made the features, if somebody declared it.
    public var extractor: Extractor?

    /// Creates a record.
    public init(
      dim: Int, dtype: StoredFloat, source: String, columns: [String]? = nil, extractor: Extractor? = nil
    ) {
      self.extractor = extractor
      self.dim = dim
      self.dtype = dtype
      self.source = source
      self.columns = columns
    }
  }

  /// What is known about a split.
  public struct SplitRecord: Hashable, Sendable {
    /// The number of samples.
    public var samples: Int
    /// The number of rows of each modality.
    public var rows: [Modality: Int]
    /// The number of groups.
    public var groups: Int
    /// The shards in their order.
    public var shards: [ShardRecord]

    /// Creates a record.
    public init(samples: Int, rows: [Modality: Int], groups: Int, shards: [ShardRecord]) {
      self.samples = samples
      self.rows = rows
      self.groups = groups
      self.shards = shards
    }
  }

  /// What is known about scalers.safetensors.
  public struct ScalersRecord: Hashable, Sendable {
    /// The path inside the prepared folder.
    public var file: String
    /// The SHA-256 of the whole file.
    public var sha256: String
    /// The number of train rows of each modality.
    public var rows: [Modality: Int]
    /// The SHA-256 of the train sample ids, sorted by their bytes, each followed by a line feed.
    public var trainSamplesSHA256: String
    /// Columns without a single valid cell in train, which are 0 in all rows: centre 0 and scale 1 do not tell.
    public var columnsWithoutValue: [Modality: [Int]] = [:]

    /// Creates a record.
    public init(file: String = ScalersFile.name, sha256: String, rows: [Modality: Int], trainSamplesSHA256: String) {
      self.file = file
      self.sha256 = sha256
      self.rows = rows
      self.trainSamplesSHA256 = trainSamplesSHA256
    }

    /// The SHA-256 of sample ids, sorted by their bytes, each followed by a line feed.
    public static func digest(of ids: [String]) -> String {
      let sorted = ids.sortedByBytes()
      return SHA256.hexDigest(of: sorted.map { $0 + "\n" }.joined())
    }
  }

  /// An input file.
  public struct SourceRecord: Hashable, Sendable {
    /// The file's name without its folder.
    public var name: String
    /// The size in bytes.
    public var bytes: Int
    /// The XXH3-128 fingerprint of what was read.
    public var fingerprint: String

    /// Creates a record.
    public init(name: String, bytes: Int, fingerprint: String) {
      self.name = name
      self.bytes = bytes
      self.fingerprint = fingerprint
    }
  }

  /// A leak that was found when the folder was sealed, and that the user allowed.
  public struct LeakRecord: Hashable, Sendable {
    /// The check that found it, e.g. `id-overlap`.
    public var check: String
    /// What it found.
    public var summary: String

    /// Creates a record.
    public init(check: String, summary: String) {
      self.check = check
      self.summary = summary
    }
  }

  /// The corpus.
  public var dataset: String
  /// What a row stands for.
  public var granularity: String
  /// The modalities.
  public var modalities: [Modality: ModalityRecord]
  /// The columns of `labels`.
  public var labelNames: [String]
  /// The splits.
  public var splits: [Split: SplitRecord]
  /// The scalers.
  public var scalers: ScalersRecord
  /// The input files.
  public var sources: [SourceRecord]
  /// The configuration that decided the bytes.
  public var config: JSONValue
  /// The version of the program.
  public var toolVersion: String
  /// The version of the arithmetic that made the values (`Arithmetic.format`); 0 if none is recorded.
  public var arithmetic = Manifest.ownArithmetic
  /// The leaks that were allowed; empty if all is well.
  public var allowedLeaks: [LeakRecord] = []

  /// The names of the classes that a label column numbers, if they follow from the data and not from `config`.
  public var classNames: [String]?

  /// The SHA-256 of the manifest that this folder was prepared like: its scalers and its configuration are that
  /// folder's; nil for a folder that was fitted on its own train split.
  public var likeSHA256: String? { config[Self.likeKey]?.text }

  /// The splits that are there, in their order.
  public var presentSplits: [Split] { Split.inFolders.filter { splits[$0] != nil } }

  /// The splits that there should be.
  var expectedSplits: [Split] { likeSHA256 == nil ? Split.allCases : [.predict] }

  /// The key in `config` of what the folder was prepared like.
  public static let likeKey = "like"
  /// The version of this program's arithmetic.
  public static let ownArithmetic = Arithmetic.format
  /// The version of the folder's format.
  public static let format = "msa-shards/1"
  /// The file's name inside the prepared folder.
  public static let name = "manifest.json"

  /// Creates a manifest.
  public init(
    dataset: String, granularity: String, modalities: [Modality: ModalityRecord], labelNames: [String],
    splits: [Split: SplitRecord], scalers: ScalersRecord, sources: [SourceRecord], config: JSONValue,
    toolVersion: String
  ) {
    self.dataset = dataset
    self.granularity = granularity
    self.modalities = modalities
    self.labelNames = labelNames
    self.splits = splits
    self.scalers = scalers
    self.sources = sources
    self.config = config
    self.toolVersion = toolVersion
  }

  /// The SHA-256 of the configuration's canonical JSON.
  public var configSHA256: String { SHA256.hexDigest(of: config.canonicalText) }
}
