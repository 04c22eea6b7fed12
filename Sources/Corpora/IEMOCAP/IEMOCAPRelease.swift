import Archives
import Digests
import Files
import Samples
import Text
import Workers

/// An IEMOCAP release: a folder or archive that is ingested in one pass before it is prepared.
struct IEMOCAPRelease: FoundCorpus {
  let request: CorpusRequest
  private let options: IEMOCAPOptions
  let tree: SourceTree
  let features: [ReadyFeatures]
  private let glove: Source?

  /// Reading takes long, so nothing is open yet.
  var opened: OpenedCorpus? { nil }
  var sources: [Source] { ([tree] + features.map(\.tree)).map(\.source) + (glove.map { [$0] } ?? []) }

  /// Finds the input; nothing is read.
  ///
  /// - Throws: `DataError` 66 when something is missing, 64 when options do not go together.
  init(_ request: CorpusRequest, _ options: IEMOCAPOptions) throws {
    self.request = request
    self.options = options
    if request.granularity == .video {
      throw DataError(
        .usage, "--granularity video makes one sample of a recording, but a turn is one already",
        expected: "word, utterance or frame", advice: "Use --granularity utterance for one row per turn.")
    }
    try request.requireUseOfGlove()
    try options.requireOneLabelling()
    let filter = ReleaseFilter(request, options)
    tree = try SourceTree(role: "release", paths: request.roots, isWanted: filter.wants)
    features = try Self.readyMade(request, options)
    glove = try request.glove.map { try Source(role: "glove", path: $0) }
  }

  private static func readyMade(
    _ request: CorpusRequest, _ options: IEMOCAPOptions
  ) throws -> [ReadyFeatures] {
    if let face = options.face, options.visualFeatures == nil { throw FeatureFile.uselessFace(face) }
    let given: [(TurnStream, String?, Double, Int?)] = [
      (.visual, options.visualFeatures, options.visualRate, options.face),
      (.audio, options.audioFeatures, options.audioRate, nil),
    ]
    return try given.compactMap { stream, path, rate, face in
      guard let path else { return nil }
      if !request.modalities.contains(stream.modality) {
        throw DataError(
          .usage, file: path, "--\(stream)-features is given but \(stream) is not among --modalities",
          advice: "Leave it out, or add \(stream) to --modalities.")
      }
      let tree = try SourceTree(role: "\(stream)-features", path: path, isWanted: FeatureNames.isCandidate)
      return ReadyFeatures(stream: stream, tree: tree, rate: rate, face: face)
    }
  }

  func open(keepingIn work: () throws -> WorkFolder, progress: any ProgressSink) throws -> OpenedCorpus {
    let folder = try work()
    let stage = IngestStage<IngestedRelease>(folder: folder.path, identity: identity(arithmetic: folder.arithmetic))
    if let earlier = try stage.finished() {
      return try opened(earlier.found, store: InputFile(path: earlier.store))
    }
    try stage.discardOthers(in: folder)
    let writer = try SequenceStoreWriter(path: stage.storePath)
    let found = try ingest(progress).run(into: writer, threads: request.threads)
    // Other files would be another ingest: what is refused for these files is not worth keeping.
    do {
      for modality in request.modalities where modality != .text { _ = try sequence(modality, found, store: nil) }
    } catch {
      writer.discard()
      throw error
    }
    let store = try writer.commit(named: stage.storePath(of:))
    try stage.finish(found, store: store)
    return try opened(found, store: InputFile(path: store))
  }

  func currentSources() throws -> [Source] { try IEMOCAPRelease(request, options).sources }

  func fingerprints(progress: any ProgressSink) throws -> [String?]? {
    let found = try ingest(progress).run(into: nil, threads: request.threads)
    let words = Set(found.words.values.flatMap { $0.map(\.word) })
    return try sources(found, vectors: vectors(of: words)).map(\.fingerprint)
  }

  func survey() throws -> OpenedCorpus { try opened(ingest(SilentProgress()).survey(), store: nil) }

  /// What the report would say about the release itself, even if it is not complete enough to be prepared.
  func describe() throws -> JSONValue {
    ReleaseReport(
      try ingest(SilentProgress()).survey(), request: request, options: options, path: tree.path, hasGlove: glove != nil
    ).json
  }

  private func ingest(_ progress: any ProgressSink) throws -> ReleaseIngest {
    var filter = ReleaseFilter(request, options)
    if let limit = request.limit { filter.dialogs = try firstDialogs(limit) }
    return ReleaseIngest(
      release: tree, features: features, filter: filter, options: options, progress: progress, memory: request.memory)
  }

