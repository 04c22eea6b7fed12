import ArrayFiles
public import Corpora
public import Leaks
import Samples
import Signals
import Text

extension AuditedDataset {
  /// Opens computational sequences and a fold list from other projects: a sample is a row of the label sequence with
  /// every native row that overlaps it or, if there are no labels, an entry as it is.
  ///
  /// A recording that the fold list names in two splits becomes a sample of both; a list may also name segments
  /// (`vid[3]`).
  /// - Throws: `DataError` 66 if a file cannot be opened, 65 if one is malformed or the files match no name in a
  ///   split's list, 64 if no file holds features.
  public static func sequences(_ paths: [String], folds: String, indexer: CSDIndexer) throws -> AuditedDataset {
    let opened = try AuditedFile.single(paths)
    let files = try SequenceFiles(paths, indexer: indexer)
    let lists = try FoldFile.read(folds, allowsRepeats: true)
    let chosen = try FoldedSegments(lists, files)
    var samples: [AuditedSample] = []
    var pieces: [[Modality: SequenceRows.Piece]] = []
    for split in Split.allCases {
      for (recording, segments) in chosen.recordings[split] ?? [] {
        try Interrupt.check()
        for segment in segments {
          let own = try files.features.mapValues { file in
            try SequenceFiles.piece(of: segment, recording: recording, in: file)
          }
          let words = try files.words.map { file in
            try SequenceFiles.words(of: SequenceFiles.piece(of: segment, recording: recording, in: file), in: file)
          }
          samples.append(
            AuditedSample(
              id: segment.id, group: recording, dialog: CorpusRegistry.shipped.dialog(ofSample: segment.id),
              session: nil,
              speaker: nil,
              split: split, interval: segment.interval, rows: own.mapValues(\.rowCount), label: segment.label,
              words: words))
          pieces.append(own)
        }
      }
    }
    for file in opened { try file.requireUnchanged() }
    return AuditedDataset(
      name: "sequences", path: folds, form: .sequences, granularity: "frame", dtype: .f32,
      widths: files.features.mapValues(\.width), labelNames: try Self.labelNames(files.labels), samples: samples,
      scalers: nil, manifest: nil, damage: nil, unmatched: chosen.unmatched,
      files: try AuditedFile.single(paths + lists.files),
      store: SequenceRows(files: files.features, pieces: pieces))
  }

  /// Returns the names of the label columns; numbers if the file does not name them unambiguously, since any label can
  /// be audited.
  ///
  /// - Throws: `DataError` 74 if labels cannot be read.
  private static func labelNames(_ labels: CSDFile?) throws -> [String] {
    guard let labels else { return [] }
    let numbers = (0..<labels.width).map { "label_\($0)" }
    do {
      let known = try CSDLabels(of: labels)
      return known.warning == nil ? known.names : numbers
    } catch let error as DataError where error.code == .badData {
      return numbers
    }
  }
}
