import Archives
import Samples
import Text
import Workers

/// One streaming pass over a release: texts are parsed at once; sound and motion go to workers that put rows into a
/// store.
struct ReleaseIngest {
  let release: SourceTree
  /// Ready-made features instead of what the release has.
  let features: [ReadyFeatures]
  let filter: ReleaseFilter
  let options: IEMOCAPOptions
  let progress: any ProgressSink
  /// `--memory`.
  let memory: Int

  /// Reads everything and computes the rows.
  ///
  /// - Parameters:
  ///   - store: where the rows go; all are there when this returns. Nil computes none: the input is only read and
  ///     fingerprinted.
  /// - Throws: `DataError` 64 when `memory` has no room for a file, 65 or 66 when the release cannot be used, 130 when the
  ///   user interrupts.
  func run(into store: SequenceStoreWriter?, threads: Int) throws -> IngestedRelease {
    let collector = IngestCollector(path: release.path, features: features)
    let queue: WorkQueue<(file: TurnFile, name: String, role: String)>
    do {
      queue = try WorkQueue(
        threadCount: threads, costLimit: min(memory / Self.memoryShare, Self.mostWaiting),
        state: { store.map { FeatureWorker(store: $0) } }
      ) { item, worker in
        try collector.note(TreeFile(path: item.file.path, bytes: item.file.bytes), as: item.name, role: item.role)
        if let worker { collector.add(try worker.process(item.file), turn: item.file.turn) }
        progress.advance(by: 1)
      }
    } catch {
      store?.discard()
      throw error
    }
    let wantedCounts = ([release] + features.map(\.tree)).map(\.wantedCount)
    progress.begin(
      "Read", total: wantedCounts.contains(nil) ? 0 : wantedCounts.reduce(0) { $0 + ($1 ?? 0) }, unit: "file")
    let reading = Result {
      try readRelease(collector) {
        try requireRoom(for: $0)
        try queue.add(($0, $1, release.source.role), cost: $0.bytes.count)
      }
      for source in features {
        try readFeatures(source, collector) {
          try requireRoom(for: $0.file)
          try queue.add($0, cost: $0.file.bytes.count)
        }
      }
    }
    do {
      // A worker's error belongs to a file before the one at which reading failed.
      try queue.finish()
      try reading.get()
      let found = try collector.result()
      progress.end()
      return found
    } catch {
      store?.discard()
      throw error
    }
  }

  /// An ingest holds up to this share of `--memory` as files; a file in work takes up to this many times its bytes.
  private static let memoryShare = 8
  /// The most bytes of waiting files: the largest file of the corpus has 6 MB, so this keeps dozens of workers busy.
  private static let mostWaiting = 128 << 20

  /// Refuses a file that takes more than there is room for.
  private func requireRoom(for file: TurnFile) throws {
    let need = file.bytes.count * Self.memoryShare
    if need <= memory + CorpusRequest.freeMemory { return }
    let least = (need - CorpusRequest.freeMemory + (1 << 20) - 1) >> 20
    throw DataError(
      .usage, file: release.path, place: file.path,
      "--memory \(memory.byteText) is too little: its \(file.bytes.count.byteText) need \(Self.memoryShare) times as much",
      expected: "at least \(least)MiB", advice: "Give --memory \(least)MiB, or leave the file out.")
  }

  private func readRelease(
    _ collector: IngestCollector, _ hand: (TurnFile, _ name: String) throws -> Void
  ) throws {
    let counts = try release.tree.forEachFile(of: { wanted($0, collector) }) { file, kind in
      let name = kind.tail(of: file.path)
      switch kind {
      case .sound(let id):
        try hand(TurnFile(kind: .sound, turn: id.text, path: file.path, bytes: file.bytes), name)
      case .motion(let part, let id):
        try hand(TurnFile(kind: .motion(part), turn: id.text, path: file.path, bytes: file.bytes), name)
      case .emotions, .transcription, .wordSegments:
        try collector.note(file, as: name, role: release.source.role)
        try readText(file, kind, into: collector)
        progress.advance(by: 1)
      }
    }
    try collector.checkRoots(release.roots)
    collector.add(counts)
  }

