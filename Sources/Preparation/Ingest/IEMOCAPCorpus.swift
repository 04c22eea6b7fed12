import Archives
import Corpora
import Samples
import Shards
import Storage
import Workers

/// An IEMOCAP release: a folder or archive that is ingested in one pass before it is prepared.
struct IEMOCAPCorpus: Corpus {
  let folds: FoldFile?
  let configuration: PreparationConfiguration
  private let options: IEMOCAPOptions
  let release: SourceTree
  let features: [FeatureSource]
  private let glove: SourceInput?

  var isStaged: Bool { true }
  /// The configuration decides them.
  var labelNames: [String]? { nil }
  var inputs: [SourceInput] { ([release] + features.map(\.tree)).map(\.input) + (glove.map { [$0] } ?? []) }

  /// Finds the input; nothing is read.
  ///
  /// - Throws: `DataError` 66 when something is missing, 64 when options do not go together.
  init(_ configuration: PreparationConfiguration, _ options: IEMOCAPOptions) throws {
    self.configuration = configuration
    self.options = options
    if configuration.granularity == .video {
      throw DataError(
        .usage, "--granularity video makes one sample of a recording, and a turn is one already",
        expected: "word, utterance or frame", advice: "Use --granularity utterance for one row a turn.")
    }
    if let glove = configuration.glove, !configuration.modalities.contains(.text) {
      throw DataError(
        .usage, file: glove, "--glove is given but text is not among --modalities", expected: "text in --modalities",
        advice: "Leave out --glove, or add text to --modalities.")
    }
    if case .folds(let path) = configuration.split { folds = try FoldFile.read(path) } else { folds = nil }
    let filter = ReleaseFilter(configuration, options)
    release = try SourceTree(role: "release", paths: configuration.roots, isWanted: filter.wants)
    features = try Self.readyMade(configuration, options)
    glove = try configuration.glove.map { try SourceInput(role: "glove", path: $0) }
  }

  private static func readyMade(
    _ configuration: PreparationConfiguration, _ options: IEMOCAPOptions
  ) throws -> [FeatureSource] {
    if let face = options.face, options.visualFeatures == nil {
      throw DataError(
        .usage, "--face \(face) is given without --visual-features",
        advice: "Leave it out, or give tables with several faces.")
    }
    let given: [(TurnStream, String?, Double, Int?)] = [
      (.visual, options.visualFeatures, options.visualRate, options.face),
      (.audio, options.audioFeatures, options.audioRate, nil),
    ]
    return try given.compactMap { stream, path, rate, face in
      guard let path else { return nil }
      if !configuration.modalities.contains(stream.modality) {
        throw DataError(
          .usage, file: path, "--\(stream)-features is given but \(stream) is not among --modalities",
          advice: "Leave it out, or add \(stream) to --modalities.")
      }
      let tree = try SourceTree(role: "\(stream)-features", path: path, isWanted: FeatureNames.isCandidate)
      return FeatureSource(stream: stream, tree: tree, rate: rate, face: face)
    }
  }

  func open(in output: OutputFolder, progress: any ProgressSink) throws -> CorpusSources {
    let staging = try output.makeStaging(overwrites: configuration.overwrites, progress: progress)
    let stage = IngestStage(folder: staging.path, identity: identity)
    if let earlier = try stage.finished() {
      return try sources(earlier.release, store: InputFile(path: earlier.store))
    }
    try staging.discardOtherIngests(than: stage, progress: progress)
    let writer = try SequenceStoreWriter(path: stage.storePath)
    let found = try ingest(progress).run(
      into: writer, threads: configuration.threads)
    let store = try writer.commit(named: stage.storePath(of:))
    try stage.finish(found, store: store)
    return try sources(found, store: InputFile(path: store))
  }

  func reopened() throws -> any Corpus { try IEMOCAPCorpus(configuration, options) }
  func currentInputs() throws -> [SourceInput] { try reopened().inputs }

  func fingerprints(progress: any ProgressSink) throws -> [String?] {
    let found = try ingest(progress).run(
      into: nil, threads: configuration.threads)
    let words = Set(found.words.values.flatMap { $0.map(\.word) })
    return try inputs(found, vectors: vectors(of: words)).map(\.fingerprint)
  }

  func survey() throws -> CorpusSources { try sources(ingest(SilentProgress()).survey(), store: nil) }

  /// What the report would say of the release itself, also where it is not complete enough to be prepared.
  func describe() throws -> JSONValue {
    ReleaseReport(
      try ingest(SilentProgress()).survey(), configuration: configuration, path: release.input.path,
      hasGlove: glove != nil
    ).json
  }

