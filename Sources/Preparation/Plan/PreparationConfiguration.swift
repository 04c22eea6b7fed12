public import ArrayFiles
public import Corpora
public import Samples
import Storage

/// What happens to NaN and infinite cells.
public enum CleaningMode: String, CaseIterable, Sendable {
  /// Left out of means; what has no valid value becomes the train median.
  case mask
  /// Zero before the mean; missing rows are zero.
  case zero
  /// After the mean: NaN → 0, +Inf → 1, −Inf → −1, clipped to ±1000.
  case seed
}

/// Everything that decides the bytes of a prepared folder, and what decides only how fast they come.
public struct PreparationConfiguration: Sendable {
  /// The corpus, where it lies and how it is divided.
  public var input: CorpusSettings
  /// Word vectors in GloVe's text format, for a text sequence of word strings.
  public var glove: String?
  /// The modalities of the output.
  public var modalities: [Modality] = Modality.allCases
  /// What a row stands for.
  public var granularity = Granularity.word
  /// What happens to NaN and infinite cells.
  public var cleaning = CleaningMode.mask
  /// How values are stored.
  public var dtype = StoredFloat.f16
  /// Only the first recordings in sorted order, of a release the first dialogs of each session; nil for all.
  public var limit: Int?
  /// Checks of `SealChecks` that may find a leak: the folder is sealed nevertheless, and its manifest says so. No other byte
  /// depends on it.
  public var allowedLeaks: [String] = []
  /// Goes on where a modality's times look like another unit or clock than the labels'.
  public var allowsSuspectTimes = false
  /// For croissant.json: the licence of the corpus, a name or URL.
  public var license: String?
  /// For croissant.json: the day the corpus was published, YYYY-MM-DD.
  public var datePublished: String?

  /// The folder that is written.
  public var output: String
  /// Replaces what `output` holds.
  public var overwrites = false
  /// Worker threads; does not change any byte.
  public var threads: Int
  /// Bytes that may be in flight; does not change any byte.
  public var memory: Int

  /// The corpus's own defaults.
  ///
  /// - Parameter memory: bytes.
  public init(corpus: any Corpus, root: String, output: String, threads: Int, memory: Int) {
    input = CorpusSettings(corpus, root: root)
    self.output = output
    self.threads = threads
    self.memory = memory
  }
}

extension PreparationConfiguration {
  /// What is prepared, with its options; its name goes into the manifest as `dataset`.
  public var corpus: any Corpus {
    get { input.corpus }
    set { input.corpus = newValue }
  }

  /// The folder that holds the input files; of a release also an archive, or several that make one release.
  public var roots: [String] {
    get { input.roots }
    set { input.roots = newValue }
  }

  /// How recordings are divided.
  public var split: SplitPolicy {
    get { input.split }
    set { input.split = newValue }
  }

  /// What becomes of a recording that lacks a modality.
  public var missing: MissingPolicy {
    get { input.missing }
    set { input.missing = newValue }
  }

  /// Goes on without recordings that have an entry which cannot be read or is not as it has to be.
  public var skipsBadEntries: Bool {
    get { input.skipsBadEntries }
    set { input.skipsBadEntries = newValue }
  }

  /// What is asked of the corpus.
  ///
  /// - Parameter folds: the fold file's lists where they can be read.
  func request(folds: FoldFile?, indexer: CSDIndexer) -> CorpusRequest {
    var request = CorpusRequest(root: "", threads: threads, memory: memory, indexer: indexer)
    request.roots = roots
    request.modalities = modalities
    request.granularity = granularity
    request.split = split
    request.missing = missing
    request.folds = folds
    request.limit = limit
    request.glove = glove
    request.allowsSuspectTimes = allowsSuspectTimes
    return request
  }

  /// The modalities that are read: those of the output, and the words that others are aligned to.
  package var readModalities: [Modality] { CorpusRequest.readModalities(of: modalities, granularity) }

  /// Whether a segment in which no word is said stays, as one row over all of it, where another modality has something.
  var keepsWordless: Bool { corpus.recordingsAreTurns && CorpusRequest.toleratesMissingWords(missing, modalities) }
}
