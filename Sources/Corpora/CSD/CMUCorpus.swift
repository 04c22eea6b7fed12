import Digests
import Files
import HDF5
public import Options
public import Samples
import Text

/// CMU-MOSEI or CMU-MOSI: computational sequences, a file for each modality and one of labels.
public struct CMUCorpus: Corpus {
  /// Its name in manifests.
  public let name: String
  /// The command of `msa-prep`.
  public let command: String?
  /// Where its owners describe it.
  public let homepage: String?
  /// The paper to cite.
  public let citation: String?
  /// The best published results.
  public let publishedResults: [PublishedResult]
  /// The options for these files.
  public var options = CSDOptions()

  /// Who is heard and seen.
  public var people: String? { "People who speak to the camera, in English, in videos that they published on YouTube." }
  /// Whether a run can continue without a recording that cannot be read.
  public var canLeaveOutUnreadable: Bool { true }
  /// The words that stand for a pause.
  public var pauses: PauseWords {
    options.keepsPauses ? .none : options.pauseWords.map { PauseWords($0) } ?? .standard
  }

  /// The options that only this corpus has.
  public var optionDefinitions: [OptionDefinition<CorpusSettings>] {
    [.root(isRequired: false, help: "The folder with the corpus's .csd files.")]
      + CSDOptions.definitions.map { $0.within(\.csd) } + [
        .textFeatures,
        .flag(
          "skip-bad-entries", \.skipsBadEntries, record: .permission("skip-bad-entries", \.skipsBadEntries),
          help:
            "Continue without the recordings whose entry in a .csd file is damaged or malformed; the report names them."
        ),
        .missing(
          default: .drop, help: "What happens to a recording that one file lacks: left out, or kept and masked."),
      ]
  }

  /// Refuses options that do not go together.
  ///
  /// - Throws: `DataError` 64.
  public func complete(_ roots: inout [String], modalities: [Modality]) throws {
    try options.complete(&roots, modalities: modalities)
  }

  private static let uniMSE = "UniMSE, Hu et al., EMNLP 2022, arXiv:2211.11256"

  /// CMU-MOSEI with the default options.
  public static let mosei = CMUCorpus(
    name: "CMU-MOSEI", command: "mosei", homepage: "http://multicomp.cs.cmu.edu/resources/cmu-mosei-dataset/",
    citation:
      "Zadeh et al.: Multimodal Language Analysis in the Wild: CMU-MOSEI Dataset and Interpretable Dynamic Fusion Graph. ACL 2018.",
    publishedResults: [
      PublishedResult(.meanAbsoluteError, 0.523, source: uniMSE),
      PublishedResult(.correlation, 0.773, source: uniMSE),
      PublishedResult(.binaryAccuracy, 0.875, source: uniMSE),
      PublishedResult(.sevenClassAccuracy, 0.5439, source: uniMSE),
    ])

  /// CMU-MOSI with the default options.
  public static let mosi = CMUCorpus(
    name: "CMU-MOSI", command: "mosi", homepage: "http://multicomp.cs.cmu.edu/resources/cmu-mosi-dataset/",
    citation:
      "Zadeh et al.: MOSI: Multimodal Corpus of Sentiment Intensity and Subjectivity Analysis in Online Opinion Videos. 2016.",
    publishedResults: [
      PublishedResult(.meanAbsoluteError, 0.691, source: uniMSE),
      PublishedResult(.correlation, 0.809, source: uniMSE),
      PublishedResult(.binaryAccuracy, 0.869, source: uniMSE),
      PublishedResult(.sevenClassAccuracy, 0.4868, source: uniMSE),
    ])

