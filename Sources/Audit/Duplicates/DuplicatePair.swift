import Leaks
import Samples
import Text

/// A sample in one of the audited data sets.
struct SamplePlace: Hashable, Comparable {
  /// The index in `AuditSubject.datasets`.
  let dataset: Int
  /// The index in `AuditedDataset.samples`.
  let sample: Int

  static func < (first: SamplePlace, second: SamplePlace) -> Bool {
    (first.dataset, first.sample) < (second.dataset, second.sample)
  }
}

/// Two samples of different splits, and the parts in which they are identical.
struct DuplicatePair {
  let first: SamplePlace
  let second: SamplePlace
  /// Modalities that are identical in their entirety.
  var whole: Set<Modality> = []
  /// The number of identical rows in other modalities.
  var rows: [Modality: Int] = [:]

  /// The modalities that are identical in whole or in part, in the usual order.
  var modalities: [Modality] { whole.union(rows.keys).sorted() }

  /// Whether anything besides words is identical.
  var hasObservedMatch: Bool { modalities.contains { $0 != .text } }

  /// `a (train) and b (test): visual, 3 audio rows`
  func text(_ datasets: [AuditedDataset]) -> String {
    let (one, two) = (sample(first, datasets), sample(second, datasets))
    let parts = modalities.map { modality in
      whole.contains(modality) ? "all \(modality)" : Phrase.count(rows[modality] ?? 0, "\(modality) row")
    }
    return "\(one.id) (\(one.split)) and \(two.id) (\(two.split)): \(parts.joined(separator: ", "))"
  }

  /// Returns the pair as a line of leaks.csv.
  func row(_ datasets: [AuditedDataset]) -> LeakRow {
    let parts = modalities.map { modality in
      whole.contains(modality) ? "all \(modality)" : Phrase.count(rows[modality] ?? 0, "\(modality) row")
    }
    return LeakRow(
      LeakRow.Side(sample(first, datasets), of: datasets[first.dataset]),
      LeakRow.Side(sample(second, datasets), of: datasets[second.dataset]),
      reason: "identical: \(parts.joined(separator: ", "))")
  }

  func json(_ datasets: [AuditedDataset]) -> JSONValue {
    let samples = [first, second].map { place -> JSONValue in
      let sample = sample(place, datasets)
      return [
        "id": .string(sample.id), "split": .string(sample.split.rawValue),
        "dataset": .string(datasets[place.dataset].name),
      ]
    }
    let counts = rows.map { ($0.key.rawValue, JSONValue.integer($0.value)) }
    return [
      "samples": .array(samples), "whole": .array(whole.sorted().map { .string($0.rawValue) }),
      "rows": .object(Dictionary(uniqueKeysWithValues: counts)),
    ]
  }

  private func sample(_ place: SamplePlace, _ datasets: [AuditedDataset]) -> AuditedSample {
    datasets[place.dataset].samples[place.sample]
  }
}
