import Text

/// A sound as feature extraction wants it: one channel at 16,000 samples per second.
public struct Sound: Sendable {
  /// Samples per second.
  public static let rate = 16_000

  /// The samples; full scale is −1…1, which filters and float files may overshoot a little. All are finite.
  public let samples: [Float]
  /// Samples per second in the file.
  public let sourceRate: Int
  /// Channels in the file.
  public let sourceChannels: Int

  /// Whether the file's header gave a wrong length.
  public let wasMended: Bool

  /// Whether the file had a rate other than 16 kHz.
  public var wasResampled: Bool { sourceRate != Self.rate }
  /// Whether the file had several channels, whose mean was taken.
  public var wasMixedDown: Bool { sourceChannels != 1 }
  /// The length in seconds.
  public var duration: Double { Double(samples.count) / Double(Self.rate) }

  init(samples: [Float], sourceRate: Int, sourceChannels: Int, wasMended: Bool = false) {
    self.samples = samples
    self.sourceRate = sourceRate
    self.sourceChannels = sourceChannels
    self.wasMended = wasMended
  }
}

/// Sound files in memory.
///
/// `WaveFormat` inspects a WAV file before libsndfile sees it, so libsndfile only decodes what was already found to be
/// a complete RIFF WAVE file of plain samples. Compressed files are libsndfile's alone; what it says about them is
/// checked before anything is allocated.
public enum SoundFile {
  /// The longest sound that is read, in seconds: a corpus has utterances of seconds and dialogs of minutes, and an hour at
  /// 16 kHz is 230 MB of float32.
  public static let secondsLimit = 3600
  /// The sample rates that are read, in Hz: below 4 kHz nothing is left of a voice; 192 kHz is the highest rate of
  /// sound cards.
  public static let rateRange = 4000...192_000
  /// The most channels that are read: microphone arrays have up to 64.
  public static let channelLimit = 64
  /// The largest absolute value of a float sample that is read. Full scale is 1, and processing may overshoot it; values far
  /// above are integers that were stored as floats without scaling.
  public static let sampleLimit: Float = 8

  /// Decodes a WAV file; several channels are averaged, and rates other than 16 kHz are resampled (see `Resampler`).
  ///
  /// 8-, 16-, 24- and 32-bit integers, 32- and 64-bit floats, A-law and µ-law are read. A header that does not give the
  /// length, such as a stream's, is repaired (see `WaveLength`).
  /// - Parameter path: what error messages call the file.
  /// - Throws: `DataError` 65 when it is not a WAV file, is cut off, has no samples, compressed samples, a sample that
  ///   is not finite or beyond `sampleLimit`, or exceeds the limits of rate, channels and length.
  public static func read(_ bytes: [UInt8], path: String) throws -> Sound {
    do {
      return try readWave(bytes)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// Decodes a WAV, FLAC, Ogg or MP3 file, told apart by its first bytes; the same WAV file gives the same sound as
  /// `read`.
  ///
  /// - Parameter path: what error messages call the file.
  /// - Throws: `DataError` 65 as `read`; a lossy file that was cut off is read as far as it goes.
  public static func readAny(_ bytes: [UInt8], path: String) throws -> Sound {
    do {
      guard let kind = SoundKind(of: bytes) else {
        throw WaveFormat.refusal(
          bytes.isEmpty ? "is empty" : "is not a sound file", expected: "a WAV, FLAC, Ogg or MP3 file")
      }
      if kind == .wave { return try readWave(bytes) }
      let decoder = try SoundDecoder(bytes: bytes, compressedAs: kind)
      return sound(try decoder.decodeMono(), rate: decoder.rate, channelCount: decoder.channelCount, isMended: false)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  private static func readWave(_ bytes: [UInt8]) throws -> Sound {
    let format = try WaveFormat(parsing: bytes)
    let decoder = try SoundDecoder(bytes: format.isMended ? format.mended(bytes) : bytes, expecting: format)
    return sound(
      try decoder.decodeMono(), rate: format.rate, channelCount: format.channelCount, isMended: format.isMended)
  }

  private static func sound(_ mono: [Float], rate: Int, channelCount: Int, isMended: Bool) -> Sound {
    let samples = rate == Sound.rate ? mono : Resampler(from: rate, to: Sound.rate).resample(mono)
    return Sound(samples: samples, sourceRate: rate, sourceChannels: channelCount, wasMended: isMended)
  }
}