  /// What a path of the release identifies, if the file is wanted; what it says about the release is recorded.
  private func wanted(_ path: String, _ collector: IngestCollector) -> IEMOCAPPath? {
    guard let kind = IEMOCAPPath(path) else {
      noteStray(path, collector)
      return nil
    }
    collector.note(session: kind.session, root: release.root(of: path))
    return filter.wants(kind) ? kind : nil
  }

  /// Reads only the texts and estimates the rows of each turn by its length.
  ///
  /// - Throws: as `run`.
  func survey() throws -> IngestedRelease {
    let collector = IngestCollector(path: release.path, features: features)
    var present: [TurnStream: Set<String>] = [:]
    var shapes = Self.usualShapes
    let counts = try release.tree.forEachFile(of: { path -> IEMOCAPPath? in
      let kind = wanted(path, collector)
      switch kind {
      case .sound(let id): present[.audio, default: []].insert(id.text)
      case .motion(let part, let id): present[TurnStream(part), default: []].insert(id.text)
      case .emotions, .transcription, .wordSegments: return kind
      case nil: break
      }
      return nil
    }) { file, kind in
      try readText(file, kind, into: collector)
    }
    try collector.checkRoots(release.roots)
    collector.add(counts)
    var vectors: Set<TurnStream> = []
    for source in features {
      shapes[source.stream] = nil
      let names = try FeatureNames(source)
      collector.note(names, of: source.stream.modality)
      try source.tree.tree.forEachFile {
        guard let turn = names.turn(of: $0) else { return false }
        present[source.stream, default: []].insert(turn)
        // The first file with a row gives the width of all.
        return shapes[source.stream] == nil
      } _: { file in
        let first = try FeatureFile.read(file.bytes, path: source.name(of: file.path), face: source.face)
        if shapes[source.stream] != nil || first.rowCount == 0 { return }
        shapes[source.stream] = (first.width, source.rate)
        if first.isVector { vectors.insert(source.stream) }
      }
    }
    var found = try collector.result()
    for (stream, turns) in present {
      guard let (width, rate) = shapes[stream] else { continue }
      for turn in turns {
        let seconds = found.emotions[turn]?.interval.duration ?? 0
        let rowCount = vectors.contains(stream) ? 1 : Int(max(0, min(seconds * rate, 1e9)).rounded(.up))
        found.rows[stream, default: [:]][turn] = StoredRows(
          offset: 0, rowCount: rowCount, width: width, times: .rate, hasEnds: false,
          span: Interval(start: 0, end: seconds), rowSeconds: 1 / rate, digest: "")
      }
    }
    return found
  }

  /// Columns and rows per second of what a release has.
  private static let usualShapes: [TurnStream: (width: Int, rate: Double)] = [
    .audio: (AudioFeatures.width, AudioFeatures.frameRate), .rotated: (165, Double(MotionCaptureFile.frameRate)),
    .head: (6, Double(MotionCaptureFile.frameRate)), .hand: (18, Double(MotionCaptureFile.frameRate)),
  ]

  private func readText(_ file: TreeFile, _ kind: IEMOCAPPath, into collector: IngestCollector) throws {
    switch kind {
    case .emotions(let dialog, _):
      try collector.add(EmoEvaluationFile.parse(file.bytes, path: file.path), dialog: dialog, of: file.path)
    case .transcription(let dialog, _):
      try collector.add(TranscriptionFile.parse(file.bytes, path: file.path), dialog: dialog)
    case .wordSegments(let id):
      try collector.add(
        WordSegmentFile.parse(file.bytes, path: file.path, frameOffset: options.frameOffset), turn: id.text)
    case .sound, .motion: break
    }
  }

  private func readFeatures(
    _ source: ReadyFeatures, _ collector: IngestCollector,
    _ hand: ((file: TurnFile, name: String, role: String)) throws -> Void
  ) throws {
    let names = try FeatureNames(source)
    collector.note(names, of: source.stream.modality)
    try source.tree.tree.forEachFile(of: names.turn) { file, turn in
      try hand(
        (
          TurnFile(kind: .features(source), turn: turn, path: file.path, bytes: file.bytes), turn,
          source.tree.source.role
        ))
    }
  }

  /// Records a file that nearly matches a modality that is read from the release.
  private func noteStray(_ path: String, _ collector: IngestCollector) {
    guard let modality = IEMOCAPPath.modality(ofFolder: path) else { return }
    if modality == .audio ? filter.readsSound : filter.readsMotion { collector.note(stray: path, of: modality) }
  }
}
