import Archives
import ArrayFiles
import Samples
import Shards
import TensorCore
import Text
import Workers

/// One .npz file per split, with the keys that MMSA reads; N samples, R rows, D columns, L labels.
///
/// - `id` `<U` [N]: `video$_$segment`; `raw_text` `<U` [N]: the words, one blank apart, empty where they are not known
/// - `text`, `audio`, `vision` float32 [N, R, D]: the last R rows of each sample; shorter ones are padded with zeros,
///   after their rows or before them (`NPZLayout`)
/// - `text_lengths`, `audio_lengths`, `vision_lengths` int64 [N]: the rows that are not padding, at most R
/// - `labels` float32 [N, L]: every label, NaN where one is missing; `label_names` `<U` [L]: their names
/// - `regression_labels` float32 [N]: the sentiment, or the only label
/// - `classification_labels` int64 [N]: its sign: 0 negative, 1 neutral, 2 positive (MMSA, data/getFeatures.py,
///   `annotation_dict`); `annotations` `<U` [N]: the same as a word
///
/// The last three are left out if there are several labels and none is called sentiment. `np.load(path,
/// allow_pickle=False)` reads all of it.
struct NPZExport {
  let source: ExportSource
  let layout: NPZLayout

  /// Writes a file for each split.
  func write(to out: String, progress: any ProgressSink) throws -> [ExportedFile] {
    try Split.allCases.map { split in
      let lines = source.lines(of: split)
      progress.begin("export \(split)", total: lines.count * source.modalities.count, unit: "array")
      defer { progress.end() }
      var zip = try ZipWriter(path: "\(out)/\(split).npz")
      try addTexts(lines, to: &zip)
      try addLabels(lines, to: &zip)
      for modality in source.modalities { try addRows(modality, of: split, to: &zip, progress: progress) }
      try zip.commit()
      return try ExportedFile(folder: out, name: "\(split).npz", samples: lines.count)
    }
  }

  /// The modalities of which some samples have more rows than the arrays.
  var cutRows: [CutRows] {
    source.modalities.map { modality in
      var cut = CutRows(modality, room: layout.rowCount)
      for split in Split.allCases { for line in source.lines(of: split) { cut.add(line.rows[modality] ?? 0) } }
      return cut
    }.filter { $0.cut > 0 }
  }

  /// What the arrays lack that MMSA's loaders expect.
  var notes: [String] {
    let lines = Split.allCases.flatMap(source.lines(of:))
    let wordless = lines.count { $0.words == nil }
    var notes: [String] = []
    if wordless > 0 {
      notes.append(
        "raw_text is empty for \(wordless.grouped) of \(lines.count.grouped) samples: the prepared folder does not hold "
          + "their words.")
    }
    if sentiment == nil {
      notes.append(
        "No label is called sentiment: the labels are in labels and label_names, and there are no regression_labels.")
    }
    return notes
  }

  /// MMSA's name of a modality.
  private static func key(_ modality: Modality) -> String { modality == .visual ? "vision" : modality.rawValue }

  /// The column of MMSA's one label.
  private var sentiment: Int? {
    let names = source.manifest.labelNames
    return names.firstIndex(of: "sentiment") ?? (names.count == 1 ? 0 : nil)
  }

  private func addTexts(_ lines: [SampleLine], to zip: inout ZipWriter) throws {
    let ids = lines.map { line in
      let id = SampleID(parsing: line.id)
      return id.segment.map { "\(id.recording)$_$\($0)" } ?? id.recording
    }
    try Self.add(ids, as: "id", to: &zip)
    try Self.add(lines.map { $0.words ?? "" }, as: "raw_text", to: &zip)
  }

