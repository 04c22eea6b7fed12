import Samples
import Shards
import TensorCore
import Text
import Workers

/// How a sample's rows are laid out in arrays of equal length.
public struct PaddedLayout: Hashable, Sendable {
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

// MARK: - Samples as loaders of arrays have them

extension ExportSource {
  /// Columns of a modality.
  func width(of modality: Modality) -> Int { manifest.modalities[modality]?.dim ?? 0 }

  /// Streams the rows of a modality, [samples, rows, columns] in the order of the shards, one padded sample at a time.
  func forEachPadded(
    _ modality: Modality, of split: Split, _ layout: PaddedLayout, progress: any ProgressSink,
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let width = width(of: modality)
    var padded = [Float](repeating: 0, count: layout.rowCount * width)
    for file in shardFiles(of: split) {
      let (shard, lines) = try open(file)
      for sample in lines.indices {
        let rows = shard.rows(of: sample, modality).suffix(layout.rowCount)
        let places = layout.places(of: rows.count)
        try padded.withUnsafeMutableBufferPointer { buffer in
          buffer[..<(places.lowerBound * width)].update(repeating: 0)
          buffer[(places.upperBound * width)...].update(repeating: 0)
          shard.readFloats(
            modality, rows: rows, into: buffer.part(from: places.lowerBound * width, count: rows.count * width))
          try body(UnsafeRawBufferPointer(buffer))
        }
      }
      progress.advance(by: lines.count)
    }
  }

  /// The modalities of which some samples have more rows than there is room for.
  func cutRows(_ room: (Modality) -> Int) -> [CutRows] {
    modalities.map { modality in
      var cut = CutRows(modality, room: room(modality))
      for split in manifest.presentSplits { for line in lines(of: split) { cut.add(line.rows[modality] ?? 0) } }
      return cut
    }.filter { $0.cut > 0 }
  }

  /// What to know about words that are not there.
  var notesOnWords: [String] {
    let lines = manifest.presentSplits.flatMap(lines(of:))
    let wordless = lines.count { $0.words == nil }
    if wordless == 0 { return [] }
    return [
      "raw_text is empty for \(wordless.grouped) of \(lines.count.grouped) samples: the prepared folder does not hold "
        + "their words."
    ]
  }

  /// The column of the one label that loaders want: the sentiment, or the only one; nil if there is none.
  var sentimentColumn: Int? {
    let names = manifest.labelNames
    return names.firstIndex(of: "sentiment") ?? (names.count == 1 ? 0 : nil)
  }

  /// The sentiment of each sample; nil if no label is one.
  ///
  /// - Throws: `DataError` 65 for a sample that has none.
  func sentiments(of lines: [SampleLine]) throws -> [Float]? {
    guard let column = sentimentColumn else { return nil }
    return try lines.map { line in
      guard line.label.indices.contains(column), !line.label[column].isNaN else {
        throw DataError(.badData, file: SamplesFile.name, place: line.id, "has no sentiment", expected: "a number")
      }
      return Float(line.label[column])
    }
  }
}

extension Modality {
  /// The key of its arrays in the files of MMSA and MulT.
  var arrayKey: String { self == .visual ? "vision" : rawValue }
}

extension SampleLine {
  /// The sample's name as MMSA spells it: `video$_$segment`.
  var clipName: String {
    let id = SampleID(parsing: id)
    return id.segment.map { "\(id.recording)$_$\($0)" } ?? id.recording
  }
}

extension Float {
  /// The sign of a sentiment, as MMSA numbers it (data/getFeatures.py, `annotation_dict`).
  var sentimentClass: (number: Int64, word: String) {
    self < 0 ? (0, "Negative") : self > 0 ? (2, "Positive") : (1, "Neutral")
  }
}