  private func ingest(_ progress: any ProgressSink) throws -> ReleaseIngest {
    var filter = ReleaseFilter(configuration, options)
    if let limit = configuration.limit { filter.dialogs = try firstDialogs(limit) }
    return ReleaseIngest(
      release: release, features: features, filter: filter, options: options, progress: progress,
      memory: configuration.memory)
  }

  /// The first dialogs with labels of each session, in the order of their bytes. Of an archive this takes a pass of its own.
  private func firstDialogs(_ limit: Int) throws -> Set<String> {
    var dialogs: [Int: [String]] = [:]
    try release.tree.forEachFile {
      if case .emotions(let dialog, let session) = IEMOCAPPath($0) { dialogs[session, default: []].append(dialog) }
      return false
    } _: { _ in
    }
    return Set(dialogs.values.flatMap { $0.sortedByBytes().prefix(limit) })
  }

  /// SHA-256 of all that decides what an ingest finds.
  private var identity: String {
    let filter = ReleaseFilter(configuration, options)
    let members: JSONValue = [
      "trees": .array(
        ([release] + features.map(\.tree)).map { [.string($0.input.name), .string($0.input.stamp.text)] }),
      "streams": .array(
        features.map {
          [.string($0.stream.rawValue), .number($0.rate), $0.face.map { .integer($0) } ?? .null]
        }),
      "reads_sound": .bool(filter.readsSound), "reads_motion": .bool(filter.readsMotion),
      "limit": configuration.limit.map { .integer($0) } ?? .null, "frame_offset": .integer(options.frameOffset),
      "audio": .string(AudioFeatures.version), "arithmetic": .integer(Manifest.ownArithmetic),
    ]
    return SHA256.hexDigest(of: members.canonicalText)
  }
}

// MARK: - What the plan is made of

extension IEMOCAPCorpus {
  private func sources(_ found: IngestedRelease, store: InputFile?) throws -> CorpusSources {
    let path = release.input.path
    var sequences: [Modality: any SequenceSource] = [:]
    var names: [Modality: String] = [:]
    var columns: [Modality: [String]] = [:]
    var warnings: [String] = []
    for modality in configuration.modalities where modality != .text {
      let sequence = try self.sequence(modality, found, store: store)
      sequences[modality] = sequence.source
      names[modality] = sequence.name
      columns[modality] = sequence.columns
      warnings += sequence.warnings
    }
    if configuration.modalities.contains(.text), !found.words.values.contains(where: { !$0.isEmpty }) {
      throw DataError(
        .badData, file: path, "has no word of any turn",
        expected: "sentences/ForcedAlignment/ or dialog/transcriptions/ in its sessions",
        advice: "Leave text out by --modalities, or complete the release.")
    }
    if configuration.modalities.contains(.text) || configuration.granularity.needsWords {
      sequences[.text] = TurnWords(path: path, words: found.words)
    }
    let words = Set(found.words.values.flatMap { $0.map(\.word) })
    let vectors = try self.vectors(of: words)
    if configuration.modalities.contains(.text) { names[.text] = glove?.name ?? HashedWordVectors.version }
    let origins = found.emotions.mapValues {
      RecordingOrigin(
        session: "Ses0\($0.id.session)", dialog: $0.id.dialog, speaker: $0.id.speakerName, start: $0.interval.start)
    }
    let report = ReleaseReport(found, configuration: configuration, path: path, hasGlove: glove != nil)
    var sources = CorpusSources(
      features: sequences, labels: TurnLabels(path: path, kind: options.labels, turns: found.emotions), folds: folds,
      vectors: vectors, wordsWithoutVector: CorpusSources.withoutVector(words, in: vectors),
      inputs: inputs(found, vectors: vectors))
    sources.origins = origins
    sources.sourceNames = names
    sources.columnNames = columns
    sources.facts = ["release": report.json]
    sources.warnings = report.warnings + warnings
    return sources
  }

  /// The inputs with what was read of them.
  private func inputs(_ found: IngestedRelease, vectors: WordVectors?) -> [SourceInput] {
    ([release] + features.map(\.tree)).map { tree in
      var input = tree.input
      input.fingerprint = found.fingerprints[input.role]
      if input.role == "release" {
        input.facts = [
          "entries": .integer(found.tally["files.read"]), "rows": .integer(found.emotions.count),
          "type": "IEMOCAP release",
        ]
      }
      return input
    } + (glove.flatMap { glove in vectors.map { [glove.with($0)] } } ?? [])
  }

  private func vectors(of words: Set<String>) throws -> WordVectors? {
    guard configuration.modalities.contains(.text) else { return nil }
    guard let glove else { return HashedWordVectors.vectors(of: words) }
    return try WordVectors.read(path: glove.path, words: words)
  }
}
