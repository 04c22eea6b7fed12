import Pickles
import Samples
import Shards
import Text
import Workers

/// The loaders whose pickles are written.
public enum PickleLoader: Hashable, Sendable {
  /// MMSA's `data_loader.py`, for one of its data sets: mosi, mosei or sims.
  case mmsa(String?)
  /// MulT's `src/dataset.py`, for a `--data` of it: mosi, mosei_senti and the like.
  case mult(String)

  /// The data sets that MMSA knows.
  public static let ofMMSA = ["mosi", "mosei", "sims"]
}

/// One pickle with a dictionary for each split, as the loaders of MMSA or MulT open it; N samples, R rows, D columns.
///
/// - both: `text`, `audio`, `vision` float32 [N, R, D], zeros before or after a sample's rows; and `…_lengths`, the rows
///   that are not padding, so that rows of zeros at the padded end are told from it
/// - MMSA: `id` `video$_$segment`, `raw_text`, `annotations`: lists of texts; `regression_labels` float32 [N], and those
///   of single modalities (`…_T`, `…_A`, `…_V`) if there are any; `classification_labels` int64 [N]
/// - MulT: `labels` float32 [N, 1, 1], of classes [N, classes, 2]: is it not, or is it; `id` [N, 3]: the video, and the start
///   and end in it, or where these are unknown the segment and nothing. mosi has them as bytes, which its loader decodes
struct PickleExport {
  let source: ExportSource
  let loader: PickleLoader
  /// The most rows of a sample; nil for those of the longest.
  let rowLimit: Int?
  private let side: PaddedLayout.Padding?
  /// Whether all modalities of each sample have the same rows.
  private let isAligned: Bool

  private static let modalities: [Modality] = [.visual, .audio, .text]

  /// - Parameter side: where shorter samples are padded; nil for the loader's own habit.
  /// - Throws: `DataError` 65 when the folder lacks what the loader reads.
  init(_ source: ExportSource, for loader: PickleLoader, rowLimit: Int?, side: PaddedLayout.Padding?) throws {
    (self.source, self.loader, self.rowLimit, self.side) = (source, loader, rowLimit, side)
    let lines = Split.allCases.flatMap(source.lines(of:))
    isAligned = lines.allSatisfy { Set($0.rows.values).count == 1 }
    if source.manifest.likeSHA256 != nil {
      throw refusal(
        "has the one split predict", expected: "train, valid and test, all of which the loader reads",
        advice: "Export it with --to npz or webdataset.")
    }
    if let modality = Self.modalities.first(where: { !source.modalities.contains($0) }) {
      throw refusal("has no \(modality)", expected: "visual, audio and text, all of which the loader reads")
    }
    if source.sentimentColumn == nil {
      let names = source.manifest.labelNames.joined(separator: ", ")
      guard case .mult = loader else {
        throw refusal(
          "has the labels \(names)", expected: "one label, or one called sentiment, as MMSA's loader reads it")
      }
      guard lines.allSatisfy({ $0.label.allSatisfy { $0 == 0 || $0 == 1 } }) else {
        throw refusal(
          "has the labels \(names)", expected: "one label, one called sentiment, or classes that are 0 or 1",
          advice: "Prepare it with other labels.")
      }
    }
  }

  private func refusal(_ problem: String, expected: String, advice: String? = nil) -> DataError {
    DataError(.badData, file: Manifest.name, problem, expected: expected, advice: advice)
  }

  /// Whether the labels are classes, each present or not; MMSA has none.
  private var areClasses: Bool { source.sentimentColumn == nil }

  /// The file's name, by which the loaders tell whether rows of modalities belong together.
  var fileName: String {
    switch loader {
    case .mmsa("sims"): isAligned ? "aligned_39.pkl" : "unaligned_39.pkl"
    case .mmsa: isAligned ? "aligned_50.pkl" : "unaligned_50.pkl"
    case .mult(let name): name + (isAligned ? "_data.pkl" : "_data_noalign.pkl")
    }
  }

  /// Rows of a modality's arrays: those of the longest sample of all splits, since models are made for one length.
  private func layout(of modality: Modality) -> PaddedLayout {
    let longest = Split.allCases.flatMap(source.lines(of:)).map { $0.rows[modality] ?? 0 }.max() ?? 0
    var layout = PaddedLayout()
    layout.rowCount = max(1, min(longest, rowLimit ?? longest))
    // MulT's files and MMSA's aligned ones begin with zeros, MMSA's others end with them.
    if case .mmsa = loader, !isAligned { layout.padding = .right } else { layout.padding = .left }
    if let side { layout.padding = side }
    return layout
  }

