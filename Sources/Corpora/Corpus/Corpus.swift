import Files
public import Options
public import Samples
public import Text
public import Workers

/// A corpus that can be prepared: what is known about it independently of its files, its options, and how its files are
/// found.
///
/// To add one, conform to this protocol and give `CorpusRegistry` a value: the rest of the project asks these members,
/// never which corpus it is. The defaults are what most corpora have in common.
public protocol Corpus: Sendable {
  /// Its name in manifests, reports and statements: `CMU-MOSEI`.
  var name: String { get }
  /// The command of `msa-prep` that prepares it; nil if it has none.
  var command: String? { get }
  /// Where its owners describe and distribute it.
  var homepage: String? { get }
  /// The paper to cite.
  var citation: String? { get }
  /// A name or URL, for croissant.json; nil if the owners grant access individually and name no licence.
  var license: String? { get }
  /// Who is heard and seen in it, and how it came about, in a sentence for croissant.json; nil if the corpus does not say.
  var people: String? { get }
  /// What its recordings are divided by.
  var group: GroupNoun { get }
  /// How its recordings are divided unless the user says otherwise.
  var defaultSplit: SplitPolicy { get }
  /// What a row represents unless the user says otherwise.
  var defaultGranularity: Granularity { get }
  /// What happens to a recording that lacks a modality, unless the user says otherwise.
  var defaultMissing: MissingPolicy { get }
  /// Whether a recording is one turn of a dialog.
  ///
  /// A turn is a sample of its own. One in which no word is said is kept if another modality has data, because laughter
  /// or a sigh is an answer; and under `MissingPolicy.drop` it needs every modality, which a segment of a longer
  /// recording does not.
  var recordingsAreTurns: Bool { get }
  /// Whether a run can continue without a recording that turns out unreadable (`--skip-bad-entries`); otherwise one
  /// ends it.
  var canLeaveOutUnreadable: Bool { get }
  /// The words of the text sequence that stand for a pause and get no rows.
  var pauses: PauseWords { get }

  /// The options that only this corpus has: the command line, pipeline files, the manifest and its digest are made from
  /// these. They set the members of this corpus in `CorpusSettings.corpus`.
  var optionDefinitions: [OptionDefinition<CorpusSettings>] { get }

  /// Refuses options that do not go together, and fills in the roots if they follow from others.
  ///
  /// - Throws: `DataError` 64.
  func complete(_ roots: inout [String], modalities: [Modality]) throws

  /// Finds the input of a run.
  ///
  /// - Throws: `DataError` 66 when something is missing, 65 when something is malformed, 64 when options do not go
  ///   together.
  func find(_ request: CorpusRequest) throws -> any FoundCorpus

  /// Finds the input files that a prepared folder was made from, among the files below a folder.
  ///
  /// - Throws: `RawFiles.Obstacle` when one is missing, or it is unclear which it is.
  func locate(_ recorded: RecordedInput, below folder: String, in files: RawFiles) throws -> LocatedCorpus

  /// The recording that a fold list of another project means by a name; nil if the name is none of this corpus's.
  func recording(listed name: String) -> String?

  // MARK: Facts that the audit asks for

  /// The best published results on it.
  var publishedResults: [PublishedResult] { get }
  /// The dialog that a sample of this corpus belongs to, by its id alone; nil for ids that are not this corpus's.
  func dialog(ofSample id: String) -> String?
  /// How ids tell who speaks: `turns <dialog>_<speaker><number>`; nil if they do not.
  var sampleNaming: String? { get }
  /// Who speaks in a sample, in which session and dialog, by its id alone; nil for ids that are not this corpus's.
  func place(ofSample id: String) -> SamplePlace?
  /// Whether a dialog is read from a script that other speakers read too.
  func isScripted(dialog: String) -> Bool

  // MARK: Looking at a path

  /// What shows at a glance that a folder holds this corpus, e.g. `sessions`; nil if nothing does.
  ///
  /// - Throws: `DataError` when the folder cannot be looked at.
  func sign(in folder: String) throws -> String?

  /// What `msa-prep inspect` says about a path; nil if the corpus does not recognise what is there.
  ///
  /// - Throws: `DataError` when it recognises it and cannot read it.
  func describe(_ path: String) throws -> JSONValue?
}