  /// The first dialogs with labels of each session, in the order of their bytes. For an archive this takes a separate
  /// pass.
  private func firstDialogs(_ limit: Int) throws -> Set<String> {
    var dialogs: [Int: [String]] = [:]
    try tree.tree.forEachFile {
      if case .emotions(let dialog, let session) = IEMOCAPPath($0), options.subset?.contains(dialog) ?? true {
        dialogs[session, default: []].append(dialog)
      }
      return false
    } _: { _ in
    }
    return Set(dialogs.values.flatMap { $0.sortedByBytes().prefix(limit) })
  }

  /// SHA-256 of everything that decides what an ingest finds.
  private func identity(arithmetic: Int) -> String {
    let filter = ReleaseFilter(request, options)
    var members: [String: JSONValue] = [
      "votes": true,
      "trees": .array(
        ([tree] + features.map(\.tree)).map { [.string($0.source.name), .string($0.source.stamp.text)] }),
      "streams": .array(
        features.map {
          [.string($0.stream.rawValue), .number($0.rate), $0.face.map { .integer($0) } ?? .null]
        }),
      "reads_sound": .bool(filter.readsSound), "reads_motion": .bool(filter.readsMotion),
      "limit": request.limit.map { .integer($0) } ?? .null, "frame_offset": .integer(options.frameOffset),
      "audio": .string(AudioFeatures.version), "arithmetic": .integer(arithmetic),
    ]
    if let subset = options.subset { members["subset"] = .string(subset.rawValue) }
    return SHA256.hexDigest(of: JSONValue.object(members).canonicalText)
  }
}

// MARK: - What the plan is made of

extension IEMOCAPRelease {
  private func opened(_ all: IngestedRelease, store: InputFile?) throws -> OpenedCorpus {
    let path = tree.path
    var found = all
    let leftOut = found.restrict(to: options.subset)
    var sequences: [Modality: any ModalitySequence] = [:]
    var names: [Modality: String] = [:]
    var columns: [Modality: [String]] = [:]
    var warnings: [String] = []
    for modality in request.modalities where modality != .text {
      let sequence = try self.sequence(modality, found, store: store)
      sequences[modality] = sequence.source
      names[modality] = sequence.name
      columns[modality] = sequence.columns
      warnings += sequence.warnings
    }
    if request.modalities.contains(.text), !found.words.values.contains(where: { !$0.isEmpty }) {
      throw DataError(
        .badData, file: path, "has no word of any turn",
        expected: "sentences/ForcedAlignment/ or dialog/transcriptions/ in its sessions",
        advice: "Leave text out with --modalities, or complete the release.")
    }
    if request.readModalities.contains(.text) {
      sequences[.text] = TurnWords(path: path, words: found.words)
    }
    let words = Set(found.words.values.flatMap { $0.map(\.word) })
    let vectors = try self.vectors(of: words)
    if request.modalities.contains(.text) { names[.text] = glove?.name ?? HashedWordVectors.version }
    let origins = found.emotions.mapValues {
      RecordingOrigin(
        session: "Ses0\($0.id.session)", dialog: $0.id.dialog, speaker: $0.id.speakerName, start: $0.interval.start)
    }
    var report = ReleaseReport(found, request: request, options: options, path: path, hasGlove: glove != nil)
    report.leftOutTurns = leftOut.count
    var opened = OpenedCorpus(
      features: sequences, labels: TurnLabels(path: path, labelling: options.labelling, turns: found.emotions),
      sources: sources(found, vectors: vectors))
    opened.setVectors(vectors, of: words, pauses: .standard)
    // Whole dialogs were left unread.
    opened.isLimited = true
    opened.leftOut = Dictionary(uniqueKeysWithValues: leftOut.map { ($0, .otherSubset) })
    opened.origins = origins
    opened.sourceNames = names
    opened.columnNames = columns
    opened.facts = ["release": report.json]
    opened.warnings = report.warnings + warnings
    return opened
  }

  /// The sources with what was read of them.
  private func sources(_ found: IngestedRelease, vectors: WordVectors?) -> [Source] {
    ([tree] + features.map(\.tree)).map { tree in
      var source = tree.source
      source.fingerprint = found.fingerprints[source.role]
      if source.role == "release" {
        source.facts = [
          "entries": .integer(found.tally["files.read"]), "rows": .integer(found.emotions.count),
          "type": "IEMOCAP release",
        ]
      }
      return source
    } + (glove.flatMap { glove in vectors.map { [glove.with($0)] } } ?? [])
  }

  private func vectors(of words: Set<String>) throws -> WordVectors? {
    guard request.modalities.contains(.text), request.textFeatures == nil else { return nil }
    guard let glove else { return HashedWordVectors.vectors(of: words) }
    return try WordVectors.read(path: glove.path, words: words)
  }
}