  /// The modalities of which some samples have more rows than the arrays.
  var cutRows: [CutRows] { source.cutRows { layout(of: $0).rowCount } }

  /// What the file lacks that the loaders may ask for.
  var notes: [String] {
    guard case .mmsa(let name) = loader else { return [] }
    return source.notesOnWords + [
      "There is no text_bert: run MMSA with use_bert False\(name.map { ", dataset_name \($0)" } ?? "") and custom_feature this file. need_data_aligned is \(isAligned ? "True" : "False")."
    ]
  }

  /// Writes the file.
  func write(to out: String, progress: any ProgressSink) throws -> [ExportedFile] {
    let lines = Split.allCases.map { ($0, source.lines(of: $0)) }
    let count = lines.reduce(0) { $0 + $1.1.count }
    progress.begin("export", total: count * Self.modalities.count, unit: "array")
    defer { progress.end() }
    var pickle = try PickleWriter(path: out + "/" + fileName)
    try pickle.beginDictionary()
    for (split, lines) in lines {
      try pickle.write(split.rawValue)
      try pickle.beginDictionary()
      try addNames(lines, to: &pickle)
      try addLabels(lines, to: &pickle)
      for modality in Self.modalities { try addRows(modality, of: split, lines, to: &pickle, progress) }
      try pickle.endDictionary()
    }
    try pickle.endDictionary()
    try pickle.commit()
    return [try ExportedFile(folder: out, name: fileName, samples: count)]
  }

  private func addNames(_ lines: [SampleLine], to pickle: inout PickleWriter) throws {
    try pickle.write("id")
    guard case .mult(let name) = loader else {
      try pickle.write(lines.map(\.clipName))
      try pickle.write("raw_text")
      try pickle.write(lines.map { $0.words ?? "" })
      return
    }
    try pickle.write(lines.flatMap(\.timedName), shape: [lines.count, 3], asBytes: name == "mosi")
  }

  private func addLabels(_ lines: [SampleLine], to pickle: inout PickleWriter) throws {
    if areClasses {
      let pairs = lines.flatMap { $0.label.flatMap { [Float(1 - $0), Float($0)] } }
      try pickle.write("labels")
      return try pickle.write(pairs, .float32, shape: [lines.count, source.manifest.labelNames.count, 2])
    }
    let sentiments = try source.sentiments(of: lines) ?? []
    guard case .mmsa = loader else {
      try pickle.write("labels")
      return try pickle.write(sentiments, .float32, shape: [lines.count, 1, 1])
    }
    try pickle.write("regression_labels")
    try pickle.write(sentiments, .float32, shape: [lines.count])
    for suffix in ["_T", "_A", "_V"] {
      guard let column = source.manifest.labelNames.firstIndex(of: "sentiment" + suffix) else { continue }
      try pickle.write("regression_labels" + suffix)
      try pickle.write(lines.map { Float($0.label[column]) }, .float32, shape: [lines.count])
    }
    let classes = sentiments.map(\.sentimentClass)
    try pickle.write("classification_labels")
    try pickle.write(classes.map { $0.number }, .int64, shape: [lines.count])
    try pickle.write("annotations")
    try pickle.write(zip(lines, classes).map { $0.annotation ?? $1.word })
  }

  private func addRows(
    _ modality: Modality, of split: Split, _ lines: [SampleLine], to pickle: inout PickleWriter,
    _ progress: any ProgressSink
  ) throws {
    let layout = layout(of: modality)
    try pickle.write(modality.arrayKey)
    try pickle.beginArray(.float32, shape: [lines.count, layout.rowCount, source.width(of: modality)])
    try source.forEachPadded(modality, of: split, layout, progress: progress) { try pickle.append($0) }
    try pickle.endArray()
    try pickle.write(modality.arrayKey + "_lengths")
    try pickle.write(lines.map { layout.places(of: $0.rows[modality] ?? 0).count })
  }
}

extension SampleLine {
  /// The sample's name in three parts: the video, and the start and end in seconds; the segment and nothing where the
  /// times are unknown; and nothing at all after the name of a sample that is no segment.
  fileprivate var timedName: [String] {
    let id = SampleID(parsing: id)
    guard let segment = id.segment else { return [id.recording, "", ""] }
    return [id.recording] + (interval.map { ["\($0.start)", "\($0.end)"] } ?? ["\(segment)", ""])
  }
}
