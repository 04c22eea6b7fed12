import Samples
import Shards

/// One split over all folders: names, labels and features of its samples.
final class SampleSet: Sendable {
  let split: Split
  let ids: [String]
  /// Each sample's folder.
  let folders: [Int]
  /// One a sample, or one an emotion for each; NaN where it is missing.
  let labels: [Float]
  /// Labels a sample.
  let labelWidth: Int
  /// Visual, audio, text, for models that take one vector; else empty.
  let features: [VectorTable]
  /// The same for models that take sequences.
  let sequences: [SequenceTable]

  var count: Int { ids.count }

  /// - Parameters:
  ///   - widths: of each modality, in order: the widest folder's.
  ///   - target: what is learnt.
  ///   - needsLabels: whether a missing label is an error.
  ///   - maxRows: for models that take sequences: a sample's last rows that are read.
  /// - Throws: `DataError` 65 that names the sample without a label.
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
    let shards = folders.flatMap { $0.shards[split] ?? [] }
    let columns = Array(zip(Modality.allCases, widths))
    features = maxRows == nil ? columns.map { VectorTable($0, width: $1, shards: shards) } : []
    sequences =
      maxRows.map { rows in columns.map { SequenceTable($0, width: $1, shards: shards, maxRows: rows) } } ?? []
  }
}
