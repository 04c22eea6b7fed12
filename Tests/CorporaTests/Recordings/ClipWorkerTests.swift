import ArrayFiles
import Files
import Foundation
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Reading the clips of a medium")
struct ClipWorkerTests {
  private func file(_ name: String) throws -> [UInt8] { try InputFile.contents(of: fixture(name), limit: 1 << 20) }

  /// Reads the clips of one medium in a folder.
  private func read(
    _ clips: [Clip], in folder: borrowing TemporaryFolder, modalities: [Modality] = [.audio, .visual],
    decoder: ExternalProgram? = nil
  ) throws -> ReadMedium {
    let task = RecordingsTask(
      folder: try MediaFolder(root: folder.path), clips: clips, modalities: modalities, needsWords: true,
      rates: [.audio: 100, .visual: 10], face: nil, sound: MediumSound(decoder: decoder, byteLimit: 1 << 28))
    let store = try SequenceStoreWriter(path: folder.file("store.bin"))
    defer { store.discard() }
    return try ClipWorker(store: store, task: task).read(MediumClips(medium: clips[0].medium, clips: clips))
  }

  private func clip(_ id: String, _ medium: String, start: Double = 0, end: Double? = nil) -> Clip {
    var clip = Clip(id: id, line: 2)
    (clip.medium, clip.start, clip.end) = (medium, start, end)
    return clip
  }

  /// The rows that a release's ingest makes of the same sound.
  private func rowsOfRelease(_ wave: [UInt8]) throws -> StoredRows? {
    let folder = try TemporaryFolder()
    let store = try SequenceStoreWriter(path: folder.file("store.bin"))
    defer { store.discard() }
    let turn = TurnFile(kind: .sound, turn: "Ses01F_impro01_F000", path: "a.wav", bytes: wave)
    return try FeatureWorker(store: store).process(turn).rows
  }

  @Test(
    "the rows of a sound are a release's, bit by bit, from WAV as from FLAC",
    arguments: ["speech.wav", "compressed/speech.flac"])
  func sameBits(name: String) throws {
    let folder = try TemporaryFolder()
    let medium = Folder.name(of: name)
    _ = try folder.write(medium, file("sound/" + name))
    let rows = try #require(read([clip("a", medium)], in: folder).clips["a"]?.rows[.audio])
    let release = try rowsOfRelease(file("sound/speech.wav"))
    let expected = try #require(release)
    #expect(rows.digest == expected.digest && rows.rowCount == expected.rowCount)
  }

