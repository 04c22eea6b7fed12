import CSoundFile
import Text

/// The kinds of sound files that are read.
enum SoundKind: Hashable {
  case wave, flac, ogg, mp3

  /// The kind that a file begins as; nil for any other.
  init?(of bytes: [UInt8]) {
    func begins(_ text: StaticString) -> Bool { text.withUTF8Buffer { bytes.starts(with: $0) } }
    if begins("RIFF") || begins("RF64") {
      self = .wave
    } else if begins("fLaC") {
      self = .flac
    } else if begins("OggS") {
      self = .ogg
    } else if begins("ID3") || bytes.count > 1 && bytes[0] == 0xff && bytes[1] & 0xe0 == 0xe0 {
      // A tag, or the first frame: eleven bits that are 1.
      self = .mp3
    } else {
      return nil
    }
  }

  var name: String {
    switch self {
    case .wave: "WAV"
    case .flac: "FLAC"
    case .ogg: "Ogg"
    case .mp3: "MP3"
    }
  }

  /// Whether libsndfile takes the file for this kind.
  func matches(_ format: Int32) -> Bool {
    let type = Int(format) & Int(SF_FORMAT_TYPEMASK)
    return switch self {
    case .wave: type == Int(SF_FORMAT_WAV)
    case .flac: type == Int(SF_FORMAT_FLAC)
    case .ogg: type == Int(SF_FORMAT_OGG)
    case .mp3: type == Int(SF_FORMAT_MPEG)
    }
  }

  /// The frames of a compressed file as libsndfile gives them, within the limits of what is read.
  ///
  /// - Throws: `DataError` 65 without a file name when a limit is exceeded.
  func frameCount(_ info: SF_INFO) throws -> Int {
    let (rate, channels, frames) = (Int(info.samplerate), Int(info.channels), Int(info.frames))
    guard SoundFile.rateRange ~= rate else {
      let range = SoundFile.rateRange
      throw WaveFormat.refusal(
        "has \(rate) samples per second", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
    guard 1...SoundFile.channelLimit ~= channels else {
      throw WaveFormat.refusal("has \(channels) channels", expected: "1 to \(SoundFile.channelLimit)")
    }
    guard frames > 0 else { throw WaveFormat.refusal("holds no samples", expected: "at least one") }
    guard frames <= SoundFile.secondsLimit * rate else {
      throw DataError(
        .badData, "\(frames / rate) seconds of sound", expected: "at most \(SoundFile.secondsLimit)",
        advice: "Cut it into shorter files.")
    }
    return frames
  }
}
