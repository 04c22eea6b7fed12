import Files
import Samples
import SoundFiles
import Text

/// The clips of one medium, which are read together.
struct MediumClips: Sendable {
  /// The medium below the root; nil for a clip that only has files of features.
  let medium: String?
  let clips: [Clip]
}

/// What reading a clip gave.
struct ReadClip: Hashable, Sendable {
  /// Why it is skipped; then nothing else counts.
  var fault: ClipFault?
  /// How long it is.
  var seconds = 0.0
  /// When it begins in its medium.
  var start = 0.0
  /// In seconds from its start.
  var words: [SpokenWord] = []
  var rows: [Modality: StoredRows] = [:]
  /// The ready-made rows of its words, if its line names a file of them.
  var text: TextRows?
  /// Why it lacks a modality.
  var absent: [Modality: String] = [:]
}

/// What reading the clips of a medium gave.
struct ReadMedium: Sendable {
  /// By id.
  var clips: [String: ReadClip] = [:]
  /// The names of each modality's columns, by clip.
  var columns: [Modality: [String: [String]]] = [:]
  var tally = Tally()
}

/// Reads the clips of media and puts their rows into a store; one per thread.
final class ClipWorker {
  private let store: SequenceStoreWriter
  private let sounds: SoundRows
  private let task: RecordingsTask
  /// Files of the current medium, which its clips share.
  private var tables: [String: Result<FeatureFile, ClipFault>] = [:]
  private var arrays: [String: Result<[Modality: FeatureFile], ClipFault>] = [:]
  private var transcripts: [String: Result<WordTimes, ClipFault>] = [:]

  init(store: SequenceStoreWriter, task: RecordingsTask) {
    self.store = store
    self.task = task
    sounds = SoundRows(store: store)
  }

  /// Reads the clips of a medium; what is wrong with a file is a fault of its clips.
  ///
  /// - Throws: `DataError` when something else than the files is to blame.
  func read(_ group: MediumClips) throws -> ReadMedium {
    var result = ReadMedium()
    (tables, arrays, transcripts) = ([:], [:], [:])
    let files = try group.clips.map { clip -> Result<[Modality: FeatureFile], ClipFault> in
      if let fault = clip.fault { return .failure(fault) }
      return try Self.faultless(.unreadableFeatures) { try features(of: clip) }
    }
    let needsSound = files.contains { if case .success(let files) = $0 { files[.audio] == nil } else { false } }
    let sound = needsSound ? try sound(of: group, &result.tally) : .none("no sound is asked for")
    for (clip, files) in zip(group.clips, files) {
      var read = ReadClip()
      do {
        read = try self.read(clip, files.get(), sound, &result)
      } catch let fault as ClipFault {
        read = ReadClip(fault: fault)
      }
      result.clips[clip.id] = read
    }
    return result
  }

  // MARK: - Sound

  /// The sound of a medium.
  private enum MediumState {
    case sound(Sound)
    /// It has none, or none is asked for.
    case none(String)
    case unreadable(String)
  }

  private func sound(of group: MediumClips, _ tally: inout Tally) throws -> MediumState {
    guard let medium = group.medium else { return .none("no medium") }
    guard task.modalities.contains(.audio) else { return .none("no sound is asked for") }
    do throws(MediumSound.Failure) {
      let sound = try task.sound.read(task.folder.place(of: medium), name: medium)
      var counts = SoundRows.counts(of: sound)
      // A decoder that writes to a pipe cannot give the length: nothing was wrong with the medium.
      if MediumSound.isVideo(medium) { counts.add(-counts["sound.length_mended"], to: "sound.length_mended") }
      tally.add(counts)
      return .sound(sound)
    } catch {
      switch error {
      case .hasNone:
        tally.add(1, to: "sound.none")
        return .none("no sound in the video")
      case .unreadable(let reason): return .unreadable(reason)
      case .other(let error): throw error
      }
    }
  }

  // MARK: - Clips

  private func read(
    _ clip: Clip, _ files: [Modality: FeatureFile], _ state: MediumState, _ result: inout ReadMedium
  ) throws -> ReadClip {
    var length: Double?
    switch state {
    case .unreadable(let reason): throw ClipFault(.unreadableMedium, reason)
    case .sound(let sound): length = sound.duration
    case .none: break
    }
    let words = try words(of: clip)
    let end = try end(of: clip, medium: length, files, words)
    let interval = Interval(start: clip.start, end: end)
    var read = ReadClip(seconds: interval.duration, start: interval.start)
    for modality in task.modalities where modality != .text {
      if let file = files[modality] {
        try add(file, clip.features[modality] ?? clip.arrays ?? "", modality, clip, interval, length, &read, &result)
      } else if modality == .audio {
        try add(state, interval, clip, &read, &result)
      } else {
        read.absent[modality] = "no file of features"
      }
    }
    try add(words, clip, interval, medium: length, &read, &result.tally)
    try addText(of: clip, &read, &result.tally)
    return read
  }

