import Archives
import ArrayFiles
import Files
import Pickles
package import Samples
import Text

/// Arrays of other projects, by split: the names, labels and words of the samples, and their rows without padding.
///
/// Rows stay where they are until they are asked for.
package struct ArraysBySplit: Sendable {
  /// The samples of one split.
  package struct Part: Sendable {
    package let split: Split
    /// The files, as messages name them.
    package let path: String
    /// The number of samples.
    package let count: Int
    /// The names of the samples; nil if no column holds them.
    package let names: [ArrayNames.Name]?
    /// The words of each sample; nil if no column holds them.
    package let words: [String]?
    /// The word that says what each sample expresses, e.g. `Positive`; nil if no column holds them.
    package let annotations: [String]?
    package let labels: ArrayLabels
    /// The dialog of each sample, if the layout says.
    package let dialogs: [String]?
    /// The speaker of each sample, if the layout says.
    package let speakers: [String?]?
    /// The rows of each modality.
    package let rows: [Modality: UnpaddedRows]
  }

  /// The splits that there are, in their order.
  package let parts: [Part]
  /// The names of the label columns, which are the same in all splits.
  package let labelNames: [String]
  /// The number of columns of each modality.
  package let widths: [Modality: Int]
  /// How the arrays were read.
  package let reading: ArrayReading

  /// Reads .npz files or pickles: either one file per split, named after it, or a single file with all splits (keys such
  /// as `train/text`, `train.text` and `train_text` in an archive, a dictionary of dictionaries in a pickle). Pickles are
  /// read without being executed.
  ///
  /// - Parameters:
  ///   - pad: the end at which samples are padded with zeros, for modalities whose values do not show it.
  ///   - withClasses: whether the class is a label besides numbers that it is made from.
  /// - Throws: `DataError` 66 if a file cannot be opened, 65 if it is neither an archive of .npy files nor a pickle
  ///   with a known layout, or if arrays do not fit together.
  package init(_ paths: [String], pad: PaddingSide?, withClasses: Bool, threads: Int) throws {
    var columns: [Split: ArrayColumns] = [:]
    for path in paths {
      for (split, own) in try ColumnFile.columns(of: path) {
        columns[split] = try columns[split]?.joined(with: own, split: split) ?? own
      }
    }
    guard !columns.isEmpty else {
      throw DataError(
        .badData, file: paths.first, "holds no arrays that name their split",
        expected: "train.npz, valid.npz and test.npz, or keys such as train/text",
        advice: "msa-prep export --to npz writes such files.")
    }
    let assembly = try ArrayAssembly(columns)
    let (rows, reading) = try assembly.withoutPadding(
      pad: pad, threads: threads, path: paths.joined(separator: ", "))
    parts = try assembly.splits.sorted(by: { $0.key.order < $1.key.order }).map { split, arrays in
      Part(
        split: split, path: arrays.path, count: arrays.count, names: try arrays.names()?.names,
        words: try arrays.words(), annotations: try arrays.annotations(),
        labels: try arrays.labels(withClasses: withClasses), dialogs: arrays.dialogs, speakers: arrays.speakers,
        rows: rows[split] ?? [:])
    }
    labelNames = try Self.labelNames(of: parts)
    widths = assembly.widths
    self.reading = reading
  }

  private static func labelNames(of parts: [Part]) throws -> [String] {
    let filled = parts.filter { $0.count > 0 }
    guard let names = filled.first?.labels.names else { return [] }
    if let other = filled.first(where: { $0.labels.names != names }) {
      func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.prefix(8).joined(separator: ", ") }
      throw DataError(
        .badData, file: other.path, place: "\(other.split): labels",
        "has the columns \(list(other.labels.names))", expected: "those of the other splits, \(list(names))",
        advice: "Write the same label arrays for every split.")
    }
    return names
  }
}

extension Split {
  /// Train, valid, test.
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A modality in one split, and the rows of each sample without padding.
package struct UnpaddedRows: Sendable {
  package let block: FeatureBlock
  package let rows: [Range<Int>]

  /// Lends the rows of a sample, row-major.
  ///
  /// - Throws: whatever `body` throws; `DataError` if the rows can no longer be read from their file.
  package func withRows<Result>(
    of sample: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try block.withRows(rows[sample], of: sample, body)
  }
}
