import Foundation
import Leaks
import Samples
import TensorCore
import Workers

/// Tells by the means of acoustic columns whether two recordings have the same voice, and measures on the recordings
/// themselves how often that errs.
///
/// A column of a recording's half is its voice and noise, both normal; the score of two halves is the logarithm of how much
/// likelier one voice makes them than two, summed over the columns (a diagonal form of Kenny's probabilistic linear discriminant
/// analysis, 2010). Columns that go together make sums too large, so no score means anything by itself: scores of halves of one
/// recording and of recordings of one split say which do.
struct VoiceTest: Sendable {
  /// Two recordings of different splits that sound like one voice.
  struct Match: Sendable {
    let first: Int
    let second: Int
    let score: Double
  }

  /// The recordings that are compared: those of one split whose samples fill two halves.
  let recordings: [VoiceRecording]
  /// Pairs of different splits that were compared.
  let comparedCount: Int
  /// The share of recordings whose halves are told to be of one voice.
  let recall: Double
  /// How many pairs of different voices would be called, by the tail of the pairs within a split.
  let falseCount: Double
  /// The pairs that are called, the likeliest first.
  let matches: [Match]

  /// So few pairs of different voices may be called in the whole data.
  static let largestFalseCount = 0.01
  /// Recordings, so that their scores have a tail.
  static let fewestRecordings = 20
  /// Pairs of one split that are scored: enough for a tail.
  private static let mostPairs = 200_000
  /// The share of the scores that the tail is fitted to.
  private static let tailShare = 0.05

  /// - Returns: nil where there are too few recordings, or their columns do not vary.
  init?(_ recordings: [VoiceRecording], threads: Int) throws {
    self.recordings = recordings
    guard recordings.count >= Self.fewestRecordings, let scale = VoiceScale(recordings) else { return nil }
    let splits = recordings.map(\.split)
    let count = recordings.count
    func scores(_ pairs: [(Int, Int)]) throws -> [Double] {
      let tasks = (pairs.count + Self.pairsPerTask - 1) / Self.pairsPerTask
      return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
        let first = task * Self.pairsPerTask
        return pairs[first..<min(first + Self.pairsPerTask, pairs.count)].map {
          scale.score(recordings[$0.0], recordings[$0.1])
        }
      }.flatMap(\.self)
    }
    var across: [(Int, Int)] = []
    var within: [(Int, Int)] = []
    for one in 0..<count {
      for other in one + 1..<count {
        if splits[one] != splits[other] { across.append((one, other)) } else { within.append((one, other)) }
      }
    }
    if within.count > Self.mostPairs {
      var random = PhiloxStream(seed: 1987, stream: 0x766f_6963)
      within = random.choose(Self.mostPairs, of: within)
    }
    guard across.count > 0, within.count >= Self.fewestRecordings else { return nil }
    let tail = ScoreTail(try scores(within), share: Self.tailShare)
    let threshold = tail.threshold(expecting: Self.largestFalseCount, among: across.count)
    falseCount = tail.expected(above: threshold, among: across.count)
    recall = Double(recordings.count { scale.ownScore($0) > threshold }) / Double(count)
    comparedCount = across.count
    matches = zip(across, try scores(across)).compactMap { pair, score in
      score > threshold ? Match(first: pair.0, second: pair.1, score: score) : nil
    }.sorted { ($1.score, $0.first, $0.second) < ($0.score, $1.first, $1.second) }
  }

  private static let pairsPerTask = 4096
}

/// The upper tail of scores of different voices, as an exponential distribution.
private struct ScoreTail {
  private let start: Double
  private let mean: Double
  private let share: Double

  init(_ scores: [Double], share: Double) {
    let sorted = scores.sorted()
    let place = min(sorted.count - 1, Int(Double(sorted.count) * (1 - share)))
    let start = sorted[place]
    let excess = sorted[place...].map { $0 - start }
    self.start = start
    // A tail may be heavier than it looks in few scores: no threshold lies below the largest one.
    mean = max(excess.reduce(0, +) / Double(excess.count), 1e-9)
    self.share = Double(excess.count) / Double(sorted.count)
    largest = sorted[sorted.count - 1]
  }

  private let largest: Double

  func threshold(expecting count: Double, among pairs: Int) -> Double {
    // Below 0 two voices are likelier than one, whatever the tail says.
    max(0, largest, start + mean * max(0, log(share * Double(pairs) / count)))
  }

  func expected(above threshold: Double, among pairs: Int) -> Double {
    share * Double(pairs) * exp(-(threshold - start) / mean)
  }
}

/// How much the columns of recordings differ between them and within them.
private struct VoiceScale: Sendable {
  /// Variances of voices, and of the mean of a half around its voice for a sample; [columns].
  private let between: [Double]
  private let within: [Double]
  private let center: [Double]

  /// - Returns: nil where nothing varies.
  init?(_ recordings: [VoiceRecording]) {
    let width = recordings[0].halves[0].mean.count
    var (center, within, total) = (
      [Double](repeating: 0, count: width), [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
    )
    for recording in recordings {
      for column in 0..<width { center[column] += recording.mean(column) / Double(recordings.count) }
    }
    for recording in recordings {
      let counts = recording.halves.map(\.count)
      // The halves of one voice differ by noise alone.
      let share = 1 / counts[0] + 1 / counts[1]
      for column in 0..<width {
        let difference = recording.halves[0].mean[column] - recording.halves[1].mean[column]
        within[column] += difference * difference / share / Double(recordings.count)
        let deviation = recording.mean(column) - center[column]
        total[column] += deviation * deviation / Double(recordings.count)
      }
    }
    let size = recordings.reduce(0) { $0 + 1 / ($1.halves[0].count + $1.halves[1].count) } / Double(recordings.count)
    between = (0..<width).map { max(0, total[$0] - within[$0] * size) }
    self.within = within
    self.center = center
    if !between.contains(where: { $0 > 0 }) { return nil }
  }

  /// The mean of a half of one recording against each half of the other.
  func score(_ one: VoiceRecording, _ other: VoiceRecording) -> Double {
    var sum = 0.0
    for first in one.halves {
      for second in other.halves { sum += score(first, second) }
    }
    return sum / Double(one.halves.count * other.halves.count)
  }

  /// That of the two halves of one recording.
  func ownScore(_ recording: VoiceRecording) -> Double { score(recording.halves[0], recording.halves[1]) }

  /// How much likelier one voice is than two, as a natural logarithm.
  private func score(_ one: VoiceRecording.Half, _ other: VoiceRecording.Half) -> Double {
    var sum = 0.0
    for column in between.indices where between[column] > 0 && within[column] > 0 {
      let voice = between[column]
      let (a, b) = (voice + within[column] / one.count, voice + within[column] / other.count)
      let (x, y) = (one.mean[column] - center[column], other.mean[column] - center[column])
      let determinant = a * b - voice * voice
      if determinant <= 1e-12 * a * b { continue }
      let together = (b * x * x - 2 * voice * x * y + a * y * y) / determinant
      let apart = x * x / a + y * y / b
      sum += 0.5 * (log(a * b / determinant) + apart - together)
    }
    return sum
  }
}

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
