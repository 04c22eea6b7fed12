import Digests
import Leaks
import Samples
import Synchronization

/// Fingerprints of whole samples, by modality: nil where too little was observed to tell one from another.
struct WholeContents: Sendable {
  /// [data set][sample]
  private var digests: [Modality: [[ContentDigest?]]] = [:]

  /// None yet.
  init(_ datasets: [AuditedDataset]) {
    for modality in Set(datasets.flatMap(\.modalities)) {
      digests[modality] = datasets.map { Array(repeating: nil, count: $0.samples.count) }
    }
  }

  /// The fingerprint of a sample.
  subscript(modality: Modality, place: SamplePlace) -> ContentDigest? {
    get { digests[modality]?[place.dataset][place.sample] }
    set { digests[modality]?[place.dataset][place.sample] = newValue }
  }
}

/// The fingerprints of an audit's samples, for the checks that come after the one that read all rows.
final class WholeContentsStore: Sendable {
  private let kept = Mutex<(datasets: [AuditedDataset], contents: WholeContents)?>(nil)

  /// What was kept of these data sets; nil where no check read their rows yet.
  func contents(of datasets: [AuditedDataset]) -> WholeContents? {
    kept.withLock { kept in
      guard let kept, kept.datasets.count == datasets.count, zip(kept.datasets, datasets).allSatisfy({ $0 === $1 })
      else {
        return nil
      }
      return kept.contents
    }
  }

  func keep(_ contents: WholeContents, of datasets: [AuditedDataset]) {
    kept.withLock { $0 = (datasets, contents) }
  }

  /// Gives the memory back.
  func end() { kept.withLock { $0 = nil } }
}
