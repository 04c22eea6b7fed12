import Archives
import ArrayFiles
import Samples
import Shards
import Text
import Workers

/// One .npz file per split, with the keys that MMSA reads; N samples, R rows, D columns, L labels.
///
/// - `id` `<U` [N]: `video$_$segment`; `raw_text` `<U` [N]: the words, one blank apart, empty where they are not known
/// - `text`, `audio`, `vision` float32 [N, R, D]: the last R rows of each sample; shorter ones are padded with zeros,
///   after their rows or before them (`PaddedLayout`)
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
  let layout: PaddedLayout

  /// Writes a file for each split.
  func write(to out: String, progress: any ProgressSink) throws -> [ExportedFile] {
    try source.manifest.presentSplits.map { split in
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
  var cutRows: [CutRows] { source.cutRows { _ in layout.rowCount } }

  /// What the arrays lack that MMSA's loaders expect.
  var notes: [String] {
    var notes = source.notesOnWords
    if source.sentimentColumn == nil {
      notes.append(
        "No label is called sentiment: the labels are in labels and label_names, and there are no regression_labels.")
    }
    return notes
  }

  private func addTexts(_ lines: [SampleLine], to zip: inout ZipWriter) throws {
    try Self.add(lines.map(\.clipName), as: "id", to: &zip)
    try Self.add(lines.map { $0.words ?? "" }, as: "raw_text", to: &zip)
  }

  private func addLabels(_ lines: [SampleLine], to zip: inout ZipWriter) throws {
    let names = source.manifest.labelNames
    let all = lines.flatMap { line in
      names.indices.map { line.label.indices.contains($0) ? Float(line.label[$0]) : .nan }
    }
    try Self.add(NpyFile.bytes(all, .float32, shape: [lines.count, names.count]), as: "labels", to: &zip)
    try Self.add(names, as: "label_names", to: &zip)
    guard let sentiments = try source.sentiments(of: lines) else { return }
    let classes = sentiments.map(\.sentimentClass)
    try Self.add(classes.map { $0.word }, as: "annotations", to: &zip)
    try Self.add(
      NpyFile.bytes(classes.map { $0.number }, .int64, shape: [classes.count]), as: "classification_labels", to: &zip)
    try Self.add(NpyFile.bytes(sentiments, .float32, shape: [sentiments.count]), as: "regression_labels", to: &zip)
  }

  /// Streams a modality: one padded sample at a time.
  private func addRows(
    _ modality: Modality, of split: Split, to zip: inout ZipWriter, progress: any ProgressSink
  ) throws {
    let lines = source.lines(of: split)
    let lengths = lines.map { Int64(layout.places(of: $0.rows[modality] ?? 0).count) }
    let header = NpyHeader(.float32, shape: [lines.count, layout.rowCount, source.width(of: modality)])
    try Self.begin(modality.arrayKey, header, to: &zip)
    try source.forEachPadded(modality, of: split, layout, progress: progress) { try zip.write($0) }
    try Self.add(
      NpyFile.bytes(lengths, .int64, shape: [lengths.count]), as: modality.arrayKey + "_lengths", to: &zip)
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
