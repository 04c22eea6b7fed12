public import ArrayFiles
import Corpora
public import Samples
import Storage

/// What a row of a sample stands for.
public enum Granularity: String, CaseIterable, Sendable {
  /// A row per word of the text sequence; other modalities averaged over the word.
  case word
  /// One row a modality: the mean over the segment's word rows.
  case utterance
  /// Every native row that overlaps the segment, each modality at its own rate.
  case frame
  /// One row for the whole recording, labelled with its first segment: the path of the project this one replaces.
  case video
}

/// What happens to NaN and infinite cells.
public enum CleaningMode: String, CaseIterable, Sendable {
  /// Left out of means; what has no valid value becomes the train median.
  case mask
  /// Zero before the mean; missing rows are zero.
  case zero
  /// After the mean: NaN → 0, +Inf → 1, −Inf → −1, clipped to ±1000.
  case seed
}

/// What becomes of a recording that one of the files lacks.
public enum MissingPolicy: String, CaseIterable, Sendable {
  /// It is left out and reported.
  case drop
  /// It stays, with that modality masked.
  case keep
}

/// How recordings are divided.
public enum SplitPolicy: Hashable, Sendable {
  /// By a fold file: the SDK's Python lists or JSON.
  case folds(path: String)
  /// By shuffling the groups: shares of train, valid and test that add up to 1.
  case ratios([Double], seed: UInt64)
  /// Test is a session, 1 to 5, and valid the one before it, cyclically.
  case session(Int)
  /// Test is a speaker, e.g. `Ses05_F`, and valid the session before theirs; the speaker's partner is left out.
  case speaker(String)
}

/// Everything that decides the bytes of a prepared folder, and what decides only how fast they come.
public struct PreparationConfiguration: Sendable {
  /// The corpus: `CMU-MOSEI`, `CMU-MOSI` or `IEMOCAP`; goes into the manifest as `dataset`.
  public var dataset: String
  /// The folder that holds the input files; of an IEMOCAP release also an archive, or several that make one release.
  public var roots: [String]
  /// Nil for a corpus of .csd files.
  public var iemocap: IEMOCAPOptions?
  /// Input files named one by one, instead of found under `root`.
  public var files: [Modality: String] = [:]
  /// The label file, instead of the one found under `root`.
  public var labelFile: String?
  /// What the label columns are called, in their order, whatever the label file says; nil where it is asked.
  public var labelNames: [String]?
  /// Word vectors in GloVe's text format, for a text sequence of word strings.
  public var glove: String?
  /// Keeps pause words as rows; only .csd files of the CMU SDK have such words.
  public var keepsPauses = false
  /// The words that are pauses, instead of `PauseWords.standard`.
  public var pauseWords: [String]?
  /// The modalities of the output.
  public var modalities: [Modality] = Modality.allCases
  /// What a row stands for.
  public var granularity = Granularity.word
  /// What happens to NaN and infinite cells.
  public var cleaning = CleaningMode.mask
  /// How values are stored.
  public var dtype = StoredFloat.f16
  /// How recordings are divided.
  public var split = SplitPolicy.ratios([0.7, 0.15, 0.15], seed: 42)
  /// What becomes of a recording that one of the files lacks.
  public var missing = MissingPolicy.drop
  /// Only the first recordings in sorted order, of a release the first dialogs of each session; nil for all.
  public var limit: Int?
  /// Checks of `SealChecks` that may find a leak: the folder is sealed nevertheless, and its manifest says so. No other byte
  /// depends on it.
  public var allowedLeaks: [String] = []
  /// Goes on without recordings that have an entry which cannot be read or is not as it has to be.
  public var skipsBadEntries = false
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
  /// Changes every value of valid and test as it is read, for the audit's proof that none of them reaches train's bytes.
  package var perturbsHeldOut = false
  /// Worker threads; does not change any byte.
  public var threads: Int
  /// Bytes that may be in flight; does not change any byte.
  public var memory: Int

  /// - Parameter memory: bytes.
  public init(dataset: String, root: String, output: String, threads: Int, memory: Int) {
    self.dataset = dataset
    roots = [root]
    self.output = output
    self.threads = threads
    self.memory = memory
  }
}

extension PreparationConfiguration {
  /// Whether a segment in which no word is said stays, as one row over all of it, where another modality has something.
  ///
  /// Of a corpus of turns, laughter or a sigh is an answer. With `--missing drop` it stays too, unless text was asked for.
  var keepsWordless: Bool { iemocap != nil && (missing == .keep || !modalities.contains(.text)) }

  /// The words that are no rows. A release's transcripts have none: they are taken out when it is read.
  var pauses: PauseWords {
    keepsPauses || iemocap != nil ? .none : pauseWords.map { PauseWords($0) } ?? .standard
  }
}
