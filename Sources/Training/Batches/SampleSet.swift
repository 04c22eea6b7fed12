import Samples
import Shards

/// One split across all folders: the names, labels and features of its samples.
final class SampleSet: Sendable {
  let split: Split
  let ids: [String]
  /// The index of each sample's folder.
  let folders: [Int]
  /// One label per sample, or one per sample and emotion or class; NaN if missing.
  let labels: [Float]
  /// What predictions are scored against: `labels`, or for shares of classes the class with the largest share, the
  /// first of equals.
  let scored: [Float]
  /// The number of labels per sample.
  let labelWidth: Int
  /// Visual, audio and text features for models that take one vector per sample; otherwise empty.
  let features: [VectorTable]
  /// The same for models that take sequences; otherwise empty.
  let sequences: [SequenceTable]

  var count: Int { ids.count }

  /// - Parameters:
  ///   - widths: the width of each modality, in order, in the widest folder.
  ///   - target: the target to learn.
  ///   - needsLabels: whether a missing label is an error.
  ///   - maxRows: how many of each sample's last rows are read, for models that take sequences.
  /// - Throws: `DataError` 65 naming the sample that has no label.
  init(
    _ folders: [MappedFolder], split: Split, widths: [Int], target: LabelTarget, needsLabels: Bool, maxRows: Int? = nil
  ) throws {
    self.split = split
    var (ids, numbers, labels): ([String], [Int], [Float]) = ([], [], [])
    labelWidth = target.width
    for (number, folder) in folders.enumerated() {
      let rule = LabelRule(target, in: folder)
      for shard in folder.shards[split] ?? [] {
        for sample in shard.ids.indices {
          rule.append(shard.labels(of: sample), to: &labels)
          if needsLabels, let value = labels.suffix(labelWidth).first(where: { !$0.isFinite }) {
            throw folder.missingLabel(rule.name, of: shard.ids[sample], value: value)
          }
          ids.append(shard.ids[sample])
          numbers.append(number)
        }
      }
    }
    self.ids = ids
    self.folders = numbers
    self.labels = labels
    scored = target.kind == .shares ? Self.largestShares(labels, width: target.width) : labels
    let shards = folders.flatMap { $0.shards[split] ?? [] }
    let columns = Array(zip(Modality.allCases, widths))
    features = maxRows == nil ? columns.map { VectorTable($0, width: $1, shards: shards) } : []
    sequences =
      maxRows.map { rows in columns.map { SequenceTable($0, width: $1, shards: shards, maxRows: rows) } } ?? []
  }

  /// The class with the largest share of each sample; NaN where shares are missing.
  private static func largestShares(_ labels: [Float], width: Int) -> [Float] {
    stride(from: 0, to: labels.count, by: width).map { start in
      let shares = labels[start..<start + width]
      guard let largest = shares.max(), !shares.contains(where: \.isNaN) else { return .nan }
      return Float((shares.firstIndex(of: largest) ?? start) - start)
    }
  }
}
