import Files
import Foundation
import SoundFiles
import Testing
import TestSupport
import Text

/// A sound under `fixtures/sound`.
func readFixture(_ name: String) throws -> Sound {
  let path = fixture("sound/\(name).wav")
  return try SoundFile.read(InputFile.contents(of: path, limit: 1 << 20), path: path)
}

@Suite("Sound files")
struct SoundFileTests {
  /// The tone of `fixtures/sound/formats`, 16,000 times a second.
  private func expected(_ index: Int) -> Double { 0.5 * sin(2 * Double.pi * 500 * Double(index) / 16_000) }

  @Test(
    "each format decodes to the original tone, within its own precision",
    arguments: [
      ("pcm_u8", 0x1p-7), ("pcm_16", 0x1p-15), ("pcm_24", 0x1p-23), ("pcm_32", 0x1p-23), ("float", 0x1p-24),
      ("double", 0x1p-24), ("alaw", 0.02), ("ulaw", 0.02), ("extensible", 0x1p-23), ("stereo", 0x1p-15),
    ])
  func format(_ name: String, _ tolerance: Double) throws {
    let sound = try readFixture("formats/" + name)
    #expect(sound.samples.count == 400)
    #expect(sound.sourceRate == 16_000)
    #expect(!sound.wasResampled)
    #expect(sound.wasMixedDown == (name == "stereo"))
    #expect(sound.duration == 0.025)
    for (index, sample) in sound.samples.enumerated() {
      let error = abs(Double(sample) - expected(index))
      #expect(error <= tolerance)
    }
  }

  @Test("44.1 kHz becomes 16 kHz, and is flagged", arguments: [("44100", 1), ("44100-stereo", 2)])
  func rate(_ name: String, _ channels: Int) throws {
    let sound = try readFixture("formats/" + name)
    #expect(sound.sourceRate == 44_100)
    #expect(sound.sourceChannels == channels)
    #expect(sound.wasResampled)
    #expect(sound.wasMixedDown == (channels == 2))
    #expect(sound.samples.count == 800)
    for index in 100..<700 {
      let error = abs(Double(sound.samples[index]) - expected(index))
      #expect(error < 1e-4)
    }
  }

  @Test("the form for long files reads like the usual one")
  func longForm() throws {
    let bytes = try InputFile.contents(of: fixture("sound/formats/pcm_16.wav"), limit: 1 << 20)
    let long = Array("RF64".utf8) + bytes[4...]
    #expect(try SoundFile.read(long, path: "a.wav").samples == SoundFile.read(bytes, path: "a.wav").samples)
  }

  @Test("data after the samples is ignored")
  func chunkBehindTheSamples() throws {
    let path = fixture("sound/formats/pcm_16.wav")
    let bytes = try InputFile.contents(of: path, limit: 1 << 20) + Array("LIST".utf8) + [0xff, 0xff]
    #expect(try SoundFile.read(bytes, path: path).samples.count == 400)
  }
}

@Suite("Sound files whose header lacks their length")
struct SoundLengthTests {
  private static func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  private static let format = [1, 0, 1, 0] + word(16_000) + word(32_000) + [2, 0, 16, 0]
  /// 400 samples.
  private static let samples = (0..<800).map { UInt8(truncatingIfNeeded: $0 % 2 == 0 ? $0 * 7 : 3) }

  /// A file of 400 samples that declares other lengths.
  private static func file(
    size: Int, total: Int? = nil, before: [UInt8] = [], behind: [UInt8] = [], samples: [UInt8] = samples
  ) -> [UInt8] {
    let body =
      Array("WAVEfmt ".utf8) + word(16) + format + before + Array("data".utf8) + word(size) + samples + behind
    return Array("RIFF".utf8) + word(total ?? body.count) + body
  }

  private static let list =
    Array("LIST".utf8) + word(26) + Array("INFOISFT".utf8) + word(14) + Array("Lavf58.29.100\0".utf8)

  static let lengths: [(name: String, bytes: [UInt8])] = [
    ("ffmpeg to a pipe", file(size: 0xffff_ffff, total: 0xffff_ffff, before: list)),
    ("sox to a pipe", file(size: 0x7fff_f000 - 36, total: 0x7fff_f024 - 36)),
    ("the largest signed number", file(size: 0x7fff_ffff, total: 0x7fff_ffff)),
    ("never filled in", file(size: 0, total: 0)), ("only the samples not filled in", file(size: 0)),
    ("16 too long, the whole right", file(size: 816)), ("4000 too long, the whole right", file(size: 4800)),
    ("the whole of the file as both", file(size: 844, total: 844)),
    ("16 too long, the whole too", file(size: 816, total: 852)),
    ("36 too long, the whole unknown", file(size: 836, total: 0xffff_ffff)),
    ("an odd chunk without its padding", file(size: 800, before: Array("note".utf8) + word(3) + [1, 2, 3])),
    ("an even chunk with padding", file(size: 800, before: Array("note".utf8) + word(2) + [1, 2, 0, 0])),
  ]