  /// Finds and opens the .csd files.
  ///
  /// - Throws: `DataError` 66 when something is missing, 65 when something is malformed, 64 when options do not fit the
  ///   files.
  public func find(_ request: CorpusRequest) throws -> any FoundCorpus {
    var named = options.files
    // Rows of values that are given for words leave the vectors unread.
    if request.textFeatures != nil, named[.text] == nil { named[.text] = options.wordFile }
    let ready = try options.readyFiles()
    let wordFile = try transcript(request)
    let folder = try CSDFolder.open(
      root: request.roots[0], files: named, labelFile: options.labelFile,
      modalities: request.readModalities.filter { options.ready[$0] == nil },
      prefersWords: request.glove != nil || request.textFeatures != nil, folds: request.folds, indexer: request.indexer)
    for (modality, file) in folder.files where modality != .text { try file.requireNumbers(for: "--\(modality)") }
    try folder.labels.requireNumbers(for: "--labels")
    let depth = try EntryDepth.of(
      labels: folder.labels, features: folder.files.sorted { $0.key < $1.key }.map(\.value))
    let labelFile = folder.labels.grouped(atDepth: depth)
    let files = folder.files.mapValues { $0.grouped(atDepth: depth) }.sorted { $0.key < $1.key }
    let labels = try CSDLabelRows(labelFile, names: options.labelNames)
    let transcript = wordFile?.grouped(atDepth: depth)
    let all = files.map(\.value) + [labelFile] + (transcript.map { [$0] } ?? [])
    try CorpusName(of: all, labels: labels.columns.names).require(self)
    var sources = files.map { modality, file in Source(role: modality.rawValue, sequence: file) }
    sources.append(Source(role: "labels", sequence: folder.labels))
    var opened = OpenedCorpus(
      features: Dictionary(uniqueKeysWithValues: files.map { ($0.key, $0.value) }), labels: labels, sources: sources)
    opened.defects = all.flatMap(\.defects)
    opened.entryCounts = Dictionary(all.map { ($0.path, $0.entryCount) }) { first, _ in first }
    opened.entriesAreSamples = depth > 0
    opened.warnings = [labels.warning, options.warning(textIsWords: folder.files[.text]?.isText)].compactMap { $0 }
    opened.transcript = transcript
    if let warning = Self.warning(lackingIn: transcript, labels) { opened.warnings.append(warning) }
    try request.requireUsable(opened)
    // As it is before it is read.
    let glove = try request.glove.map { try Source(role: "glove", path: $0) }
    let (vectors, words) = try readVectors(request, text: folder.files[.text])
    opened.setVectors(vectors, of: words, pauses: pauses)
    if let glove, let vectors { opened.sources.append(glove.with(vectors)) }
    if let transcript {
      var source = Source(role: "words", sequence: transcript)
      source.fingerprint = try Self.fingerprint(of: transcript.path)
      opened.sources.append(source)
    }
    return ready.isEmpty ? opened : TimedFeatureCorpus(base: opened, request: request, files: ready)
  }

  /// The words that samples show, from `--words`.
  ///
  /// - Throws: `DataError` 65 when the file holds numbers.
  private func transcript(_ request: CorpusRequest) throws -> CSDFile? {
    guard let path = options.wordFile else { return nil }
    let file: CSDFile
    do {
      file = try CSDFile.open(request.indexer.hdf5.start(path), folds: request.folds)
    } catch let error as DataError where error.code == .inputMissing {
      throw error.advising("Check the path given with --words.")
    }
    guard file.isText else {
      throw DataError(
        .badData, file: path, place: file.rootName, "features are numbers", expected: "words with their times",
        advice: "Give CMU_MOSEI_TimestampedWords.csd with --words, or leave it out.")
    }
    return file
  }

  /// The sentence for labelled recordings of which a transcript has no word.
  private static func warning(lackingIn transcript: CSDFile?, _ labels: CSDLabelRows) -> String? {
    guard let transcript else { return nil }
    let lacking = labels.recordings.filter {
      !transcript.contains($0) && !transcript.contains(SampleID.recording(of: $0))
    }
    guard let first = lacking.first else { return nil }
    let verb = lacking.count.noun("is", plural: "are")
    return
      "\(lacking.count.counted("recording")) \(verb) not in the file of --words, the first \(first): no words are shown."
  }

