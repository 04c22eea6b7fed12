public import Samples
public import Text
public import Workers

/// The opened input of a run, whatever the corpus.
public struct OpenedCorpus: FoundCorpus {
  /// The sequence of each modality that is read; includes the words even if they are only the reference.
  public var features: [Modality: any ModalitySequence]
  /// The labels of all recordings.
  public var labels: any CorpusLabels
  /// All input files: the modalities in their order, labels, word vectors.
  public var sources: [Source]
  /// The words that samples show where the text sequence holds none, or is not read.
  public var transcript: (any ModalitySequence)?
  /// For a text sequence that holds words.
  public var vectors: WordVectors?
  /// Words of the text sequence, pauses aside, that have no vector; sorted by their bytes.
  public var wordsWithoutVector: [String] = []
  /// Entries that cannot be used, possibly of recordings that do not take part.
  package var defects: [EntryDefect] = []
  /// How many entries each file has, by its path.
  package var entryCounts: [String: Int] = [:]
  /// Whether an entry is a sample, with all its rows whatever their times, rather than a recording (see `EntryDepth`).
  package var entriesAreSamples = false
  /// Recordings that the corpus's own options leave out, with the reason; no sequence has them.
  public var leftOut: [String: DropReason] = [:]
  /// Whether recordings beyond the limit of the request were left unread.
  package var isLimited = false
  /// Who speaks and in which session, by recording; empty if the corpus does not say.
  public var origins: [String: RecordingOrigin] = [:]
  /// What the corpus says about each sample besides its labels and rows, in corpora whose recordings are samples; empty
  /// in others.
  public var sampleFacts: [String: SampleFacts] = [:]
  /// The manifest's name for the source of a modality, if that is not the name of an input file.
  public var sourceNames: [Modality: String] = [:]
  /// The names of a modality's columns, if known.
  public var columnNames: [Modality: [String]] = [:]
  /// What only this kind of corpus has to report: members of report.json.
  public var facts: [String: JSONValue] = [:]
  /// What the user should know about the input.
  public var warnings: [String] = []

  /// - Parameters:
  ///   - features: a sequence for each modality of the request's `readModalities`.
  ///   - sources: in an order that stays the same.
  public init(features: [Modality: any ModalitySequence], labels: any CorpusLabels, sources: [Source]) {
    self.features = features
    self.labels = labels
    self.sources = sources
  }

  /// Columns of a modality in the output.
  package func width(of modality: Modality) -> Int {
    guard let sequence = features[modality] else { return 0 }
    return sequence.isText ? vectors?.width ?? 0 : sequence.width
  }

  /// Sets vectors for the words of the text sequence, and records which words have none.
  public mutating func setVectors(_ vectors: WordVectors?, of words: Set<String>, pauses: PauseWords = .none) {
    self.vectors = vectors
    wordsWithoutVector = words.filter { !pauses.contains($0) && vectors?.row(of: $0) == nil }.sortedByBytes()
  }

  // MARK: - FoundCorpus

  /// Itself: it is open already.
  public var opened: OpenedCorpus? { self }
  /// Itself; nothing is kept.
  public func open(keepingIn work: () throws -> WorkFolder, progress: any ProgressSink) throws -> OpenedCorpus { self }
  /// Itself.
  public func survey() throws -> OpenedCorpus { self }
  /// Nil: they are made from what is read of each recording, or are in `sources`.
  public func fingerprints(progress: any ProgressSink) throws -> [String?]? { nil }
}

/// Who speaks in a recording of a dialog, where and when.
public struct RecordingOrigin: Hashable, Sendable {
  /// The session, which holds whole dialogs.
  public let session: String
  /// The dialog, which no split divides.
  public let dialog: String
  /// Who speaks, by a name that is unique in the corpus.
  public let speaker: String
  /// When the recording starts, in seconds from the start of the dialog.
  public let start: Double

  /// An origin; `start` is in seconds.
  public init(session: String, dialog: String, speaker: String, start: Double) {
    self.session = session
    self.dialog = dialog
    self.speaker = speaker
    self.start = start
  }
}
