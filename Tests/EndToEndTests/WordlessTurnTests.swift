import ArrayFiles
import Files
import Samples
import Testing
import TestSupport
import Text

@Suite("Turns without a word")
struct WordlessTurnTests {
  private static let turn = "Ses02F_impro01_F000"
  private static let times = "Session2/sentences/ForcedAlignment/Ses02F_impro01/\(turn).wdseg"
  private static let transcript = "Session2/dialog/transcriptions/Ses02F_impro01.txt"

  /// One turn is nothing but laughter, to the aligner or to the transcriber.
  private static func laughter(isAligned: Bool) -> TinyRelease {
    var release = TinyRelease()
    release.replace("Excuse me, please.", with: "[LAUGHTER].", in: transcript)
    if isAligned {
      for word in ["EXCUSE", "ME", "PLEASE"] { release.replace(word, with: "++LAUGHTER++", in: times) }
    } else {
      release.files[times] = nil
    }
    return release
  }

  private func prepare(
    _ release: TinyRelease, _ folder: borrowing TemporaryFolder, _ arguments: String...
  ) throws -> Program.Outcome {
    if !Folder.exists(folder.file("release")) { try release.write(to: folder.file("release")) }
    return try Program.prep.run(
      ["iemocap", "--root", folder.file("release"), "--out", folder.file("out"), "--dtype", "f32", "--overwrite", "-q"]
        + arguments)
  }

  private func lines(_ folder: borrowing TemporaryFolder) throws -> [JSONValue] {
    let bytes = try InputFile.contents(of: folder.file("out/samples.jsonl"), limit: 1 << 20)
    return try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test(
    "they are kept where there is sound, at every granularity, with a message",
    arguments: ["word", "utterance", "frame"], ["audio", "audio,text", "visual,audio,text"])
  func kept(granularity: String, modalities: String) throws {
    for isAligned in [true, false] {
      let folder = try TemporaryFolder()
      let outcome = try prepare(
        Self.laughter(isAligned: isAligned), folder, "--granularity", granularity, "--modalities", modalities)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let line = try #require(try lines(folder).first { $0["id"]?.text == Self.turn })
      #expect(try lines(folder).count == 10)
      let rows = line["rows"]
      let audio = rows?.intValue ?? rows?["audio"]?.intValue
      #expect(granularity == "frame" ? (audio ?? 0) > 10 : audio == 1)
      let said = outcome.output.contains("1 turn has no word: a turn without one is a single row")
      #expect(said == (granularity != "frame"))
      #expect(try Program.prep.run("verify", folder.file("out"), "-q").status == 0)
    }
  }

  private func values<Element: BitwiseCopyable>(
    _ file: SafetensorsFile, _ name: String, _ type: TensorType, _ element: Element.Type
  ) throws -> [Element] {
    Array(try file.tensor(name, type, shape: try #require(file.header[name]?.shape), as: element))
  }

  @Test("the row is the mean of the turn's frames")
  func mean() throws {
    let folder = try TemporaryFolder()
    func row(_ granularity: String) throws -> [Double] {
      let flags = ["--modalities", "audio", "--granularity", granularity, "--clean", "zero", "--split", "session:4"]
      let outcome = try Program.prep.run(
        ["iemocap", "--root", folder.file("release"), "--out", folder.file("out"), "--dtype", "f32", "--overwrite"]
          + ["-q"] + flags)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let shard = try SafetensorsFile(path: folder.file("out/shards/train-00000.safetensors"))
      let scaler = try SafetensorsFile(path: folder.file("out/scalers.safetensors"))
      let center = try values(scaler, "audio.center", .float64, Double.self)
      let scale = try values(scaler, "audio.scale", .float64, Double.self)
      let ids = try lines(folder).filter { $0["split"]?.text == "train" }
      let index = try #require(ids.first { $0["id"]?.text == Self.turn }?["index"]?.intValue)
      let offsets = try values(shard, "audio_offsets", .int64, Int64.self).map { Int($0) }
      let cells = try values(shard, "audio", .float32, Float.self)
      let count = offsets[index + 1] - offsets[index]
      return center.indices.map { column in
        let unscaled = (offsets[index]..<offsets[index + 1]).map {
          Double(cells[$0 * center.count + column]) * scale[column] + center[column]
        }
        return unscaled.reduce(0, +) / Double(count)
      }
    }
    try Self.laughter(isAligned: true).write(to: folder.file("release"))
    let frames = try row("frame")
    for granularity in ["utterance", "word"] {
      let whole = try row(granularity)
      for (a, b) in zip(frames, whole) { #expect(abs(a - b) <= 1e-3 * max(1, abs(a))) }
    }
  }

  @Test("with text asked for and --missing drop, or without any other modality, they are left out by name")
  func leftOut() throws {
    for flags in [["--modalities", "audio,text", "--missing", "drop"], ["--modalities", "text"]] {
      let folder = try TemporaryFolder()
      try Self.laughter(isAligned: true).write(to: folder.file("release"))
      let outcome = try Program.prep.run(
        ["iemocap", "--root", folder.file("release"), "--out", folder.file("out"), "-q"] + flags)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("1 label row: no word overlaps the label's interval (Ses02F_impro01_F000)"))
      #expect(try lines(folder).count == 9)
    }
  }

  @Test("a release of only sound and labels gives one row per turn", arguments: ["word", "utterance"])
  func soundAlone(granularity: String) throws {
    var release = TinyRelease()
    release.files = release.files.filter { $0.key.hasSuffix(".wav") || $0.key.contains("EmoEvaluation") }
    let folder = try TemporaryFolder()
    let outcome = try prepare(release, folder, "--granularity", granularity, "--modalities", "audio")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("No turn has a word: a turn without one is a single row"))
    #expect(try lines(folder).allSatisfy { $0["rows"]?.intValue == 1 || $0["rows"]?["audio"]?.intValue == 1 })
    #expect(try lines(folder).count == 10)
    let withText = try prepare(release, folder, "--granularity", granularity, "--modalities", "audio,text")
    #expect(withText.status == 65)
    #expect(
      withText.errors.replacing(folder.path, with: "DIR")
        == "msa-prep: error: DIR/release: has no word of any turn, expected sentences/ForcedAlignment/ or dialog/transcriptions/ in its sessions. Leave text out with --modalities, or complete the release.\n"
    )
    #expect(try Program.prep.run("inspect", folder.file("release"), "-q").status == 0)
  }
}