  /// XXH3-128 of a file.
  private static func fingerprint(of path: String) throws -> String {
    let file = try MappedFile(path: path)
    var fingerprint = Fingerprint()
    withExtendedLifetime(file) { fingerprint.update(file.bytes) }
    return fingerprint.hexDigest()
  }

  /// The vectors of the text sequence's words, and the words; neither if the sequence holds numbers.
  private func readVectors(
    _ request: CorpusRequest, text: CSDFile?
  ) throws -> (vectors: WordVectors?, words: Set<String>) {
    try request.requireUseOfGlove()
    if request.textFeatures != nil { return (nil, []) }
    guard let text, text.isText, request.modalities.contains(.text) else {
      if let glove = request.glove {
        throw DataError(
          .usage, file: glove, "--glove is given but the text sequence does not hold words",
          expected: "a text sequence of word strings", advice: "Leave out --glove, or name the word file with --text.")
      }
      return (nil, [])
    }
    guard let glove = request.glove else {
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
        // Not ignored: if the recording takes part it is read again, and refused or counted with all bad entries.
        continue
      }
    }
    return (try WordVectors.read(path: glove, words: words), words)
  }

  /// The manifest lists the sequences in the order of modalities, then the labels, the word vectors, the transcript
  /// and ready-made features.
  public func locate(
    _ recorded: RecordedInput, below folder: String, in files: RawFiles
  ) throws -> LocatedCorpus {
    let records = recorded.sources
    let modalities = recorded.readModalities.filter { options.ready[$0] == nil }
    guard records.count > modalities.count else {
      throw RawFiles.Obstacle(
        reason: "The manifest names \(records.count) input files, fewer than the modalities and labels need.",
        advice: "Prepare the folder again.")
    }
    var corpus = self
    for (modality, record) in zip(modalities, records) {
      corpus.options.files[modality] = try files.path(record) {
        try Self.holding(.features(modality), width: recorded.widths[modality], among: $0, recorded.indexer)
      }
    }
    corpus.options.labelFile = try files.path(records[modalities.count]) {
      try Self.holding(.labels, width: recorded.labelCount, among: $0, recorded.indexer)
    }
    let near = try files.adding(contentsOf: Folder.parent(of: folder))
    var others = records.dropFirst(modalities.count + 1)
    if options.audioFeatures != nil, let features = others.popLast() {
      corpus.options.audioFeatures = try near.fileOrFolder(features)
    }
    if options.visualFeatures != nil, let features = others.popLast() {
      corpus.options.visualFeatures = try near.fileOrFolder(features)
    }
    if options.wordFile != nil, let words = others.popLast() { corpus.options.wordFile = try near.path(words) }
    let glove = try others.first.map { try files.path($0) }
    return LocatedCorpus(corpus: corpus, roots: [folder], glove: glove)
  }

  /// Of several files, those whose names say what they hold; else those whose names say nothing and that have the right
  /// width; else all.
  private static func holding(
    _ contents: CSDFile.Contents, width: Int?, among paths: [String], _ indexer: CSDIndexer
  ) throws -> [String] {
    let files = try paths.map { path in (path: path, file: try sequence(in: path, indexer)) }
    let named = files.filter { $0.file?.contents == contents }
    let wide = files.filter { $0.file.map { $0.contents == nil && $0.width == width } ?? false }
    return [named, wide].first { !$0.isEmpty }?.map(\.path) ?? paths
  }

  /// The computational sequence in a file; nil if it holds none, so that the folder was not made from it.
  private static func sequence(in path: String, _ indexer: CSDIndexer) throws -> CSDFile? {
    do {
      return try CSDFile.open(path, indexer: indexer)
    } catch let error as DataError where error.tellsOfInput {
      return nil
    }
  }
}

extension Source {
  /// A computational sequence, as it was when opened.
  fileprivate init(role: String, sequence: CSDFile) {
    self.init(role: role, file: sequence.file.file)
    facts = [
      "root_name": .string(sequence.rootName), "entries": .integer(sequence.entryCount),
      "rows": .integer(sequence.rowCount), "width": .integer(sequence.width),
      "type": .string(sequence.typeDescription),
    ]
  }
}
