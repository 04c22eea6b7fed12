import Leaks
import Samples

/// A recording as two halves, every other sample in each.
struct VoiceRecording: Sendable {
  /// The mean of the samples of a half.
  struct Half: Sendable {
    let mean: [Double]
    /// Samples.
    let count: Double
  }

  let name: String
  let split: Split
  /// Its first sample.
  let sample: Int
  let halves: [Half]

  func mean(_ column: Int) -> Double {
    let counts = halves[0].count + halves[1].count
    return (halves[0].mean[column] * halves[0].count + halves[1].mean[column] * halves[1].count) / counts
  }

  /// The recordings of a data set that stand in one split and have two samples with sound or more.
  static func all(of dataset: AuditedDataset, _ features: PooledFeatures) -> [VoiceRecording] {
    guard let place = features.modalities.firstIndex(where: { $0.modality == .audio }) else { return [] }
    let columns = features.modalities[place].columns
    var members: [String: [Int]] = [:]
    var order: [String] = []
    for (index, sample) in dataset.samples.enumerated() where sample.group != nil {
      let name = sample.wholeRecording
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(index)
    }
    return order.compactMap { name in
      let own = members[name] ?? []
      let known = own.filter { sample in
        features.presentRows[sample][place] > 0
          && columns.allSatisfy { features.mean(ofSample: sample, column: $0).isFinite }
      }
      guard known.count >= fewestSamples, Set(own.map { dataset.samples[$0].split }).count == 1 else { return nil }
      let halves = (0..<2).map { half -> Half in
        let samples = known.enumerated().filter { $0.offset % 2 == half }.map(\.element)
        let mean = columns.map { column in
          samples.reduce(0) { $0 + Double(features.mean(ofSample: $1, column: column)) } / Double(samples.count)
        }
        return Half(mean: mean, count: Double(samples.count))
      }
      return VoiceRecording(name: name, split: dataset.samples[own[0]].split, sample: own[0], halves: halves)
    }
  }

  private static let fewestSamples = 2
}
