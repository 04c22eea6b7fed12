import Foundation

/// The scores of pairs of recordings by their means: by how much two are nearer to each other than two voices are on average.
///
/// The square of a difference is divided by what it is for two voices that have as many samples, which is twice the variance of
/// voices and the noise of both; the score is the logarithm of the mean over columns, with the sign changed. The smallest of many
/// distances follow a power law (Levina and Bickel, 2004), and so the largest scores an exponential distribution.
struct VoiceScores: Sendable {
  private let scale: VoiceScale
  private let recordings: [VoiceRecording]
  /// Numbers of samples that recordings have.
  private let counts: [Double]
  /// The place in `counts` of each recording.
  private let countOfRecording: [Int]
  /// The weights of the columns for two counts, in blocks of eight: [counts, counts, blocks].
  private let weights: [SIMD8<Double>]
  /// The means of every recording, in blocks of eight columns: [recordings, blocks].
  private let means: [SIMD8<Double>]
  private let blockCount: Int

  /// More samples tell little more.
  private static let mostSamples = 64.0

  /// - Returns: nil where nothing varies.
  init?(_ recordings: [VoiceRecording]) {
    guard let scale = VoiceScale(recordings), scale.ratios.contains(where: { $0 > 0 }) else { return nil }
    self.scale = scale
    self.recordings = recordings
    let kept = recordings.map { min($0.whole.count, Self.mostSamples) }
    let counts = Set(kept).sorted()
    self.counts = counts
    let places = Dictionary(uniqueKeysWithValues: zip(counts, counts.indices))
    countOfRecording = kept.map { places[$0]! }  // made from these
    blockCount = (recordings[0].whole.mean.count + 7) / 8
    weights = counts.flatMap { one in counts.flatMap { Self.blocks(scale.weights(one, $0)) } }
    means = recordings.flatMap { Self.blocks($0.whole.mean) }
  }

  private static func blocks(_ values: [Double]) -> [SIMD8<Double>] {
    stride(from: 0, to: values.count, by: 8).map { start in
      var block = SIMD8<Double>.zero
      for column in start..<min(start + 8, values.count) { block[column - start] = values[column] }
      return block
    }
  }

  /// The scores of a recording with each of others.
  func all(of one: Int, with others: [Int]) -> [Double] {
    means.withUnsafeBufferPointer { means in
      weights.withUnsafeBufferPointer { weights in
        others.map { other in
          let start = (countOfRecording[one] * counts.count + countOfRecording[other]) * blockCount
          var sum = SIMD8<Double>.zero
          for block in 0..<blockCount {
            let difference = means[one * blockCount + block] - means[other * blockCount + block]
            sum += difference * difference * weights[start + block]
          }
          return Self.score(sum.sum())
        }
      }
    }
  }

  /// The score of a recording's two halves; nil if it has none.
  func own(_ recording: Int) -> Double? {
    let halves = recordings[recording].halves
    if halves.isEmpty { return nil }
    let weights = scale.weights(halves[0].count, halves[1].count)
    return Self.score(
      weights.indices.reduce(0) { sum, column in
        let difference = halves[0].mean[column] - halves[1].mean[column]
        return sum + difference * difference * weights[column]
      })
  }

  /// Identical recordings have a score as well.
  private static func score(_ distance: Double) -> Double { -log(max(distance, 1e-12)) }
}

/// How much the columns of recordings differ between them and within them.
struct VoiceScale: Sendable {
  /// Variances of voices, and of a sample around its voice; [columns].
  private let between: [Double]
  private let within: [Double]

  /// - Returns: nil where no recording has halves.
  init?(_ recordings: [VoiceRecording]) {
    let divided = recordings.filter { !$0.halves.isEmpty }
    guard let width = divided.first?.whole.mean.count, width > 0 else { return nil }
    var (center, within, total) = (
      [Double](repeating: 0, count: width), [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
    )
    let count = Double(recordings.count)
    for recording in recordings {
      for column in 0..<width { center[column] += recording.whole.mean[column] / count }
    }
    for recording in divided {
      // The halves of one voice differ by noise alone.
      let share = 1 / recording.halves[0].count + 1 / recording.halves[1].count
      for column in 0..<width {
        let difference = recording.halves[0].mean[column] - recording.halves[1].mean[column]
        within[column] += difference * difference / share / Double(divided.count)
      }
    }
    for recording in recordings {
      for column in 0..<width {
        let deviation = recording.whole.mean[column] - center[column]
        total[column] += deviation * deviation / count
      }
    }
    let size = recordings.reduce(0) { $0 + 1 / $1.whole.count } / count
    between = (0..<width).map { max(0, total[$0] - within[$0] * size) }
    self.within = within
  }

  /// How well each column tells recordings apart; 0 where it does not.
  var ratios: [Double] { zip(between, within).map { $1 > 0 ? $0 / $1 : 0 } }

  /// What the squares of differences are multiplied by, for the means of so many samples each, so that they sum to 1 for two
  /// voices on average.
  func weights(_ one: Double, _ other: Double) -> [Double] {
    let telling = zip(between, within).map { $0 > 0 && $1 > 0 }
    let count = Double(max(1, telling.count { $0 }))
    return telling.indices.map { column in
      telling[column] ? 1 / (count * (2 * between[column] + within[column] * (1 / one + 1 / other))) : 0
    }
  }
}
