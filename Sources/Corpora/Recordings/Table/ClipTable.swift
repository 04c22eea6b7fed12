import Files
import Samples
import Text

/// The clips of a corpus of recordings, as its table lists them: in Hugging Face's folder layout (`metadata.csv`, `.tsv`
/// or `.jsonl`), or in MMSA's (`label.csv` and `Raw/<video_id>/<clip_id>.*`).
struct ClipTable: Sendable {
  /// The tables below the root, of which the first stands for all in messages.
  let paths: [String]
  /// In the order of the table.
  private(set) var clips: [Clip] = []
  let labels: ClipLabelColumns
  /// How the clips were grouped into recordings, as a clause.
  private(set) var grouping = ""
  /// Whether the names of media tell which clips are of one recording.
  private(set) var groupsByNames = false
  /// Whether names only suggest which clips are of one recording: nothing may be divided by that.
  private(set) var groupingIsDoubtful = false
  /// Media that no line names.
  private(set) var strays: [String] = []

  private let form: Form
  /// Whether labels and splits are read; otherwise labels are as they come, and nothing is divided.
  private let needsLabels: Bool
  private let table: CellTable

  /// Whose layout it is.
  private enum Form {
    case metadata, mmsa
  }

  private static let names: KeyValuePairs<String, Form> = [
    "metadata.csv": .metadata, "metadata.tsv": .metadata, "metadata.jsonl": .metadata, "label.csv": .mmsa,
  ]

  /// Reads the table and pairs its lines with the files of the folder.
  ///
  /// What is wrong with single lines is left to the clips' faults.
  ///
  /// - Throws: `DataError` 66 when there is no table; 65 when there are several, it is malformed, names an id twice or
  ///   nothing to read; 64 when `--label-columns` does not fit it.
  init(
    _ folder: MediaFolder, layout: RecordingsLayout = .any, labelColumns: [String]?, needsLabels: Bool = true
  ) throws {
    self.needsLabels = needsLabels
    var chosen = labelColumns
    if layout == .meld {
      (table, paths) = try MELDTables.read(folder)
      form = .metadata
      chosen = chosen ?? MELDTables.labels
    } else {
      let found = try Self.find(in: folder, layout)
      form = found.form
      table = try CellTable(folder, found.name)
      paths = [found.name]
    }
    let place = folder.place(of: paths[0])
    switch form {
    case .metadata:
      labels = try ClipLabelColumns(table, path: place, chosen: chosen, known: Self.known, isNeeded: needsLabels)
    case .mmsa:
      let scores = ["label", "label_T", "label_A", "label_V"]
      labels = try ClipLabelColumns(
        table, path: place, chosen: chosen ?? scores.filter(table.columns.contains), known: Self.known,
        names: Dictionary(uniqueKeysWithValues: scores.map { ($0, $0.replacing("label", with: "sentiment")) }),
        optional: Set(scores.dropFirst()), isNeeded: needsLabels)
    }
    try readLines(folder, place)
    strays = strays(in: folder)
    try group()
  }

  /// The table of a folder, and its form.
  private static func find(in folder: MediaFolder, _ layout: RecordingsLayout) throws -> (name: String, form: Form) {
    let found = names.filter { folder.file($0.key) != nil && (layout == .any || $0.value == .mmsa) }
    guard let first = found.first else {
      throw DataError(
        .inputMissing, file: folder.root, "holds no table of recordings",
        expected: (layout == .any ? "metadata.csv, metadata.tsv or metadata.jsonl with a column file_name, or " : "")
          + "MMSA's label.csv", advice: "Give the folder that holds it with --root.")
    }
    if found.count > 1 {
      throw DataError(
        .badData, file: folder.root, "holds \(found.map(\.key).joined(separator: " and "))", expected: "one table",
        advice: "Keep one of them.")
    }
    return (first.key, first.value)
  }

  /// Columns that say something else than a label.
  private static let known: Set<String> = [
    "file_name", "start", "end", "text", "words", "audio_file", "visual_file", "text_file", "id", "group", "speaker",
    "session",
    "dialog", "split", "annotation", "video_id", "clip_id", "mode",
  ]

  // MARK: - Lines

  private mutating func readLines(_ folder: MediaFolder, _ place: String) throws {
    let cells = Dictionary(table.columns.enumerated().map { ($1, $0) }) { first, _ in first }
    try requireColumns(cells, place)
    if table.rows.isEmpty {
      throw DataError(.badData, file: place, "lists no clip", expected: "a line for each")
    }
    var numbers: [String: Int] = [:]
    let shared = Dictionary(grouping: table.rows.compactMap { medium($0.cells, cells) }, by: \.self).filter {
      $0.value.count > 1
    }
    var lines: [String: Int] = [:]
    for row in table.rows {
      let text = { (name: String) -> String? in cells[name].map { row.cells[$0] }.flatMap { $0.isEmpty ? nil : $0 } }
      var id = try self.id(text, row.line, place)
      if text("id") == nil, let medium = medium(row.cells, cells), shared[medium] != nil {
        id = SampleID(recording: id, segment: numbers[medium, default: 0]).description
        numbers[medium, default: 0] += 1
      }
      if let other = lines.updateValue(row.line, forKey: id) {
        throw DataError(
          .badData, file: place, place: "line \(row.line)", "names \(id), as line \(other) does",
          expected: "each clip once", advice: "Give the clips different names in a column id.")
      }
      clips.append(clip(id, row, text, folder))
    }
  }