extension Corpus {
  /// The command of `msa-prep`.
  public var command: String? { nil }
  /// Where its owners describe it.
  public var homepage: String? { nil }
  /// The paper to cite.
  public var citation: String? { nil }
  /// None is named.
  public var license: String? { nil }
  /// Nothing is said.
  public var people: String? { nil }
  /// What its recordings are divided by.
  public var group: GroupNoun { .recording }
  /// How it is divided unless the user says otherwise.
  public var defaultSplit: SplitPolicy { .byGroup }
  /// What a row represents unless the user says otherwise.
  public var defaultGranularity: Granularity { .word }
  /// What happens to a recording that lacks a modality.
  public var defaultMissing: MissingPolicy { .drop }
  /// Whether a recording is one turn of a dialog.
  public var recordingsAreTurns: Bool { false }
  /// Whether a run can continue without a recording that cannot be read.
  public var canLeaveOutUnreadable: Bool { false }
  /// The words that stand for a pause.
  public var pauses: PauseWords { .none }
  /// The options that only this corpus has.
  public var optionDefinitions: [OptionDefinition<CorpusSettings>] {
    [
      .root(help: "The folder with the corpus's files."),
      .missing(
        default: defaultMissing,
        help: "What happens to a recording that lacks a modality: left out, or kept and masked."),
    ]
  }
  /// Refuses options that do not go together.
  ///
  /// - Throws: `DataError` 64.
  public func complete(_ roots: inout [String], modalities: [Modality]) throws {}
  /// Names are spelled as in the corpus.
  public func recording(listed name: String) -> String? { nil }
  /// The best published results.
  public var publishedResults: [PublishedResult] { [] }
  /// The dialog of a sample, by its id alone.
  public func dialog(ofSample id: String) -> String? { nil }
  /// How ids tell who speaks.
  public var sampleNaming: String? { nil }
  /// Who speaks in a sample, by its id alone.
  public func place(ofSample id: String) -> SamplePlace? { nil }
  /// Whether a dialog is read from a script.
  public func isScripted(dialog: String) -> Bool { false }
  /// What shows at a glance that a folder holds this corpus.
  public func sign(in folder: String) throws -> String? { nil }
  /// The description of a path; nil if the corpus does not recognise what is there.
  public func describe(_ path: String) throws -> JSONValue? { nil }

  /// The corpus is the only input: a file or folder of the recorded name, or `folder` itself.
  public func locate(
    _ recorded: RecordedInput, below folder: String, in files: RawFiles
  ) throws -> LocatedCorpus {
    let name = recorded.sources.first?.name
    let path = files.paths.first { Folder.name(of: $0) == name } ?? folder
    return LocatedCorpus(corpus: self, roots: [path], glove: nil)
  }
}

/// What a corpus's recordings are divided by, as people read it.
public struct GroupNoun: Hashable, Sendable {
  /// What the groups of a prepared folder are: `recordings`, `speakers and dialogs`.
  public let plural: String
  /// What a group is for one sample: `Recording`, `Session or speaker`.
  public let title: String
  /// The word in the report's tables, in the singular; nil if the report's facts name it.
  public let singular: String?

  /// A recording, whatever else the corpus calls it.
  public static let recording = GroupNoun(plural: "recordings", title: "Recording", singular: "recording")

  /// The words for a group.
  public init(plural: String, title: String, singular: String?) {
    self.plural = plural
    self.title = title
    self.singular = singular
  }
}

/// What preparation asks of any corpus.
public struct CorpusRequest: Sendable {
  /// The folder that holds the input files, or the archive, or several that make up one corpus.
  public var roots: [String]
  /// The modalities of the output.
  public var modalities: [Modality]
  /// What a row stands for.
  public var granularity: Granularity
  /// How recordings are split.
  public var split: SplitPolicy
  /// What happens to a recording that lacks a modality.
  public var missing: MissingPolicy
  /// The columns of each modality, if they are known before anything is read: a modality that no recording has is then
  /// no reason to refuse the input.
  public var knownWidths: [Modality: Int] = [:]
  /// Whether the samples must have labels; those that a model is asked about need none.
  public var needsLabels = true
  /// The fold file's lists, if the split uses one that can be read: a hint at which recordings matter.
  public var folds: FoldFile?
  /// The most recordings that take part; nil for all.
  public var limit: Int?
  /// Word vectors in GloVe's text format.
  public var glove: String?
  /// A folder or file of rows for the words, in place of word vectors.
  public var textFeatures: String?
  /// The words of the text sequence that stand for a pause.
  public var pauses = PauseWords.none
  /// Continues although the times of a modality look like a unit or clock other than the labels'.
  public var allowsSuspectTimes: Bool
  /// Worker threads; no byte depends on them.
  public var threads: Int
  /// Bytes that may be in flight; no byte depends on them.
  public var memory: Int
  /// How .csd files are indexed.
  public var indexer: CSDIndexer
  /// Refuses what was found so far, before word vectors are read, which takes a long time.
  package var requireUsable: @Sendable (OpenedCorpus) throws -> Void = { _ in }