  /// A clip may end this much after its medium: tables round.
  private static let slack = 0.1

  /// Where the clip ends, in seconds of the medium.
  private func end(
    of clip: Clip, medium: Double?, _ files: [Modality: FeatureFile], _ words: WordTimes?
  ) throws(ClipFault) -> Double {
    if let medium {
      let end = clip.end ?? medium
      if end > medium + Self.slack || clip.start >= medium {
        throw ClipFault(
          .beyondMedium,
          "\(clip.recording): the clip is at \(clip.start.fixed(2)) to \(end.fixed(2)) s, the medium ends at \(medium.fixed(2)) s"
        )
      }
      return min(end, medium)
    }
    if let end = clip.end { return end }
    // Without its sound, a medium is as long as what was found in it.
    let ends = files.map { modality, file in
      file.times?.extent?.end ?? Double(file.rowCount) / task.rates[modality, default: 1]
    }
    let known = (ends + [words?.words.map(\.interval.end).max() ?? 0]).max() ?? 0
    guard known > clip.start else {
      throw ClipFault(.noTime, "\(clip.recording): nothing tells how long it is; give its end")
    }
    return known
  }

  private func add(
    _ state: MediumState, _ interval: Interval, _ clip: Clip, _ read: inout ReadClip, _ result: inout ReadMedium
  ) throws {
    guard case .sound(let sound) = state else {
      if case .none(let reason) = state { read.absent[.audio] = reason }
      return
    }
    let rate = Double(Sound.rate)
    let first = min(sound.samples.count, Int((interval.start * rate).rounded()))
    let last = min(sound.samples.count, max(first, Int((interval.end * rate).rounded())))
    let rows = try sound.samples.withUnsafeBufferPointer { samples -> StoredRows? in
      let own = UnsafeBufferPointer(rebasing: samples[first..<last])
      return own.contains { abs($0) > Self.silence } ? try sounds.append(own) : nil
    }
    guard let rows else {
      read.absent[.audio] = "silence"
      result.tally.add(1, to: "sound.silent")
      return
    }
    result.tally.add(rows.rowCount, to: "sound.rows")
    read.rows[.audio] = rows
    result.columns[.audio, default: [:]][clip.id] = AudioFeatures.names
  }

  /// One step of 16 bits: what is not louder is digital silence with its dither.
  private static let silence: Float = 1.0 / 32768

  // MARK: - Features

  /// The files of features of a clip, of the modalities that are asked for.
  ///
  /// - Throws: `ClipFault` for what is wrong with them, `DataError` when something else is to blame.
  private func features(of clip: Clip) throws -> [Modality: FeatureFile] {
    var files: [Modality: FeatureFile] = [:]
    for (modality, path) in clip.features.sorted(by: { $0.key < $1.key })
    where modality != .text && task.modalities.contains(modality) {
      files[modality] = try features(path, modality)
    }
    guard let path = clip.arrays else { return files }
    for (modality, file) in try arrays(path) where task.modalities.contains(modality) {
      if files.updateValue(file, forKey: modality) != nil {
        throw ClipFault(
          .unreadableFeatures,
          "\(clip.features[modality] ?? "") and \(path) both have \(modality) features, of two extractors")
      }
    }
    return files
  }

  private func features(_ path: String, _ modality: Modality) throws -> FeatureFile {
    if ["npz", "safetensors"].contains(FileStem(path)?.kind) {
      if let file = try arrays(path)[modality] { return file }
      throw DataError(.badData, file: path, "holds no array called \(modality)", expected: "one with this name")
    }
    let key = "\(modality) \(path)"
    let known =
      try tables[key]
      ?? Self.faultless(.unreadableFeatures) {
        let bytes = try InputFile.contents(of: task.folder.place(of: path), limit: Self.featureLimit)
        return try FeatureFile.read(bytes, path: path, face: modality == .visual ? task.face : nil)
      }
    tables[key] = known
    return try known.get()
  }

  private func arrays(_ path: String) throws -> [Modality: FeatureFile] {
    let known =
      try arrays[path]
      ?? Self.faultless(.unreadableFeatures) {
        try FeatureArrays.read(task.folder.place(of: path), name: path)
      }
    arrays[path] = known
    return try known.get()
  }

