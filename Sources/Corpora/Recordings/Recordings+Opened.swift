import Files
import Samples
import SoundFiles
import Text
import Workers

extension Recordings {
  /// The corpus that a plan is made of.
  ///
  /// - Parameter store: nil for a plan alone, whose sizes are estimates.
  func opened(
    _ found: IngestedRecordings, store: InputFile?, _ progress: any ProgressSink
  ) throws -> OpenedCorpus {
    let path = folder.place(of: table.paths[0])
    let report = ClipReport(
      found, clips: clips, table: table, folder: folder, request: request, published: preset.published)
    try requireUsable(found, path)
    var features: [Modality: any ModalitySequence] = [:]
    for (modality, sequence) in try sequences(found, store: store) { features[modality] = sequence }
    let texts = found.texts
    if request.readModalities.contains(.text) { features[.text] = try words(found, texts, store: store) }
    var sources = try sourcesRead(found, hasStore: store != nil, progress)
    var vectors: WordVectors?
    if request.modalities.contains(.text), request.textFeatures == nil, texts.rows.isEmpty {
      vectors = HashedWordVectors.vectors(of: found.words)
      if let glove, store != nil {
        let (read, source) = try self.vectors(glove, progress)
        vectors = read
        sources.append(source)
      }
    }
    let byID = Dictionary(uniqueKeysWithValues: clips.map { ($0.id, $0) })
    let labels = ClipLabels(
      path: path, columns: table.labels.described, clips: byID, seconds: found.clips.mapValues(\.seconds),
      faults: found.clips.compactMapValues(\.fault))
    var opened = OpenedCorpus(features: features, labels: labels, sources: sources)
    if vectors != nil { opened.setVectors(vectors, of: found.words, pauses: .standard) }
    if request.missing == .drop, !texts.rows.isEmpty {
      for clip in found.usable.keys where texts.rows[clip] == nil { opened.leftOut[clip] = .missingText }
    }
    opened.isLimited = true
    for clip in clips { opened.sampleFacts[clip.id] = facts(of: clip, found.clips[clip.id]) }
    for modality in request.modalities {
      opened.sourceNames[modality] = sourceName(of: modality, found)
      if let names = columnNames(of: modality, found) { opened.columnNames[modality] = names }
    }
    opened.facts = ["clips": report.json]
    opened.warnings = report.warnings
    return opened
  }

  private func requireUsable(_ found: IngestedRecordings, _ path: String) throws {
    guard found.usable.isEmpty, let first = clips.first, let fault = found.clips[first.id]?.fault else { return }
    throw DataError(
      .badData, file: path, "has no usable clip: \(first.id): \(fault.reason.rawValue) (\(fault.detail))",
      expected: "clips that can be read", advice: "Check that the table belongs to the folder.")
  }

  private func facts(of clip: Clip, _ read: ReadClip?) -> SampleFacts {
    var facts = SampleFacts(group: clip.group)
    facts.split = clip.split
    if let read, read.fault == nil {
      facts.interval = Interval(start: read.start, end: read.start + read.seconds)
    }
    (facts.words, facts.annotation) = (clip.text, clip.annotation)
    (facts.dialog, facts.speaker, facts.session) = (clip.dialog, clip.speaker, clip.session)
    return facts
  }

  private func sourcesRead(
    _ found: IngestedRecordings, hasStore: Bool, _ progress: any ProgressSink
  ) throws -> [Source] {
    var source = source
    source.facts = [
      "entries": .integer(source.members.count), "rows": .integer(clips.count), "type": "recordings with a table",
    ]
    if hasStore { source.fingerprint = try fingerprint(progress) }
    return [source] + (hasStore ? [] : glove.map { [$0] } ?? [])
  }

  // MARK: - Modalities

  /// The rows of each modality but text.
  ///
  /// - Throws: `DataError` 65 when no clip has a modality, or clips differ in their columns; 64 when `--face` chooses
  ///   among faces that no table has.
  func sequences(_ found: IngestedRecordings, store: InputFile?) throws -> [Modality: StoredSequence] {
    if let face = options.face, found.tally["features.with_faces"] == 0, request.modalities.contains(.visual),
      store != nil
    {
      throw DataError(
        .usage, file: folder.root, "--face \(face) is given, but no table has a column face_id",
        advice: "Leave --face out.")
    }
    let extents = found.usable.mapValues {
      StoredSequence.RecordingExtent(start: 0, whole: Interval(start: 0, end: $0.seconds))
    }
    var sequences: [Modality: StoredSequence] = [:]
    for modality in request.modalities.sorted() where modality != .text {
      let rows = found.usable.compactMapValues { $0.rows[modality] }
      let sorted = rows.sortedByBytes(\.key)
      guard let width = sorted.first?.value.width ?? request.knownWidths[modality] else {
        throw absent(modality, found)
      }
      if let first = sorted.first, let other = sorted.first(where: { $0.value.width != width }) {
        throw DataError(
          .badData, file: folder.root, place: other.key, "has \(other.value.width) \(modality) columns",
          expected: "\(width) as \(first.key) has",
          advice: "Make the features of all clips with one extractor.")
      }
      let ofFiles = clips.allSatisfy { rows[$0.id] == nil || $0.hasReady(modality) }
      sequences[modality] = StoredSequence(
        path: folder.root, store: store, widths: [width],
        rows: rows.mapValues { [$0] }.merging(unread(found).map { ($0, [nil]) }) { own, _ in own },
        clocks: [.turn], extents: extents,
        isOneRowEach: ofFiles && !rows.isEmpty && rows.values.allSatisfy { $0.rowCount == 1 })
    }
    return sequences
  }