  /// A request for all modalities of one folder or archive.
  public init(root: String, threads: Int, memory: Int, indexer: CSDIndexer = .inProcess) {
    roots = [root]
    modalities = Modality.allCases
    granularity = .word
    split = .byGroup
    missing = .drop
    allowsSuspectTimes = false
    self.threads = threads
    self.memory = memory
    self.indexer = indexer
  }

  /// The modalities that are read: those of the output, and the words that others are aligned to.
  public var readModalities: [Modality] { Self.readModalities(of: modalities, granularity) }

  package static func readModalities(of modalities: [Modality], _ granularity: Granularity) -> [Modality] {
    Set(modalities + (granularity.needsWords ? [.text] : [])).sorted()
  }

  /// The data's share of what a run takes beyond `memory`, which is at most 128 MiB with the programs and their
  /// libraries: small corpora need no more.
  package static let freeMemory = 32 << 20

  /// Whether a recording without words may be kept.
  var toleratesMissingWords: Bool { Self.toleratesMissingWords(missing, modalities) }

  package static func toleratesMissingWords(_ missing: MissingPolicy, _ modalities: [Modality]) -> Bool {
    missing == .keep || !modalities.contains(.text)
  }

  /// Refuses word vectors where no text is wanted.
  ///
  /// - Throws: `DataError` 64.
  func requireUseOfGlove() throws {
    guard let glove, !modalities.contains(.text) else { return }
    throw DataError(
      .usage, file: glove, "--glove is given but text is not among --modalities", expected: "text in --modalities",
      advice: "Leave out --glove, or add text to --modalities.")
  }
}

/// A corpus on disk that was found.
///
/// An `OpenedCorpus` is one too: if opening is cheap, `Corpus.find` does that at once.
public protocol FoundCorpus: Sendable {
  /// What is read: enough to tell whether a finished folder is up to date.
  var sources: [Source] { get }

  /// The corpus, if it was opened when found because that is cheap.
  var opened: OpenedCorpus? { get }

  /// Reads what it takes to plan a run and to read features.
  ///
  /// - Parameter work: makes a place for what a resumed run need not do again; not called by a corpus that keeps
  ///   nothing.
  /// - Throws: `DataError` when the input cannot be used, or the place cannot be made.
  func open(keepingIn work: () throws -> WorkFolder, progress: any ProgressSink) throws -> OpenedCorpus

  /// The same for a plan alone: nothing is written, and sizes may be estimates.
  func survey() throws -> OpenedCorpus

  /// Names, sizes and times of each of `sources` as they are now, whatever they were when the corpus was found.
  ///
  /// - Throws: `DataError` 66 when one is gone.
  func currentSources() throws -> [Source]

  /// Reads everything that a run reads and returns the fingerprint of each of `sources`, as a manifest records it; nil
  /// if the fingerprints are made from what is read of each recording.
  ///
  /// - Throws: `DataError` when the input cannot be used.
  func fingerprints(progress: any ProgressSink) throws -> [String?]?
}

extension FoundCorpus {
  /// Looks at the files of the same names.
  public func currentSources() throws -> [Source] { try sources.map { try $0.current() } }
}

/// The published result of a model, to notice a score that is too good.
public struct PublishedResult: Hashable, Sendable {
  /// What is compared.
  public enum Measure: String, Sendable {
    case meanAbsoluteError = "MAE"
    case correlation = "r"
    /// Negative against positive, labels of 0 left out.
    case binaryAccuracy = "Acc-2 (≠0)"
    case sevenClassAccuracy = "Acc-7"
    /// The accuracy over four classes: angry, happy (with excited), neutral, sad.
    case fourClassAccuracy = "accuracy of 4 classes"
    /// The accuracy over six classes.
    case sixClassAccuracy = "accuracy of 6 classes"
  }

  /// What was measured.
  public let measure: Measure
  /// The score.
  public let value: Double
  /// Model and paper.
  public let source: String

  /// A result and where it stands.
  public init(_ measure: Measure, _ value: Double, source: String) {
    self.measure = measure
    self.value = value
    self.source = source
  }
}

/// What the id of a sample tells, in corpora whose ids tell who speaks.
public struct SamplePlace: Hashable, Sendable {
  /// Who speaks.
  public let speaker: String
  /// The recording session.
  public let session: String
  /// The dialog, which both speakers' turns share.
  public let dialog: String

  /// A speaker in a dialog of a session.
  public init(speaker: String, session: String, dialog: String) {
    self.speaker = speaker
    self.session = session
    self.dialog = dialog
  }
}
