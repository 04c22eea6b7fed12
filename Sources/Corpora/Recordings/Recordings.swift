import Digests
import Files
import Options
import Samples
import Text
import Workers

/// A folder of recordings: its media are read in one pass before it is prepared.
struct Recordings: FoundCorpus {
  let request: CorpusRequest
  let options: RecordingsOptions
  let preset: RecordingsPreset
  let folder: MediaFolder
  let table: ClipTable
  /// The clips that take part.
  let clips: [Clip]
  let source: Source
  let glove: Source?
  private let sound: MediumSound

  /// Reading takes long, so nothing is open yet.
  var opened: OpenedCorpus? { nil }
  var sources: [Source] { [source] + (glove.map { [$0] } ?? []) }

  /// Reads the table; media are not read.
  ///
  /// - Throws: as `RecordingsCorpus.find`.
  init(_ request: CorpusRequest, _ options: RecordingsOptions, _ preset: RecordingsPreset) throws {
    self.request = request
    self.preset = preset
    self.options = options
    if request.granularity == .video {
      throw DataError(
        .usage, "--granularity video makes one sample of a recording, but a clip is one already",
        expected: "word, utterance or frame", advice: "Use --granularity utterance for one row per clip.")
    }
    try request.requireUseOfGlove()
    folder = try MediaFolder(root: request.roots.first ?? ".")
    table = try ClipTable(
      folder, layout: preset.layout, labelColumns: options.labelColumns, needsLabels: request.needsLabels)
    clips = Self.first(request.limit, of: table.clips, request.split)
    sound = MediumSound(decoder: ExternalProgram(named: "ffmpeg"), byteLimit: max(Self.leastSound, request.memory / 2))
    glove = try request.glove.map { try Source(role: "glove", path: $0) }
    let files = Set(clips.filter { $0.fault == nil }.flatMap(\.files) + table.paths)
    source = try Source(role: "recordings", folder: folder.root, files: Array(files))
    try requireSplit()
    try requireDecoder()
    try requireOneText()
  }

  /// The room for decoded sound that even a small --memory has: ten minutes at 48 kHz of two channels.
  private static let leastSound = 230 << 20

  /// The first recordings by name, with all their clips; where the table divides, of each split.
  private static func first(_ limit: Int?, of clips: [Clip], _ policy: SplitPolicy) -> [Clip] {
    guard let limit else { return clips }
    func split(_ clip: Clip) -> Split? { policy == .declared ? clip.split : nil }
    let first = Dictionary(grouping: clips, by: split).mapValues { own in
      Set(Set(own.map(\.group)).sortedByBytes().prefix(limit))
    }
    return clips.filter { first[split($0)]?.contains($0.group) ?? false }
  }

  private func requireSplit() throws {
    let path = folder.place(of: table.paths[0])
    if request.split == .declared, !table.declaresSplits {
      throw DataError(
        .usage, file: path, "says nothing about splits", expected: "a column split with train, valid and test",
        advice: "Add it, or divide with --ratios 0.7,0.15,0.15 or --folds.")
    }
    if case .ratios = request.split, table.groupingIsDoubtful {
      throw DataError(
        .usage, file: path, "leaves open which clips are of one recording: their names only look like it",
        expected: "a column group for --ratios", advice: "Add it: the same value for all clips of a recording.")
    }
  }

  /// Refuses rows for words of two extractors.
  private func requireOneText() throws {
    let other = request.textFeatures.map { ("--text-features", $0) } ?? request.glove.map { ("--glove", $0) }
    guard let (flag, path) = other, request.modalities.contains(.text),
      clips.contains(where: { $0.features[.text] != nil })
    else { return }
    throw DataError(
      .usage, file: path, "\(flag) is given, but the table has a column text_file", expected: "one extractor for text",
      advice: "Leave \(flag) or the column out.")
  }

  private func requireDecoder() throws {
    guard sound.decoder == nil, request.modalities.contains(.audio) else { return }
    let videos = Set(
      clips.filter { $0.fault == nil && $0.features[.audio] == nil && $0.arrays == nil }.compactMap(\.medium).filter(
        MediumSound.isVideo))
    if let first = videos.sortedByBytes().first { throw MediumSound.missing(for: first, count: videos.count) }
  }

  func open(keepingIn work: () throws -> WorkFolder, progress: any ProgressSink) throws -> OpenedCorpus {
    let folder = try work()
    let stage = IngestStage<IngestedRecordings>(
      folder: folder.path, identity: identity(arithmetic: folder.arithmetic))
    if let earlier = try stage.finished() {
      return try opened(earlier.found, store: InputFile(path: earlier.store), progress)
    }
    try stage.discardOthers(in: folder)
    let writer = try SequenceStoreWriter(path: stage.storePath)
    let found = try task.run(into: writer, memory: request.memory, threads: request.threads, progress)
    do {
      _ = try sequences(found, store: nil)
    } catch {
      writer.discard()
      throw error
    }
    let store = try writer.commit(named: stage.storePath(of:))
    try stage.finish(found, store: store)
    return try opened(found, store: InputFile(path: store), progress)
  }

  func currentSources() throws -> [Source] { try Recordings(request, options, preset).sources }

  func fingerprints(progress: any ProgressSink) throws -> [String?]? {
    let own = try fingerprint(progress)
    guard let glove else { return [own] }
    return try [own, vectors(glove, progress).1.fingerprint]
  }

  func survey() throws -> OpenedCorpus {
    var found = IngestedRecordings()
    for clip in clips { found.clips[clip.id] = try estimate(of: clip) }
    return try opened(found, store: nil, SilentProgress())
  }

  private var readsTexts: Bool { request.textFeatures == nil && request.glove == nil }

  private var task: RecordingsTask {
    RecordingsTask(
      folder: folder, clips: clips, modalities: request.modalities.sorted(),
      needsWords: request.readModalities.contains(.text),
      rates: [.audio: options.audioRate, .visual: options.visualRate], face: options.face, sound: sound,
      readsTexts: readsTexts)
  }

  func fingerprint(_ progress: any ProgressSink) throws -> String {
    try RecordingsTask.fingerprint(
      of: source.members.keys.sortedByBytes(), in: folder, threads: request.threads, progress: progress)
  }

  /// SHA-256 of everything that decides what reading finds.
  private func identity(arithmetic: Int) -> String {
    let members: JSONValue = [
      "source": [.string(source.name), .string(source.stamp.text)],
      "modalities": .array(request.readModalities.map(\.optionRecord)),
      "read": .array(request.modalities.sorted().map(\.optionRecord)),
      "rates": [.number(options.audioRate), .number(options.visualRate)],
      "texts": .bool(readsTexts), "face": options.face.map { .integer($0) } ?? .null,
      "limit": request.limit.map { .integer($0) } ?? .null,
      "audio": .string(AudioFeatures.version), "arithmetic": .integer(arithmetic),
    ]
    return SHA256.hexDigest(of: members.canonicalText)
  }

  /// The vectors of every word that any file or transcript of the folder holds: what becomes of its clip does not matter.
  func vectors(_ glove: Source, _ progress: any ProgressSink) throws -> (WordVectors, Source) {
    let vectors = try WordVectors.read(path: glove.path, words: task.allWords(progress))
    return (vectors, glove.with(vectors))
  }
}
