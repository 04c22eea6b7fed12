import Storage
import TensorCore

/// The features of a voice: F0, voicing and harmonic-to-noise ratio.
final class VoiceStage {
  /// Blocks of one hop in a window: 60 ms, four periods of the lowest voice.
  private static let blockCount = 6
  /// The window starts this much before the frame's centre: half its length, and half of a usual period, so that the window and
  /// its copy one period later lie about the centre together.
  private static let lead = blockCount * AudioFeatures.hop / 2 + 48
  private static let windowLength = blockCount * AudioFeatures.hop

  private var path = PitchPath()
  /// Difference functions of the last blocks, the oldest replaced by the newest.
  private let blocks = FloatBuffer(capacity: blockCount * LagDifferences.lagCount)
  private let sums = FloatBuffer(capacity: LagDifferences.lagCount)
  private let difference = FloatBuffer(capacity: LagDifferences.lagCount)

  /// Fills the columns of a sound that starts at `sound`; `rows` is [frames, 74].
  func run(_ sound: UnsafePointer<Float>, into rows: Matrix) {
    path.begin()
    for number in 0..<Self.blockCount - 1 { measure(sound, block: number) }
    for row in 0..<rows.rows {
      measure(sound, block: row + Self.blockCount - 1)
      LagDifferences.normalised(
        blocks.base, count: Self.blockCount, sum: sums.base, into: difference.base)
      path.append(difference.base)
    }
    path.forEachFrameBackwards { row, result in
      let output = rows.row(row) + AudioFeatures.Column.f0
      output[0] = result.period > 0 ? Float(AudioFeatures.sampleRate) / result.period : 0
      output[1] = result.voicing
      output[2] = Self.harmonicity(
        sound + row * AudioFeatures.hop - Self.lead, period: result.wholePeriod)
    }
  }

  /// Block `number` is the first of frame `number`'s window.
  private func measure(_ sound: UnsafePointer<Float>, block number: Int) {
    let start = sound + number * AudioFeatures.hop - Self.lead
    let place = blocks.base + number % Self.blockCount * LagDifferences.lagCount
    LagDifferences.block(start, count: AudioFeatures.hop, into: place)
  }

  /// 10·log₁₀(r / (1 − r)) at the peak of the correlation r around a period, in dB.
  private static func harmonicity(_ window: UnsafePointer<Float>, period: Int) -> Float {
    let limits: ClosedRange<Float> = -20...40
    if period == 0 { return limits.lowerBound }
    let left = WaveMeasures.correlation(window, lag: period - 1, count: windowLength)
    let middle = WaveMeasures.correlation(window, lag: period, count: windowLength)
    let right = WaveMeasures.correlation(window, lag: period + 1, count: windowLength)
    let curvature = left + right - 2 * middle
    let slope = (right - left) / 2
    let peak = curvature < 0 && abs(slope) < -curvature ? middle - slope * slope / (2 * curvature) : middle
    if peak <= 0.01 { return limits.lowerBound }
    if peak >= 0.9999 { return limits.upperBound }
    return max(limits.lowerBound, min(limits.upperBound, 10 / 2.302_585_1 * logarithm(peak / (1 - peak))))
  }
}
