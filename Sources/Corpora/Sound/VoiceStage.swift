import Files
import TensorCore

/// The features of a voice: F0, voicing and harmonic-to-noise ratio.
///
/// F0 and voicing are `librosa.pyin(y, fmin=62.5, fmax=640, sr=16000, hop_length=160)`: frames of 2048 samples, 128 ms,
/// around their centres. The harmonic-to-noise ratio uses 60 ms around the same centre, four periods of the lowest
/// voice.
final class VoiceStage {
  /// librosa's `frame_length`.
  static let frameLength = 2048
  /// A frame is this many blocks of one hop, the last for short lags only, and the rest.
  private static let blockCount = frameLength / AudioFeatures.hop
  private static let rest = frameLength % AudioFeatures.hop

  private static let harmonicityLength = 6 * AudioFeatures.hop
  /// The window of the harmonic-to-noise ratio starts this much before the frame's centre: half its length, and half of
  /// a usual period, so that the window and its copy one period later together are centred.
  private static let harmonicityLead = harmonicityLength / 2 + 48

  private var path = PitchPath()
  /// Difference functions of the last blocks, the oldest replaced by the newest.
  private let blocks = FloatBuffer(capacity: blockCount * LagDifferences.lagCount)
  private let scratch = FloatBuffer(capacity: frameLength)
  private let sums = FloatBuffer(capacity: LagDifferences.lagCount)
  private let difference = FloatBuffer(capacity: LagDifferences.lagCount)

  /// Fills the columns of a sound that starts at `sound`; `rows` is [frames, 74].
  ///
  /// The silence around it reaches at least 1024 samples before the first frame's centre, and 1152 after the last
  /// one's.
  func run(_ sound: PaddedSound, into rows: Matrix) {
    path.begin()
    for number in 0..<Self.blockCount - 1 { measure(sound, block: number) }
    for row in 0..<rows.rows {
      measure(sound, block: row + Self.blockCount - 1)
      difference(sound.samples(from: row * AudioFeatures.hop - Self.frameLength / 2, count: Self.frameLength), row)
      path.append(UnsafeBufferPointer(difference.values))
    }
    path.forEachFrameBackwards { row, result in
      let output = rows.row(row) + AudioFeatures.Column.f0
      output[0] = result.frequency
      output[1] = result.voicing
      output[2] = Self.harmonicity(sound, from: row * AudioFeatures.hop - Self.harmonicityLead, result.wholePeriod)
    }
  }

  /// Block `number` is the first of frame `number`.
  private func measure(_ sound: PaddedSound, block number: Int) {
    let samples = sound.samples(
      from: number * AudioFeatures.hop - Self.frameLength / 2, count: AudioFeatures.hop + LagDifferences.lagCount)
    let place = blocks.values.part(
      from: number % Self.blockCount * LagDifferences.lagCount, count: LagDifferences.lagCount)
    LagDifferences.block(samples, count: AudioFeatures.hop, into: place)
  }

  /// The normalised difference of a frame.
  private func difference(_ frame: UnsafeBufferPointer<Float>, _ row: Int) {
    LagDifferences.end(
      of: frame, rest: Self.rest, blockLength: AudioFeatures.hop, scratch: scratch.values, into: difference.values)
    LagDifferences.addBlocks(
      UnsafeBufferPointer(blocks.values), count: Self.blockCount, last: (row + Self.blockCount - 1) % Self.blockCount,
      rest: Self.rest, to: difference.values)
    LagDifferences.normalise(difference.values, firstSample: frame[0], sum: sums.values)
  }

  /// 10·log₁₀(r / (1 − r)) at the peak of the correlation r next to a period, in dB.
  private static func harmonicity(_ sound: PaddedSound, from start: Int, _ period: Int) -> Float {
    let limits: ClosedRange<Float> = -20...40
    if period == 0 { return limits.lowerBound }
    func correlation(_ lag: Int) -> Float {
      WaveMeasures.correlation(
        sound.samples(from: start, count: harmonicityLength + lag), lag: lag, count: harmonicityLength)
    }
    // The frame that gave the period is twice as long, and pitch moves: the peak is searched for a semitone up and
    // down.
    var lag = period
    var (left, middle, right) = (correlation(lag - 1), correlation(lag), correlation(lag + 1))
    let reach = period / 16
    while right > middle, right >= left, lag < period + reach, lag < LagDifferences.lagCount {
      lag += 1
      (left, middle, right) = (middle, right, correlation(lag + 1))
    }
    while left > middle, left > right, lag > period - reach {
      lag -= 1
      (left, middle, right) = (correlation(lag - 1), left, middle)
    }
    let curvature = left + right - 2 * middle
    let slope = (right - left) / 2
    let peak = curvature < 0 && abs(slope) < -curvature ? middle - slope * slope / (2 * curvature) : middle
    if peak <= 0.01 { return limits.lowerBound }
    if peak >= 0.9999 { return limits.upperBound }
    return max(limits.lowerBound, min(limits.upperBound, 10 / 2.302_585_1 * logarithm(peak / (1 - peak))))
  }
}