  private func requireColumns(_ columns: [String: Int], _ place: String) throws {
    let needed = form == .mmsa ? ["video_id", "clip_id"] : []
    if let missing = needed.first(where: { columns[$0] == nil }) {
      throw DataError(
        .badData, file: place, "has no column \(missing)",
        expected: "video_id, clip_id, text, label and mode, as MMSA's label.csv")
    }
    let naming = ["file_name", "audio_file", "visual_file", "text_file"]
    if form == .metadata, mediumColumn(columns) == nil, !naming.contains(where: { columns[$0] != nil }) {
      throw DataError(
        .badData, file: place, "has no column file_name", expected: "the medium of each clip, relative to the table",
        advice: "Add it; other columns may be start, end, text, words, speaker, group, split and labels.")
    }
  }

  /// The column of the medium: `file_name`, or the first that ends in `_file_name`.
  private func mediumColumn(_ columns: [String: Int]) -> Int? {
    columns["file_name"] ?? table.columns.firstIndex { $0.hasSuffix("_file_name") }
  }

  /// What a row calls its medium; nil if it does not name one.
  private func medium(_ row: [String], _ columns: [String: Int]) -> String? {
    guard form == .metadata, let column = mediumColumn(columns), !row[column].isEmpty else { return nil }
    return row[column]
  }

  private func id(_ text: (String) -> String?, _ line: Int, _ place: String) throws -> String {
    if form == .mmsa, let video = text("video_id"), let clip = text("clip_id") { return "\(video)$_$\(clip)" }
    if form == .metadata {
      if let id = text("id") { return id }
      let column = table.columns.first { $0.hasSuffix("_file_name") }
      let files = [
        text("file_name"), column.flatMap { text($0) }, text("audio_file"), text("visual_file"), text("text_file"),
      ]
      if let file = files.compactMap(\.self).first { return FileStem(file)?.name ?? Folder.name(of: file) }
    }
    throw DataError(
      .badData, file: place, place: "line \(line)", "names no file",
      expected: form == .mmsa ? "a video_id and a clip_id" : "a file_name", advice: "Complete the line, or remove it.")
  }

  private func clip(
    _ id: String, _ row: CellTable.Row, _ text: (String) -> String?, _ folder: MediaFolder
  ) -> Clip {
    var clip = Clip(id: id, line: row.line)
    (clip.text, clip.annotation) = (text("text"), text("annotation"))
    (clip.speaker, clip.session, clip.dialog) = (text("speaker"), text("session"), text("dialog"))
    func check(_ body: (inout Clip) throws(ClipFault) -> Void) {
      do throws(ClipFault) {
        try body(&clip)
      } catch {
        let detail = "\(row.file): line \(row.line): \(error.detail)"
        clip.fault = clip.fault ?? ClipFault(error.reason, detail)
      }
    }
    // The files first: a medium with a wrong label has a line all the same.
    check { clip throws(ClipFault) in try findFiles(of: &clip, text, folder) }
    if needsLabels {
      check { clip throws(ClipFault) in clip.split = try split(text(form == .mmsa ? "mode" : "split")) }
    }
    check { clip throws(ClipFault) in clip.labels = try labels.labels(of: row.cells) }
    check { clip throws(ClipFault) in try readTimes(of: &clip, text) }
    clip.group = form == .mmsa ? text("video_id") ?? "" : text("group") ?? ""
    return clip
  }

  private func split(_ name: String?) throws(ClipFault) -> Split? {
    guard let name else { return nil }
    if let split = Split(named: name) { return split }
    throw ClipFault(.unknownSplit, "split is \(PrintableText.cut(name)), expected train, valid or test")
  }

  private func readTimes(of clip: inout Clip, _ text: (String) -> String?) throws(ClipFault) {
    func time(_ name: String) throws(ClipFault) -> Double? {
      guard let cell = text(name) else { return nil }
      if let seconds = Double(cell), seconds.isFinite, seconds >= 0, seconds < 1e6 { return seconds }
      throw ClipFault(.noTime, "\(name) is \(PrintableText.cut(cell)), expected seconds")
    }
    clip.start = try time("start") ?? 0
    clip.end = try time("end")
    if let end = clip.end, end - clip.start < Interval.tolerance {
      throw ClipFault(.noTime, "it ends at \(end) s but begins at \(clip.start) s")
    }
  }

