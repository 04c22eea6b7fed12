import SoundFiles
import Storage
import Testing

@Suite("Sound files")
struct SoundFileTests {
  @Test("an empty file is refused with its path")
  func empty() {
    let error = #expect(throws: DataError.self) { try SoundFile.read([], path: "a/b.wav") }
    #expect(error?.code == .badData)
    #expect(error?.description.hasPrefix("a/b.wav: is empty") == true)
  }
}