  private func absent(_ modality: Modality, _ found: IngestedRecordings) -> DataError {
    let reasons = Dictionary(grouping: found.usable.compactMap { $0.value.absent[modality] }, by: \.self)
      .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      .map { "\($0.key) (\($0.value.count.counted("clip")))" }
    return DataError(
      .badData, file: folder.root,
      "has no \(modality) features of any clip" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; ")),
      expected: modality == .audio
        ? "sound, or files in a column audio_file"
        : "OpenFace's <stem>.csv or an array <stem>.npy beside the media, or a column visual_file",
      advice: "Leave \(modality) out with --modalities, or add them.")
  }

  /// Clips that are skipped, and media without a line: they are known, but have nothing.
  private func unread(_ found: IngestedRecordings) -> [String] {
    found.clips.filter { $0.value.fault != nil }.map(\.key) + table.strays.filter { found.clips[$0] == nil }
  }

  /// The words, with ready-made rows where lines of the table name files of them.
  ///
  /// - Throws: `DataError` 65 when clips differ in their columns.
  private func words(
    _ found: IngestedRecordings, _ texts: TextFeatures, store: InputFile?
  ) throws -> any ModalitySequence {
    let words = words(found)
    guard let first = texts.rows.sortedByBytes(\.key).first else { return words }
    if let other = texts.rows.sortedByBytes(\.key).first(where: { $0.value.width != first.value.width }) {
      throw DataError(
        .badData, file: folder.root, place: other.key, "has \(other.value.width) text columns",
        expected: "\(first.value.width) as \(first.key) has",
        advice: "Make the features of all clips with one extractor.")
    }
    return FeaturedWords(
      words: words, source: folder.root, features: texts, samples: [:], store: store, pauses: .standard)
  }

  private func words(_ found: IngestedRecordings) -> TurnWords {
    var words = found.usable.filter { $0.value.absent[.text] == nil }.mapValues(\.words)
    for id in unread(found) { words[id] = [] }
    return TurnWords(path: folder.root, words: words)
  }

  private func sourceName(of modality: Modality, _ found: IngestedRecordings) -> String {
    if modality == .text {
      return found.texts.rows.isEmpty ? glove?.name ?? HashedWordVectors.version : source.name
    }
    let isComputed = modality == .audio && [nil, AudioFeatures.names].contains(found.columns[modality])
    return isComputed ? AudioFeatures.version : source.name
  }

  /// The names of a modality's columns, unless files have none or call two the same.
  private func columnNames(of modality: Modality, _ found: IngestedRecordings) -> [String]? {
    guard let names = found.columns[modality], !names.isEmpty, Set(names).count == names.count else { return nil }
    return names
  }

  // MARK: - Plans

  /// Bytes a second of sounds as they usually are, to estimate how long one is.
  private static let usualRates = ["wav": 32_000, "flac": 50_000, "mp3": 16_000, "ogg": 12_000]
  /// The same for videos.
  private static let usualVideoRate = 100_000
  /// Words a second that people say.
  private static let speechRate = 2.5

  /// What a clip probably holds, by its length; nothing of it is read.
  func estimate(of clip: Clip) throws -> ReadClip {
    if let fault = clip.fault { return ReadClip(fault: fault) }
    var seconds = (clip.end ?? 1) - clip.start
    if clip.end == nil, let medium = clip.medium {
      let rate = FileStem(medium).flatMap { Self.usualRates[$0.kind] } ?? Self.usualVideoRate
      seconds = max(1, Double(try InputFile(path: folder.place(of: medium)).byteCount) / Double(rate) - clip.start)
    }
    var read = ReadClip(seconds: seconds, start: clip.start)
    let count = min(Int(seconds * Self.speechRate) + 1, 1 << 20)
    read.words = SpokenWord.spread(
      [String](repeating: "word", count: count), over: Interval(start: 0, end: seconds))
    for modality in request.modalities where modality != .text {
      let isReady = clip.hasReady(modality)
      if !isReady, modality == .visual || clip.medium == nil { continue }
      let rate = isReady ? (modality == .audio ? options.audioRate : options.visualRate) : AudioFeatures.frameRate
      read.rows[modality] = StoredRows(
        offset: 0, rowCount: Int(min(seconds * rate, 1e9)) + 1, width: AudioFeatures.width, times: .rate,
        hasEnds: false, span: Interval(start: 0, end: seconds), rowSeconds: 1 / rate, digest: "")
    }
    return read
  }
}