  // MARK: - Files

  private func findFiles(of clip: inout Clip, _ text: (String) -> String?, _ folder: MediaFolder) throws(ClipFault) {
    func named(_ column: String) throws(ClipFault) -> String? {
      guard let name = text(column) else { return nil }
      if let file = folder.file(name) { return file }
      throw ClipFault(.missingFile, "\(column) \(PrintableText.cut(name)) is not in the folder")
    }
    let stem: String?
    if form == .mmsa {
      let place = "\(text("video_id") ?? "")/\(text("clip_id") ?? "")"
      let stems = ["Raw/" + place, place]
      stem = stems.first { folder.file(stem: $0, kinds: MediumSound.sounds + MediumSound.videos) != nil } ?? stems[0]
      clip.medium = folder.file(stem: stem ?? "", kinds: MediumSound.videos + MediumSound.sounds)
      if clip.medium == nil { throw ClipFault(.missingMedium, "Raw/\(place).mp4 is not in the folder") }
    } else {
      let column = text("file_name") == nil ? table.columns.first { $0.hasSuffix("_file_name") } ?? "" : "file_name"
      if let name = text(column) {
        clip.medium = folder.file(name)
        if clip.medium == nil { throw ClipFault(.missingMedium, "\(PrintableText.cut(name)) is not in the folder") }
      }
      stem = clip.medium.flatMap { FileStem($0)?.stem }
      if let medium = clip.medium, !(FileStem(medium)?.isMedium ?? false) {
        throw ClipFault(.unreadableMedium, "\(medium) is neither a sound nor a video by its extension")
      }
    }
    clip.words = try named("words") ?? stem.flatMap { folder.file(stem: $0, kinds: ["json", "textgrid", "ctm"]) }
    clip.features[.audio] = try named("audio_file")
    clip.features[.visual] = try named("visual_file")
    clip.features[.text] = try named("text_file")
    clip.tokenWords = clip.features[.text].flatMap { FileStem($0) }.flatMap {
      $0.kind == "npy" ? folder.file($0.stem + TextFeatureIngest.indexSuffix + ".npy") : nil
    }
    guard let stem else { return }
    // What a column names is of that modality alone.
    let taken = Set(paths + clip.features.values)
    let beside = ["csv", "npy"].compactMap { folder.file(stem: stem, kinds: [$0]) }.filter { !taken.contains($0) }
    let containers = ["npz", "safetensors"].compactMap { folder.file(stem: stem, kinds: [$0]) }
      .filter { $0 != clip.features[.text] }
    for both in [clip.features[.visual] == nil ? beside : [], containers] where both.count > 1 {
      throw ClipFault(.unreadableFeatures, "\(both.joined(separator: " and ")) are both there, of two extractors")
    }
    if clip.features[.visual] == nil { clip.features[.visual] = beside.first }
    clip.arrays = containers.first
  }

  /// Media that are named by no line, nor stand beside one that is under the same name.
  private func strays(in folder: MediaFolder) -> [String] {
    let used = Set(clips.compactMap { $0.medium.flatMap { FileStem($0)?.stem } })
    return folder.media.filter { !used.contains($0.key.stem) }.values.sortedByBytes()
  }

  // MARK: - Groups

  /// Groups clips by the table's own column, else by what their names show, else by the medium.
  private mutating func group() throws {
    if form == .mmsa {
      grouping = "by video_id"
    } else if table.columns.contains("group") {
      grouping = "by the column group"
      for index in clips.indices where clips[index].group.isEmpty { clips[index].group = clips[index].recording }
      try requireWholeMedia()
    } else {
      let media = Set(clips.map { FileStem($0.recording)?.stem ?? $0.recording })
      let names = ClipGrouping(of: media)
      groupingIsDoubtful = names.standing == .suspected
      groupsByNames = names.standing == .certain
      grouping = groupsByNames ? "by their names, \(names.rule ?? "")" : "by their media"
      for index in clips.indices {
        clips[index].group = names.recording(of: FileStem(clips[index].recording)?.stem ?? clips[index].recording)
      }
    }
  }

  private func requireWholeMedia() throws {
    var first: [String: Clip] = [:]
    for clip in clips {
      guard let medium = clip.medium, let other = first.updateValue(clip, forKey: medium) else { continue }
      if other.group != clip.group {
        throw DataError(
          .badData, file: paths[0], place: "line \(clip.line)",
          "puts a clip of \(medium) in the group \(clip.group), but line \(other.line) another in \(other.group)",
          expected: "all clips of a medium in one group", advice: "Correct the column group.")
      }
    }
  }

  /// How many clips each split has.
  var splitCounts: [Split: Int] {
    clips.reduce(into: [:]) { counts, clip in clip.split.map { counts[$0, default: 0] += 1 } }
  }

  /// Whether any clip has a split.
  var declaresSplits: Bool { clips.contains { $0.split != nil } }
}