  /// What `body` gives; an error that is about a file becomes a fault.
  ///
  /// - Throws: any other error.
  private static func faultless<Value>(
    _ reason: DropReason, _ body: () throws -> Value
  ) throws -> Result<Value, ClipFault> {
    do {
      return .success(try body())
    } catch let fault as ClipFault {
      return .failure(fault)
    } catch let error as DataError where error.tellsOfInput {
      return .failure(ClipFault(reason, error.description))
    }
  }

  /// The most bytes of a file of features: OpenFace's table of an hour has 500 MB.
  private static let featureLimit = 1 << 30

  private func add(
    _ file: FeatureFile, _ path: String, _ modality: Modality, _ clip: Clip, _ interval: Interval, _ medium: Double?,
    _ read: inout ReadClip, _ result: inout ReadMedium
  ) throws {
    let rate = task.rates[modality, default: 1]
    if file.hasFaces { result.tally.add(1, to: "features.with_faces") }
    let cut = ClipFeatures(modality: modality, rate: rate)
    switch try cut.cut(file, path: path, to: interval, of: medium) {
    case .none(let reason):
      read.absent[modality] = reason
      result.tally.add(1, to: "\(modality).absent")
    case .rows(let rows) where rows.rowCount == 0: read.absent[modality] = "no row of its features is in the clip"
    case .rows(let rows):
      read.rows[modality] = try store.append(rows, rate: rate)
      result.columns[modality, default: [:]][clip.id] = rows.names ?? []
    }
  }

  // MARK: - Words

  private func words(of clip: Clip) throws -> WordTimes? {
    guard task.needsWords, let path = clip.words else { return nil }
    let known =
      try transcripts[path]
      ?? Self.faultless(.unreadableWords) {
        try WordTimes.read(folder: task.folder, path)
      }
    transcripts[path] = known
    return try known.get()
  }

  private func add(
    _ times: WordTimes?, _ clip: Clip, _ interval: Interval, medium: Double?, _ read: inout ReadClip,
    _ tally: inout Tally
  ) throws(ClipFault) {
    guard task.needsWords else { return }
    let whole = Interval(start: 0, end: interval.duration)
    if let times, times.untimed == nil {
      if let medium, let beyond = times.words.first(where: { $0.interval.end > medium + Self.wordSlack }) {
        throw ClipFault(
          .wordsBeyond,
          "\(clip.words ?? ""): \(beyond.word) ends at \(beyond.interval.end.fixed(2)) s, the medium at "
            + "\(medium.fixed(2)) s")
      }
      read.words = times.words.compactMap { $0.part(of: interval, isLast: clip.end == nil) }
      tally.add(1, to: "words.aligned")
      tally.add(times.spreadCount, to: "words.spread_words")
      if read.words.isEmpty { read.absent[.text] = "none of its words is said in the clip" }
    } else if let text = times?.untimed ?? clip.text {
      read.words = SpokenWord.spread(SpokenText.separateWords(in: text), over: whole)
      tally.add(1, to: "words.spread_missing")
      if read.words.isEmpty { read.absent[.text] = "no word is said" }
    } else {
      read.absent[.text] = "no word times and no transcript"
    }
  }

  /// Adds the rows of the clip's words, from its file of text features or the arrays beside its medium.
  private func addText(of clip: Clip, _ read: inout ReadClip, _ tally: inout Tally) throws {
    guard task.modalities.contains(.text), task.readsTexts, let path = clip.features[.text] ?? clip.arrays else {
      return
    }
    let found = try Self.faultless(.unreadableFeatures) {
      clip.features[.text] == nil
        ? try ClipTexts.find(clip, among: path, in: task.folder, &tally)
        : try ClipTexts.read(clip, path, in: task.folder, &tally)
    }
    guard let text = try found.get() else { return }
    let rowCount = text.values.count / text.width
    let spoken = read.words.count { !PauseWords.standard.contains($0.word) }
    guard [1, spoken, read.words.count].contains(rowCount) else {
      throw ClipFault(.featuresMisfit, "\(path): \(rowCount.counted("row")) for \(spoken.counted("word"))")
    }
    read.text = try store.append(text: text.values, width: text.width)
  }

  /// Aligners let the last word end a little after the sound.
  private static let wordSlack = 0.5
}

extension SpokenWord {
  /// The word with times from the start of a clip, if its middle is in the clip; nil otherwise.
  ///
  /// - Parameter isLast: whether the clip has the rest of its medium.
  fileprivate func part(of clip: Interval, isLast: Bool) -> SpokenWord? {
    let middle = (interval.start + interval.end) / 2
    guard middle >= clip.start, middle < clip.end || isLast else { return nil }
    let start = min(max(0, interval.start - clip.start), clip.duration)
    return SpokenWord(
      interval: Interval(start: start, end: min(max(start, interval.end - clip.start), clip.duration)), word: word)
  }
}
