import Samples
import Shards
import Storage

/// One split over all corpora: names, labels and features of its samples.
final class SampleSet: Sendable {
  let split: Split
  let ids: [String]
  /// Each sample's corpus.
  let corpora: [Int]
  /// One a sample; NaN where it is missing.
  let labels: [Float]
  /// Visual, audio, text.
  let features: [FeatureTable]

  var count: Int { ids.count }

  /// - Parameters:
  ///   - widths: of each modality, in order: the widest corpus's.
  ///   - needsLabels: whether a missing label is an error.
  /// - Throws: `DataError` 65 that names the sample without a label.
  init(_ corpora: [Corpus], split: Split, widths: [Int], label: String?, needsLabels: Bool) throws {
    self.split = split
    var (ids, numbers, labels): ([String], [Int], [Float]) = ([], [], [])
    for (number, corpus) in corpora.enumerated() {
      let column = try corpus.labelColumn(label)
      for shard in corpus.shards[split] ?? [] {
        for sample in shard.ids.indices {
          let values = shard.labels(of: sample)
          let value = values[values.startIndex + column]
          if needsLabels, !value.isFinite {
            throw DataError(
              .badData, file: shard.path, place: shard.ids[sample],
              "label \(corpus.manifest.labelNames[column]) is \(value)", expected: "a number",
              advice: "Choose another with --label, or prepare the folder without this sample.")
          }
          ids.append(shard.ids[sample])
          numbers.append(number)
          labels.append(value)
        }
      }
    }
    self.ids = ids
    self.corpora = numbers
    self.labels = labels
    let shards = corpora.flatMap { $0.shards[split] ?? [] }
    features = zip(Modality.allCases, widths).map { FeatureTable($0, width: $1, shards: shards) }
  }
}
