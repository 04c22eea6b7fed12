public import Files
public import Samples
import TensorCore

/// 74 acoustic features, 100 times per second.
///
/// Frame i is centred at i·10 ms, with silence before and after the sound. Its spectrum is that of 25 ms under a Hann
/// window, padded to 512 samples: librosa's `stft(y, n_fft=512, win_length=400, hop_length=160)` with `center=True` and
/// constant padding. Columns, with librosa 0.11's names where it defines them (`sr=16000`, the same frames):
///
/// - 0–24 `mfcc(n_mfcc=25, n_mels=40)`: with `power_to_db`'s `top_db=80` below the loudest band of the sound.
/// - 25–49 `delta(mfcc)`: slopes over 9 frames, at the edges over the first or last 9; in a sound of fewer frames the slope over
///   all of them, 0 for a single one.
/// - 50–61 `chroma_stft(tuning=0)`, from C on; 0 for silence.
/// - 62 F0 in Hz, 62.5 and up to 402 tenths of a semitone more: `pyin(fmin=62.5, fmax=640, hop_length=160)` (`VoiceStage`,
///   `PitchPath`); 0 where unvoiced.
/// - 63 voicing: the probability that `pyin` gives, 0–1.
/// - 64 harmonic-to-noise ratio in dB, −20–40: 10·log₁₀(r / (1 − r)), r being the correlation of 60 ms with the same one
///   period later (Boersma 1993), at its peak next to the period of F0 or, where unvoiced, of the lowest dip; −20 where nothing
///   repeats.
/// - 65 log energy in dB of the mean square of 25 ms: `power_to_db(rms(frame_length=400)**2, top_db=None)`, −100 for silence.
/// - 66 `zero_crossing_rate(frame_length=400)`.
/// - 67–70 `spectral_centroid`, `spectral_bandwidth`, `spectral_rolloff` in Hz, `spectral_flatness`.
/// - 71 flux: the distance from the previous frame, both spectra as unit vectors, 0–√2; 0 for the first frame.
/// - 72 slope of the spectrum in dB per kHz and 73 its entropy, 0–1 (`SpectralShape`).
///
/// One object serves one thread at a time and keeps its buffers, so it allocates only for a longer sound than before. The
/// bits depend on the sound alone.
public final class AudioFeatures {
  /// Samples a second of the sounds that are taken.
  public static let sampleRate = 16_000
  /// Rows a second.
  public static let frameRate = 100.0
  /// The length of the Hann window in seconds.
  public static let frameLength = 0.025
  /// Identifies the definitions of the columns; changes when any of them does. For the manifest.
  public static let version = "msa-audio-74/1"
  /// The names of the columns, in order.
  public static let names: [String] =
    (0..<25).map { "mfcc_\($0)" } + (0..<25).map { "mfcc_delta_\($0)" } + (0..<12).map { "chroma_\($0)" } + [
      "f0", "voicing", "hnr", "log_energy", "zero_crossing_rate", "centroid", "bandwidth", "rolloff", "flatness",
      "flux",
      "slope", "entropy",
    ]
  /// The number of columns.
  public static let width = 74

  /// Samples from frame to frame.
  static let hop = 160
  /// Where groups of columns start.
  enum Column {
    static let (mfcc, delta, chroma, f0, logEnergy, shape) = (0, 25, 50, 62, 65, 67)
  }

  let spectrum = SpectrumStage()
  let voice = VoiceStage()
  /// The sound between stretches of silence.
  private let signal = FloatBuffer()

  /// Silence on either side, in samples: as far as `VoiceStage` reaches, 1024 before a frame's centre and 1152 after it.
  private static let margin = 1152
  /// Larger samples are clipped to ±this, so that no square overflows; full scale is 1.
  private static let sampleLimit: Float = 1e4

  /// Makes the tables; takes a few milliseconds.
  public init() {}

  /// Rows of a sound of `sampleCount` samples: one every 160 samples from sample 0 on, none for an empty sound.
  public static func frameCount(ofSamples sampleCount: Int) -> Int { sampleCount == 0 ? 0 : 1 + sampleCount / hop }

  /// The stretch of time that row `index` stands for, in seconds from the start of the sound.
  public static func interval(ofFrame index: Int) -> Interval {
    Interval(start: Double(index) / frameRate, end: Double(index + 1) / frameRate)
  }

  /// Computes the features of a sound of 16,000 samples a second; every value is finite.
  ///
  /// `output` becomes [rows, 74], row-major. A sample that is not finite counts as 0.
  /// - Returns: the number of rows, `frameCount(ofSamples:)`.
  public func frames(of samples: UnsafeBufferPointer<Float>, into output: FloatBuffer) -> Int {
    let rowCount = Self.frameCount(ofSamples: samples.count)
    if rowCount == 0 { return 0 }
    output.reserve(rowCount * Self.width)
    let rows = Matrix(output.values, rows: rowCount, columns: Self.width)
    let sound = copy(samples)
    spectrum.run(sound, into: rows)
    measureWave(sound, count: samples.count, into: rows)
    voice.run(sound, into: rows)
    return rowCount
  }

  /// The sound with silence around it.
  private func copy(_ samples: UnsafeBufferPointer<Float>) -> PaddedSound {
    let margin = Self.margin
    signal.reserve(samples.count + 2 * margin)
    signal.base.update(repeating: 0, count: margin)
    let sound = signal.base + margin
    let limit = Self.sampleLimit
    for index in samples.indices {
      let sample = samples[index]
      // The comparison fails for NaN.
      sound[index] = abs(sample) <= limit ? sample : (sample.isFinite ? (sample > 0 ? limit : -limit) : 0)
    }
    (sound + samples.count).update(repeating: 0, count: margin)
    let count = samples.count + 2 * margin
    return PaddedSound(samples: UnsafeBufferPointer(start: signal.base, count: count), start: margin)
  }

  /// Log energy and zero crossings.
  private func measureWave(_ sound: PaddedSound, count: Int, into rows: Matrix) {
    let half = 200
    for row in 0..<rows.rows {
      let centre = row * Self.hop
      let output = rows.row(row) + Column.logEnergy
      let power = WaveMeasures.energy(sound.samples(from: centre - half, count: 2 * half)) / Float(2 * half)
      output[0] = 10 / 2.302_585_1 * logarithm(max(power, SpectralShape.powerFloor))
      // Beyond its ends the sound continues as its first or last sample here, so nothing crosses zero there.
      let range = max(0, centre - half)..<max(1, min(count, centre + half))
      output[1] =
        Float(WaveMeasures.crossings(sound.samples(from: range.lowerBound, count: range.count))) / Float(2 * half)
    }
  }
}

/// A sound between two stretches of silence, so that frames may reach beyond its ends.
struct PaddedSound {
  /// Silence, the sound, silence.
  let samples: UnsafeBufferPointer<Float>
  /// Where the sound starts.
  let start: Int

  /// Some samples from the sound's sample `first` on, which may lie before the sound.
  ///
  /// Samples that do not exist end the program, in release builds too.
  func samples(from first: Int, count: Int) -> UnsafeBufferPointer<Float> {
    samples.part(from: start + first, count: count)
  }
}