  @Test("and from a video, if ffmpeg is here", .enabled(if: ExternalProgram(named: "ffmpeg") != nil))
  func video() throws {
    let folder = try TemporaryFolder()
    for name in ["speech.mkv", "speech.mp4", "silent-film.mp4"] {
      _ = try folder.write(name, file("sound/compressed/" + name))
    }
    let ffmpeg = ExternalProgram(named: "ffmpeg")
    let lossless = try read([clip("a", "speech.mkv")], in: folder, decoder: ffmpeg).clips["a"]
    let release = try rowsOfRelease(file("sound/speech.wav"))
    let expected = try #require(release)
    #expect(lossless?.rows[.audio]?.digest == expected.digest)
    let lossy = try read([clip("a", "speech.mp4")], in: folder, decoder: ffmpeg).clips["a"]
    #expect(abs((lossy?.seconds ?? 0) - 0.5) < 0.1 && lossy?.fault == nil)
    let silent = try read([clip("a", "silent-film.mp4", end: 0.5)], in: folder, decoder: ffmpeg).clips["a"]
    #expect(silent?.absent[.audio] == "no sound in the video")
    _ = try folder.write("speech.mp4", Array(file("sound/compressed/speech.mp4").prefix(1000)))
    #expect(
      try read([clip("a", "speech.mp4")], in: folder, decoder: ffmpeg).clips["a"]?.fault?.reason == .unreadableMedium)
  }

  @Test("a stretch of a sound has the rows of that stretch alone, and words counted from its start")
  func stretch() throws {
    let folder = try TemporaryFolder()
    let wave = try file("sound/speech.wav")
    _ = try folder.write("a.wav", wave)
    _ = try folder.write(
      "a.json",
      #"{"words": [{"word": "in", "start": 0.1, "end": 0.2}, {"word": "out", "start": 0.24, "end": 0.4}]}"#)
    var first = clip("a[0]", "a.wav", end: 0.25)
    var second = clip("a[1]", "a.wav", start: 0.25)
    (first.words, second.words) = ("a.json", "a.json")
    let read = try read([first, second], in: folder)
    let half = wave.prefix(44) + wave[(44 + 8000)...]
    // The header of the half says what the whole has.
    var bytes = Array(half)
    let (total, data) = (bytes.count - 8, bytes.count - 44)
    for byte in 0..<4 {
      bytes[4 + byte] = UInt8(total >> (8 * byte) & 0xff)
      bytes[40 + byte] = UInt8(data >> (8 * byte) & 0xff)
    }
    #expect(read.clips["a[1]"]?.rows[.audio]?.digest == (try rowsOfRelease(bytes)?.digest))
    #expect(read.clips["a[0]"]?.words.map(\.word) == ["in"] && read.clips["a[1]"]?.words.map(\.word) == ["out"])
    let word = try #require(read.clips["a[1]"]?.words.first)
    #expect(word.interval.start == 0 && abs(word.interval.end - 0.15) < 1e-9)
    #expect(read.clips["a[1]"]?.start == 0.25 && read.clips["a[1]"]?.seconds == 0.25)
  }

  @Test(
    "a damaged file is a fault of its clip, with the file and the cause",
    arguments: [
      ("a.wav", "short", DropReason.unreadableMedium, "a.wav: "),
      ("a.json", "{", .unreadableWords, "a.json: malformed JSON"),
      (
        "a.json", #"{"words": [{"word": "late", "start": 0.1, "end": 9}]}"#, .wordsBeyond,
        "a.json: late ends at 9.00 s, the medium at 0.50 s"
      ),
      ("a.csv", "timestamp, face_id, AU01_r\n0, 0, 1\n0, 1, 1\n", .unreadableFeatures, "the rows of 2 faces"),
      ("a.csv", "frame, timestamp, AU01_r\n1, 0, 1\n2, 30, 1\n", .featuresMisfit, "a.csv: 2 rows last"),
    ])
  func faults(name: String, text: String, reason: DropReason, detail: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.wav", file("sound/speech.wav"))
    _ = try folder.write(name, text)
    var clip = clip("a", "a.wav")
    clip.words = name == "a.json" ? name : nil
    clip.features[.visual] = name == "a.csv" ? name : nil
    let fault = try #require(read([clip], in: folder).clips["a"]?.fault)
    #expect(fault.reason == reason && fault.detail.contains(detail), "\(fault)")
  }

  @Test("arrays in one file: the modalities that it has, the sound for the others", arguments: [true, false])
  func arrays(hasAudio: Bool) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.wav", file("sound/speech.wav"))
    var file = ArrayFile()
    file.add("vision", (0..<10).map { Float($0) }, shape: [5, 2])
    if hasAudio { file.add("audio", [1, 2, 3], shape: [1, 3]) }
    file.add("whole", whole: [1], shape: [1])
    _ = try file.write(to: folder.file("a.npz"))
    var clip = clip("a", "a.wav", end: 0.5)
    clip.arrays = "a.npz"
    let read = try #require(read([clip], in: folder).clips["a"])
    #expect(read.fault == nil && read.rows[.visual]?.rowCount == 5 && read.rows[.visual]?.width == 2)
    #expect(read.rows[.audio]?.width == (hasAudio ? 3 : 74) && (read.rows[.audio]?.times == .vector) == hasAudio)
    clip.features[.visual] = "a.csv"
    _ = try folder.write("a.csv", "frame, timestamp, AU01_r\n1, 0, 1\n2, 0.25, 1\n")
    #expect(try self.read([clip], in: folder).clips["a"]?.fault?.detail.contains("of two extractors") == true)
  }

  @Test("text features are rows of the clip's words; other counts, or no such array, are a fault")
  func text() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.wav", file("sound/speech.wav"))
    func read(_ rows: [Float], indices: [Int64]? = nil, path: String = "t.npy") throws -> ReadClip {
      _ = try folder.write("t.npy", NpyFile.bytes(rows, .float32, shape: [rows.count / 2, 2]))
      if let indices {
        _ = try folder.write("t.word_ids.npy", NpyFile.bytes(indices, .int64, shape: [indices.count]))
      }
      var clip = clip("a", "a.wav")
      (clip.text, clip.features[.text]) = ("two words", path)
      clip.tokenWords = indices == nil ? nil : "t.word_ids.npy"
      return try #require(self.read([clip], in: folder, modalities: [.audio, .text]).clips["a"])
    }
    let words = try read([1, 2, 3, 4])
    #expect(words.fault == nil && words.text?.rowCount == 2 && words.text?.width == 2)
    #expect(words.text?.digest == TextRows.digest(of: [1, 2, 3, 4]))
    #expect(
      try read([9, 9, 1, 2, 3, 4, 5, 6], indices: [-1, 0, 1, 1]).text?.digest == TextRows.digest(of: [1, 2, 4, 5]))
    #expect(try read([1, 2]).text?.rowCount == 1)
    let misfit = try read([1, 2, 3, 4, 5, 6]).fault
    #expect(misfit?.reason == .featuresMisfit && misfit?.detail == "t.npy: 3 rows for 2 words")
    let indices = try read([1, 2, 3, 4], indices: [0, 1, 1]).fault
    #expect(indices?.reason == .unreadableFeatures && indices?.detail.contains("3 word indices") == true)
    var arrays = ArrayFile()
    arrays.add("a", [1, 2, 3, 4, 5, 6], shape: [3, 2])
    arrays.add("word_ids", whole: [0, 1, 1], shape: [3])
    _ = try arrays.write(to: folder.file("t.npz"))
    #expect(try read([], path: "t.npz").text?.digest == TextRows.digest(of: [1, 2, 4, 5]))
    // Beside the medium, under the name of the modality.
    var beside = ArrayFile()
    beside.add("text", [1, 2, 3, 4], shape: [2, 2])
    _ = try beside.write(to: folder.file("a.npz"))
    var own = clip("a", "a.wav")
    (own.text, own.arrays) = ("two words", "a.npz")
    let found = try self.read([own], in: folder, modalities: [.audio, .text]).clips["a"]
    #expect(found?.text?.digest == TextRows.digest(of: [1, 2, 3, 4]) && found?.rows[.audio]?.width == 74)
    var others = ArrayFile()
    others.add("b", [1], shape: [1])
    _ = try others.write(to: folder.file("t.npz"))
    #expect(try read([], path: "t.npz").fault?.detail.contains("holds no array called text or a") == true)
  }

  @Test("a clip beyond its medium is a fault, others of the medium are not")
  func beyond() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.wav", file("sound/speech.wav"))
    let read = try read(
      [clip("in", "a.wav", end: 0.4), clip("out", "a.wav", end: 0.9), clip("late", "a.wav", start: 2)], in: folder)
    #expect(read.clips["in"]?.fault == nil)
    #expect(read.clips["out"]?.fault?.reason == .beyondMedium && read.clips["late"]?.fault?.reason == .beyondMedium)
  }

  @Test("silence, and a table without a face, are no rows")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let wave = try file("sound/speech.wav")
    _ = try folder.write("a.wav", wave.prefix(44) + [UInt8](repeating: 0, count: wave.count - 44))
    _ = try folder.write("a.csv", "confidence, success, AU01_r\n0.1, 0, 0\n0.2, 0, 0\n")
    var clip = clip("a", "a.wav")
    clip.features[.visual] = "a.csv"
    clip.text = "Three little words."
    let read = try #require(read([clip], in: folder).clips["a"])
    #expect(read.rows.isEmpty && read.absent == [.audio: "silence", .visual: "no face is found"])
    #expect(read.words.map(\.word) == ["Three", "little", "words"] && read.words[2].interval.end == 0.5)
  }

  @Test("what was read survives an interruption bit by bit")
  func index() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.wav", file("sound/speech.wav"))
    var found = IngestedRecordings()
    found.clips = try read([clip("a", "a.wav"), clip("b", "a.wav", start: 9)], in: folder).clips
    found.columns = [.audio: ["x", "y"]]
    found.tally.add(3, to: "sound.rows")
    let copy = try #require(IngestedRecordings(json: JSONValue(parsing: found.json.canonicalText)))
    #expect(copy.clips == found.clips && copy.columns == found.columns && copy.tally == found.tally)
  }
}
