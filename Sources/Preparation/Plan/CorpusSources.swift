import Corpora
import HDF5
import Samples
import Storage

/// The opened input of a run, whatever the corpus.
struct CorpusSources: Sendable {
  /// The sequence of each modality that is read; includes the words where they are only the reference.
  var features: [Modality: any SequenceSource]
  var labels: any LabelSource
  let folds: FoldFile?
  /// For a text sequence that holds words.
  let vectors: WordVectors?
  /// Words of the text sequence, pauses aside, that have no vector; sorted by their bytes.
  let wordsWithoutVector: [String]
  /// All input files: the modalities in their order, labels, word vectors.
  let inputs: [SourceInput]
  /// Entries that cannot be used, all of recordings that do not take part.
  var defects: [CSDDefect] = []
  /// The recordings that would take part but for such an entry.
  var skippedRecordings: Set<String> = []
  /// How many entries each file has, by its path.
  var entryCounts: [String: Int] = [:]
  /// Whether an entry is a sample, with all its rows whatever their times, and not a recording (see `EntryDepth`).
  var entriesAreSamples = false
  /// Who speaks and in which session, by recording; empty where the corpus does not say so.
  var origins: [String: RecordingOrigin] = [:]
  /// What the manifest calls the source of a modality, where that is not the name of an input file.
  var sourceNames: [Modality: String] = [:]
  /// The names of a modality's columns, where they are known.
  var columnNames: [Modality: [String]] = [:]
  /// What only this kind of corpus has to report.
  var facts: [String: JSONValue] = [:]
  /// What the user should know of the input.
  var warnings: [String] = []

  /// Columns of a modality in the output.
  func width(of modality: Modality) -> Int {
    guard let source = features[modality] else { return 0 }
    return source.isText ? vectors?.width ?? 0 : source.width
  }

  /// Words, pauses aside, that have no vector; sorted by their bytes.
  static func withoutVector(
    _ words: Set<String>, in vectors: WordVectors?, pauses: PauseWords = .standard
  ) -> [String] {
    words.filter { !pauses.contains($0) && vectors?.row(of: $0) == nil }
      .sortedByBytes()
  }
}

extension CorpusSources {
  /// Finds and opens the .csd files of CMU-MOSEI or CMU-MOSI.
  ///
  /// - Throws: `DataError` 66 when something is missing, 65 when something is malformed, 64 when options do not fit the
  ///   files.
  init(_ configuration: PreparationConfiguration, indexer: HDF5Indexer) throws {
    let lists = Result { try Self.readFolds(configuration.split) }
    var read = Set(configuration.modalities)
    if configuration.granularity.needsWords { read.insert(.text) }
    // An unreadable fold file is not forgotten: `lists` is asked again below, where its error is thrown.
    let folder = try CSDFolder.open(
      root: configuration.roots[0], files: configuration.files, labelFile: configuration.labelFile,
      modalities: read.sorted(), prefersWords: configuration.glove != nil, folds: (try? lists.get()) ?? nil,
      indexer: indexer)
    // Not earlier: where --root is wrong, a fold file in it is missing too, and the folder's own error says more.
    folds = try lists.get()
    for (modality, file) in folder.files where modality != .text { try file.requireNumbers(for: "--\(modality)") }
    try folder.labels.requireNumbers(for: "--labels")
    let depth = try EntryDepth.of(
      labels: folder.labels, features: folder.files.sorted { $0.key < $1.key }.map(\.value))
    entriesAreSamples = depth > 0
    let labelFile = folder.labels.grouped(atDepth: depth)
    let files = folder.files.mapValues { $0.grouped(atDepth: depth) }.sorted { $0.key < $1.key }
    let labels = try CSDLabelSource(labelFile, names: configuration.labelNames)
    self.labels = labels
    warnings = labels.warning.map { [$0] } ?? []
    features = Dictionary(uniqueKeysWithValues: files.map { ($0.key, $0.value) })
    let all = files.map(\.value) + [labelFile]
    try CorpusName(of: all, labels: labels.columns.names).require(configuration.dataset)
    defects = all.flatMap(\.defects)
    entryCounts = Dictionary(all.map { ($0.path, $0.entryCount) }) { first, _ in first }
    skippedRecordings = try Self.skippedRecordings(
      of: all, configuration, labels: labels, features: features, folds: folds)
    // As it is before it is read.
    let glove = try configuration.glove.map { try SourceInput(role: "glove", path: $0) }
    let (vectors, words) = try Self.readVectors(configuration, text: folder.files[.text])
    self.vectors = vectors
    wordsWithoutVector = Self.withoutVector(words, in: vectors, pauses: configuration.pauses)
    var inputs = files.map { modality, file in SourceInput(role: modality.rawValue, sequence: file) }
    inputs.append(SourceInput(role: "labels", sequence: folder.labels))
    if let glove, let vectors { inputs.append(glove.with(vectors)) }
    self.inputs = inputs
  }

  private static func readFolds(_ policy: SplitPolicy) throws -> FoldFile? {
    guard case .folds(let path) = policy else { return nil }
    return try FoldFile.read(path)
  }

  /// The vectors of the text sequence's words, and the words; neither where the sequence holds numbers.
  private static func readVectors(
    _ configuration: PreparationConfiguration, text: CSDFile?
  ) throws -> (vectors: WordVectors?, words: Set<String>) {
    if let glove = configuration.glove, !configuration.modalities.contains(.text) {
      throw DataError(
        .usage, file: glove, "--glove is given but text is not among --modalities", expected: "text in --modalities",
        advice: "Leave out --glove, or add text to --modalities.")
    }
    guard let text, text.isText, configuration.modalities.contains(.text) else {
      if let glove = configuration.glove {
        throw DataError(
          .usage, file: glove, "--glove is given but the text sequence does not hold words",
          expected: "a text sequence of word strings", advice: "Leave out --glove, or name the word file with --text.")
      }
      return (nil, [])
    }
    guard let glove = configuration.glove else {
      throw DataError(
        .usage, file: text.path, place: text.rootName, "features are word strings", expected: "word vectors",
        advice: "Add --glove FILE, a word-vector file in GloVe's text format.")
    }
    let reader = HDF5Reader()
    var words: Set<String> = []
    var fingerprint = Fingerprint()
    for entry in text.entries where entry.rowCount > 0 {
      do {
        words.formUnion(
          try reader.readStrings(
            entry.features, of: text.file, place: text.place(of: "features", in: entry), fingerprint: &fingerprint))
      } catch let error as DataError where error.code == .badData {
        // Not forgotten: where the recording takes part it is read again, and refused or counted with all bad entries.
        continue
      }
    }
    return (try WordVectors.read(path: glove, words: words), words)
  }
}

extension Granularity {
  /// Whether rows are aligned to the words of the text sequence.
  var needsWords: Bool { self == .word || self == .utterance }
}
