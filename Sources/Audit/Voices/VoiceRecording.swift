import Leaks
import Samples

/// A recording by the means of its samples in some columns: as a whole, and as two halves, every other sample in each.
struct VoiceRecording: Sendable {
  /// The mean of some samples.
  struct Part: Sendable {
    let mean: [Double]
    /// Samples.
    let count: Double
  }

  let name: String
  let split: Split
  /// Its first sample.
  let sample: Int
  let whole: Part
  /// None of a recording of one sample.
  let halves: [Part]

  init(name: String, split: Split, sample: Int, values: [[Double]]) {
    (self.name, self.split, self.sample) = (name, split, sample)
    whole = Self.part(values)
    halves =
      values.count < 2
      ? [] : (0..<2).map { half in Self.part(values.enumerated().filter { $0.offset % 2 == half }.map(\.element)) }
  }

  private static func part(_ values: [[Double]]) -> Part {
    var mean = values[0]
    for row in values.dropFirst() { for column in mean.indices { mean[column] += row[column] } }
    return Part(mean: mean.map { $0 / Double(values.count) }, count: Double(values.count))
  }
}

/// The recordings of a data set that stand in one split, with the samples that have all of some modalities.
struct VoiceSamples {
  private let features: PooledFeatures
  private let recordings: [(name: String, split: Split, samples: [Int])]
  private let columns: [Range<Int>]

  /// The columns of each modality that tell recordings apart best; more of them would tell little more.
  private static let columnsKept = 64
  /// The samples that a column's middle and spread are taken from.
  private static let mostSeen = 1024

  init(of dataset: AuditedDataset, _ features: PooledFeatures, _ modalities: [Modality]) {
    self.features = features
    let places = modalities.compactMap { modality in features.modalities.firstIndex { $0.modality == modality } }
    let columns = places.map { features.modalities[$0].columns }
    self.columns = columns
    var members: [String: [Int]] = [:]
    var order: [String] = []
    for (index, sample) in dataset.samples.enumerated() where sample.group != nil {
      let name = sample.wholeRecording
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(index)
    }
    recordings = order.compactMap { name in
      let own = members[name] ?? []
      let known = own.filter { sample in
        places.allSatisfy { features.presentRows[sample][$0] > 0 }
          && columns.allSatisfy { $0.allSatisfy { features.mean(ofSample: sample, column: $0).isFinite } }
      }
      guard !known.isEmpty, Set(own.map { dataset.samples[$0].split }).count == 1 else { return nil }
      return (name, dataset.samples[own[0]].split, known)
    }
  }

  /// The recordings, by the columns that tell most, without the directions in which samples of one recording vary together.
  func all() -> [VoiceRecording] {
    let chosen = columns.flatMap { columns -> [Int] in
      var told: [(ratio: Double, column: Int)] = []
      // In blocks, so that not all columns are held at once.
      for start in stride(from: columns.lowerBound, to: columns.upperBound, by: Self.columnsKept) {
        let block = Array(start..<min(start + Self.columnsKept, columns.upperBound))
        guard let scale = VoiceScale(made(values(of: block))) else { continue }
        told += zip(scale.ratios, block).map { (ratio: $0.0, column: $0.1) }
      }
      return told.filter { $0.ratio > 0 }.sorted { ($1.ratio, $0.column) < ($0.ratio, $1.column) }
        .prefix(Self.columnsKept).map(\.column).sorted()
    }
    let means = values(of: chosen)
    guard let moods = CommonDirections(means) else { return made(means) }
    return made(means.map { $0.map(moods.removed(from:)) })
  }

  /// The scaled means of each recording's samples, [recordings][samples][columns].
  private func values(of columns: [Int]) -> [[[Double]]] {
    let seen = recordings.flatMap(\.samples)
    let step = max(1, seen.count / Self.mostSeen)
    let scales = columns.map { column in
      RobustScale(
        stride(from: 0, to: seen.count, by: step).map { Double(features.mean(ofSample: seen[$0], column: column)) })
    }
    return recordings.map { recording in
      recording.samples.map { sample in
        zip(columns, scales).map { $1.scaled(Double(features.mean(ofSample: sample, column: $0))) }
      }
    }
  }

  private func made(_ values: [[[Double]]]) -> [VoiceRecording] {
    zip(recordings, values).map { recording, values in
      VoiceRecording(name: recording.name, split: recording.split, sample: recording.samples[0], values: values)
    }
  }
}

/// A column's median and quartiles: no outlier decides what they are, and far ones are drawn in.
private struct RobustScale {
  private let center: Double
  private let factor: Double

  /// The quartiles of a normal distribution are so far apart.
  private static let quartileDistance = 1.349

  init(_ values: [Double]) {
    let sorted = values.sorted()
    guard !sorted.isEmpty else {
      (center, factor) = (0, 0)
      return
    }
    center = sorted[sorted.count / 2]
    let spread = sorted[3 * sorted.count / 4] - sorted[sorted.count / 4]
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let deviation = (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sorted.count)).squareRoot()
    // Where most are the same, the others still tell.
    let scale = spread > 0 ? spread / Self.quartileDistance : deviation
    factor = scale > 1e-12 * (1 + abs(mean)) ? 1 / scale : 0
  }

  func scaled(_ value: Double) -> Double { DirectionVectors.drawnIn((value - center) * factor) }
}
