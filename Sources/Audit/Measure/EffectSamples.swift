import Files
import Leaks
import Samples
import TensorCore

/// The samples of all audited data sets as one table: what the fixed model of `--measure` is trained and tested on.
struct EffectSamples: Sendable {
  /// A sample among those of its data set.
  struct Place: Hashable, Sendable {
    let dataset: Int
    let sample: Int
  }

  let datasets: [AuditedDataset]
  let features: [PooledFeatures]
  /// Every sample, in the order of data sets.
  let places: [Place]
  /// The recording of each sample: a number that samples of one group have in common. A sample without a group is one of
  /// its own.
  let recordings: [Int]

  /// Collects samples.
  ///
  /// - Throws: what reading rows throws.
  /// - Returns: nil where the data sets have other columns, so that no model reads them all.
  init?(_ subject: AuditSubject) throws {
    datasets = subject.datasets
    guard let first = datasets.first,
      datasets.allSatisfy({ $0.widths == first.widths && $0.labelNames == first.labelNames })
    else { return nil }
    features = try datasets.map { try subject.pooledFeatures(of: $0) }
    places = subject.datasets.enumerated().flatMap { number, dataset in
      dataset.samples.indices.map { Place(dataset: number, sample: $0) }
    }
    var numbers: [[String]: Int] = [:]
    var recordings: [Int] = []
    for place in places {
      let dataset = datasets[place.dataset]
      let sample = dataset.samples[place.sample]
      let key = sample.group.map { [dataset.corpus, $0] } ?? ["", "\(place.dataset)", "\(place.sample)"]
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      recordings.append(number)
    }
    self.recordings = recordings
  }

  /// Columns of all modalities.
  var width: Int { features.first?.width ?? 0 }

  func sample(_ index: Int) -> AuditedSample { datasets[places[index].dataset].samples[places[index].sample] }

  func dataset(of index: Int) -> AuditedDataset { datasets[places[index].dataset] }

  /// The means of a sample's rows, all modalities side by side; NaN where it has none.
  func means(of index: Int) -> UnsafeBufferPointer<Float> {
    let place = places[index]
    return features[place.dataset].means.values.part(from: place.sample * width, count: width)
  }

  /// What is predicted; nil where there is no label, or not the wanted one.
  func label(_ wanted: String? = nil) -> EffectLabel? {
    EffectLabel(
      names: datasets.first?.labelNames ?? [], labels: places.indices.map { sample($0).label }, wanted: wanted)
  }

  /// The samples of a split that have a label.
  func indices(of split: Split, labelled label: EffectLabel) -> [Int] {
    places.indices.filter { sample($0).split == split && label.values[$0] != nil }
  }
}
