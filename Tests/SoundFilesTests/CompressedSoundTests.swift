import Files
import SoundFiles
import Testing
import TestSupport
import Text

@Suite("Compressed sound files")
struct CompressedSoundTests {
  private func bytes(_ name: String) throws -> [UInt8] {
    try InputFile.contents(of: fixture("sound/compressed/" + name), limit: 1 << 20)
  }

  @Test("FLAC decodes to the samples of the WAV file that it was made from")
  func lossless() throws {
    let wave = try readFixture("speech")
    let flac = try SoundFile.readAny(bytes("speech.flac"), path: "speech.flac")
    #expect(flac.samples == wave.samples && !flac.wasResampled && !flac.wasMixedDown)
    let path = fixture("sound/speech.wav")
    #expect(try SoundFile.readAny(InputFile.contents(of: path, limit: 1 << 20), path: path).samples == wave.samples)
  }

  @Test(
    "lossy files sound like it, and last about as long",
    arguments: [("speech.mp3", 0.1), ("speech.ogg", 0.001), ("speech-opus.ogg", 0.05)])
  func lossy(name: String, slack: Double) throws {
    let wave = try readFixture("speech")
    let sound = try SoundFile.readAny(bytes(name), path: name)
    #expect(abs(sound.duration - wave.duration) <= slack)
    // Codecs delay: the energies, not the samples, are compared.
    func energy(_ samples: [Float]) -> Float { samples.reduce(0) { $0 + $1 * $1 } }
    #expect(abs(energy(sound.samples) / energy(wave.samples) - 1) < 0.2)
  }

  @Test("a FLAC file that was cut off is refused; of a lossy one the rest is lost")
  func cutOff() throws {
    let flac = try bytes("speech.flac")
    let error = try #require(throws: DataError.self) {
      try SoundFile.readAny(Array(flac.prefix(flac.count - 2000)), path: "a.flac")
    }
    #expect(error.code == .badData && error.file == "a.flac")
    let mp3 = try bytes("speech.mp3")
    #expect(try SoundFile.readAny(Array(mp3.prefix(mp3.count / 2)), path: "a.mp3").duration < 0.4)
  }

  @Test(
    "what is no sound is refused, whatever its first bytes claim",
    arguments: [
      [], Array("text".utf8), Array("fLaC".utf8), Array("OggS and more".utf8), [0xff, 0xfb, 0x90, 0x00],
      Array("ID3".utf8) + [UInt8](repeating: 0, count: 100),
    ] as [[UInt8]])
  func refusals(bytes: [UInt8]) throws {
    let error = try #require(throws: DataError.self) { try SoundFile.readAny(bytes, path: "a.x") }
    #expect(error.code == .badData && !error.description.contains("\n"))
  }
}
