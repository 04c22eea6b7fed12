import Archives
import ArrayFiles
import Samples
import Shards
import Storage
import Workers

/// One .npz file a split, with the keys that MMSA reads; N samples, D columns.
///
/// - `id` `<U` [N]: `video$_$segment`; `raw_text` `<U` [N]: the words, one blank apart
/// - `text`, `audio`, `vision` float32 [N, 50, D]: the last 50 rows, zeros to the left of shorter samples, as the CMU SDK
///   pads (`get_tensors`, `seq_len=50`)
/// - `text_lengths`, `audio_lengths`, `vision_lengths` int64 [N]: the rows that are no padding, 50 at most
/// - `regression_labels` float32 [N]: the sentiment
/// - `classification_labels` int64 [N]: its sign: 0 negative, 1 neutral, 2 positive (MMSA, data/getFeatures.py,
///   `annotation_dict`); `annotations` `<U` [N]: the same as a word
///
/// `np.load(path, allow_pickle=False)` reads all of it.
enum NPZExport {
  /// CMU SDK, `get_tensors`: the length that MMSA's files have.
  static let rowCount = 50

  /// Writes a file for each split.
  static func write(_ source: ExportSource, to out: String, progress: any ProgressSink) throws -> [ExportedFile] {
    let sentiment = try sentimentColumn(source.manifest.labelNames)
    return try Split.allCases.map { split in
      let lines = source.lines(of: split)
      progress.begin("export \(split)", total: lines.count * source.modalities.count, unit: "samples")
      defer { progress.end() }
      var zip = try ZipWriter(path: "\(out)/\(split).npz")
      try addTexts(lines, to: &zip)
      try addLabels(lines, sentiment: sentiment, to: &zip)
      for modality in source.modalities { try addRows(modality, of: split, source, to: &zip, progress: progress) }
      try zip.commit()
      return try ExportedFile(folder: out, name: "\(split).npz", samples: lines.count)
    }
  }

  /// MMSA's name of a modality.
  private static func key(_ modality: Modality) -> String { modality == .visual ? "vision" : modality.rawValue }

  private static func sentimentColumn(_ names: [String]) throws -> Int {
    if let column = names.firstIndex(of: "sentiment") { return column }
    if names.count == 1 { return 0 }
    throw DataError(
      .badData, place: "label_names", "\(names)", expected: "a label called sentiment, or only one label",
      advice: "MMSA's files need one label: export to webdataset instead.")
  }

  private static func addTexts(_ lines: [SampleLine], to zip: inout ZipWriter) throws {
    let ids = lines.map { line in
      let id = SampleID(parsing: line.id)
      return id.segment.map { "\(id.recording)$_$\($0)" } ?? id.recording
    }
    try add(ids, as: "id", to: &zip)
    try add(lines.map { $0.words ?? "" }, as: "raw_text", to: &zip)
  }

  private static func addLabels(_ lines: [SampleLine], sentiment: Int, to zip: inout ZipWriter) throws {
    let values = try lines.map { line in
      guard line.label.indices.contains(sentiment), !line.label[sentiment].isNaN else {
        throw DataError(.badData, file: SamplesFile.name, place: line.id, "has no sentiment", expected: "a number")
      }
      return line.label[sentiment]
    }
    let classes = values.map { value -> Int64 in value < 0 ? 0 : value > 0 ? 2 : 1 }
    try add(classes.map { ["Negative", "Neutral", "Positive"][Int($0)] }, as: "annotations", to: &zip)
    try add(NpyFile.bytes(classes, .int64, shape: [classes.count]), as: "classification_labels", to: &zip)
    let stored = values.map { Float($0) }
    try add(NpyFile.bytes(stored, .float32, shape: [stored.count]), as: "regression_labels", to: &zip)
  }

  /// Streams a modality: one padded sample at a time.
  private static func addRows(
    _ modality: Modality, of split: Split, _ source: ExportSource, to zip: inout ZipWriter, progress: any ProgressSink
  ) throws {
    let lines = source.lines(of: split)
    let width = source.manifest.modalities[modality]?.dim ?? 0
    let lengths = lines.map { Int64(min($0.rows[modality] ?? 0, rowCount)) }
    let header = NpyHeader(.float32, shape: [lines.count, rowCount, width])
    try begin(key(modality), header, to: &zip)
    var padded = [Float](repeating: 0, count: rowCount * width)
    for file in source.shardFiles(of: split) {
      let (shard, lines) = try source.open(file)
      for sample in lines.indices {
        let rows = shard.rows(of: sample, modality).suffix(rowCount)
        let start = (rowCount - rows.count) * width
        try padded.withUnsafeMutableBufferPointer { buffer in
          buffer[..<start].update(repeating: 0)
          if let base = buffer.baseAddress { shard.readFloats(modality, rows: rows, into: base + start) }
          try zip.write(UnsafeRawBufferPointer(buffer))
        }
      }
      progress.advance(by: lines.count)
    }
    try add(NpyFile.bytes(lengths, .int64, shape: [lengths.count]), as: key(modality) + "_lengths", to: &zip)
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