  @Test("such a file is read to its end, like the file with the right header, and flagged", arguments: lengths)
  func mended(name: String, bytes: [UInt8]) throws {
    let right = try SoundFile.read(Self.file(size: 800), path: "right.wav")
    let sound = try SoundFile.read(bytes, path: "a.wav")
    #expect(right.samples.count == 400 && !right.wasMended)
    #expect(sound.samples == right.samples)
    #expect(sound.wasMended)
  }

  @Test(
    "a correct header is trusted",
    arguments: [
      file(size: 800, before: Array("note".utf8) + word(3) + [1, 2, 3, 0]), file(size: 800, behind: list),
      file(size: 800, total: 0), file(size: 799, behind: [0]),
    ])
  func right(bytes: [UInt8]) throws {
    #expect(try !SoundFile.read(bytes, path: "a.wav").wasMended)
  }

  @Test(
    "a truncated file is refused",
    arguments: [
      (file(size: 1600, total: 1636), "ends after 800 of 1600 bytes of samples"),
      (file(size: 900, total: 936), "ends after 800 of 900 bytes of samples"),
      (file(size: 0, behind: list, samples: []), "holds no samples"), (file(size: 0, samples: []), "holds no samples"),
    ])
  func cut(bytes: [UInt8], message: String) throws {
    let error = #expect(throws: DataError.self) { try SoundFile.read(bytes, path: "a.wav") }
    #expect(error?.problem == message)
  }
}

@Suite("Attacks by sound files")
struct SoundFileAttackTests {
  @Test(
    "every attack file gets its own message, with its path",
    arguments: [
      ("empty", "is empty"), ("text", "is not a WAV file"), ("magic-only", "is not a WAV file"),
      ("avi", "is not a WAV file"),
      ("big-endian", "is not a WAV file"), ("no-data-chunk", "ends before its samples"),
      ("no-format-chunk", "has samples before their format"), ("short-format-chunk", "has a fmt chunk of 8 bytes"),
      ("endless-chunk", "ends inside its header"), ("cut-off", "ends after 156 of 320 bytes of samples"),
      ("no-samples", "holds no samples"),
      ("half-a-sample", "holds no samples"), ("zero-channels", "has 0 channels"),
      ("many-channels", "has 65535 channels"),
      ("zero-rate", "has 0 samples per second"), ("huge-rate", "has 4294967295 samples per second"),
      ("zero-bits", "has samples of format 1 with 0 bits"), ("twelve-bits", "has samples of format 1 with 12 bits"),
      ("adpcm", "has samples of format 2 with 4 bits"), ("mp3-inside", "has samples of format 85 with 0 bits"),
      ("extensible-without-extension", "has samples of format 65534 with 16 bits"), ("nan", "sample 2 is nan"),
      ("infinite", "sample 1 is -inf"), ("unscaled", "sample 1 is 12000.0"),
    ])
  func attack(_ name: String, _ message: String) throws {
    let error = #expect(throws: DataError.self) { try readFixture("attacks/" + name) }
    #expect(error?.code == .badData)
    #expect(error?.problem == message)
    #expect(error?.file?.hasSuffix("attacks/\(name).wav") == true)
  }

  @Test("an impossible length means a stream, which is read to its end", arguments: ["length-lie", "streamed-length"])
  func streamed(name: String) throws {
    let sound = try readFixture("attacks/" + name)
    #expect(sound.samples.count == 160)
    #expect(sound.wasMended)
  }

  @Test("every attack file is listed above")
  func attackFiles() throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture("sound/attacks")).count == 26)
  }

  @Test("a sound longer than an hour is refused before it is decoded")
  func tooLong() throws {
    // A header for 8-bit samples at 4 kHz: an hour and a second of them takes 14 MB.
    let count = 4000 * 3601
    var bytes = Array("RIFF".utf8) + word(36 + count) + Array("WAVEfmt ".utf8) + word(16) + [1, 0, 1, 0]
    bytes += word(4000) + word(4000) + [1, 0, 8, 0] + Array("data".utf8) + word(count)
    bytes += [UInt8](repeating: 128, count: count)
    let error = #expect(throws: DataError.self) { try SoundFile.read(bytes, path: "long.wav") }
    #expect(error?.problem == "3601 seconds of sound")
  }

  @Test("a changed or truncated file is either read or refused")
  func mutations() throws {
    var refused = 0
    for name in ["pcm_16", "extensible", "44100-stereo"] {
      let path = fixture("sound/formats/\(name).wav")
      let bytes = try InputFile.contents(of: path, limit: 1 << 20)
      for place in 0..<80 {
        for change: UInt8 in [1, 0x10, 0x80, 0xff] {
          var changed = bytes
          changed[place] ^= change
          do { _ = try SoundFile.read(changed, path: path) } catch is DataError { refused += 1 }
        }
        do { _ = try SoundFile.read(Array(bytes[..<place]), path: path) } catch is DataError { refused += 1 }
      }
    }
    #expect(refused > 400)
  }

  private func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