  private func addLabels(_ lines: [SampleLine], to zip: inout ZipWriter) throws {
    let names = source.manifest.labelNames
    let all = lines.flatMap { line in
      names.indices.map { line.label.indices.contains($0) ? Float(line.label[$0]) : .nan }
    }
    try Self.add(NpyFile.bytes(all, .float32, shape: [lines.count, names.count]), as: "labels", to: &zip)
    try Self.add(names, as: "label_names", to: &zip)
    guard let sentiment else { return }
    let values = try lines.map { line in
      guard line.label.indices.contains(sentiment), !line.label[sentiment].isNaN else {
        throw DataError(.badData, file: SamplesFile.name, place: line.id, "has no sentiment", expected: "a number")
      }
      return line.label[sentiment]
    }
    let classes = values.map { value -> Int64 in value < 0 ? 0 : value > 0 ? 2 : 1 }
    try Self.add(classes.map { ["Negative", "Neutral", "Positive"][Int($0)] }, as: "annotations", to: &zip)
    try Self.add(NpyFile.bytes(classes, .int64, shape: [classes.count]), as: "classification_labels", to: &zip)
    let stored = values.map { Float($0) }
    try Self.add(NpyFile.bytes(stored, .float32, shape: [stored.count]), as: "regression_labels", to: &zip)
  }

  /// Streams a modality: one padded sample at a time.
  private func addRows(
    _ modality: Modality, of split: Split, to zip: inout ZipWriter, progress: any ProgressSink
  ) throws {
    let lines = source.lines(of: split)
    let width = source.manifest.modalities[modality]?.dim ?? 0
    let lengths = lines.map { Int64(layout.places(of: $0.rows[modality] ?? 0).count) }
    let header = NpyHeader(.float32, shape: [lines.count, layout.rowCount, width])
    try Self.begin(Self.key(modality), header, to: &zip)
    var padded = [Float](repeating: 0, count: layout.rowCount * width)
    for file in source.shardFiles(of: split) {
      let (shard, lines) = try source.open(file)
      for sample in lines.indices {
        let rows = shard.rows(of: sample, modality).suffix(layout.rowCount)
        let places = layout.places(of: rows.count)
        try padded.withUnsafeMutableBufferPointer { buffer in
          buffer[..<(places.lowerBound * width)].update(repeating: 0)
          buffer[(places.upperBound * width)...].update(repeating: 0)
          shard.readFloats(
            modality, rows: rows, into: buffer.part(from: places.lowerBound * width, count: rows.count * width))
          try zip.write(UnsafeRawBufferPointer(buffer))
        }
      }
      progress.advance(by: lines.count)
    }
    try Self.add(
      NpyFile.bytes(lengths, .int64, shape: [lengths.count]), as: Self.key(modality) + "_lengths", to: &zip)
  }

  /// Adds texts one by one, as wide as the longest.
  private static func add(_ texts: [String], as name: String, to zip: inout ZipWriter) throws {
    let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
    try begin(name, NpyHeader(.unicode(width: width), shape: [texts.count]), to: &zip)
    for text in texts {
      var scalars = text.unicodeScalars.map(\.value)
      scalars.append(contentsOf: repeatElement(0, count: width - scalars.count))
      try scalars.withUnsafeBytes { try zip.write($0) }
    }
  }

  private static func add(_ bytes: [UInt8], as name: String, to zip: inout ZipWriter) throws {
    try zip.begin(name + ".npy", byteCount: bytes.count)
    try bytes.withUnsafeBytes { try zip.write($0) }
  }

  private static func begin(_ name: String, _ header: NpyHeader, to zip: inout ZipWriter) throws {
    let bytes = header.bytes
    try zip.begin(name + ".npy", byteCount: bytes.count + header.dataByteCount)
    try bytes.withUnsafeBytes { try zip.write($0) }
  }
}

/// How a sample's rows are laid out in the arrays of an .npz export.
public struct NPZLayout: Hashable, Sendable {
  /// Where the zeros go that pad a sample with fewer rows than the array.
  public enum Padding: String, CaseIterable, Sendable {
    /// Before the rows, as in the CMU SDK's `get_tensors`; for loaders that read the last rows.
    case left
    /// After the rows; for loaders that read the first `…_lengths` rows.
    case right
  }

  /// Where the padding goes.
  public var padding = Padding.right
  /// Rows of a sample in the arrays, at least 1; the last ones of a longer sample are kept. 50 is `seq_len` of the
  /// SDK's `get_tensors` and the length that MMSA's files have.
  public var rowCount = 50

  /// Fifty rows, padded at the end.
  public init() {}

  /// Where `count` rows of a sample go among the `rowCount` of an array.
  func places(of count: Int) -> Range<Int> {
    let kept = min(count, rowCount)
    return padding == .right ? 0..<kept : rowCount - kept..<rowCount
  }
}
