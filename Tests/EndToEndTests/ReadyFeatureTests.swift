import ArrayFiles
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@Suite("Ready-made features, faces and motion of a release")
struct ReadyFeatureTests {
  private static let turns = (1...5).flatMap { ["Ses0\($0)F_impro01_F000", "Ses0\($0)F_impro01_M000"] }
  /// The times of the turns in their dialog, in seconds.
  private static func start(_ turn: String) -> Double { turn.hasSuffix("F000") ? 1 : 1.25 }

  /// The outcome of a run on a release, with features of its turns in `own/`.
  private struct Run {
    let status: Int32
    let errors: String
    let report: JSONValue
    let shards: [ShardReader]

    func missing(_ modality: Modality) -> Int {
      Split.allCases.reduce(0) {
        $0 + (report["modalities"]?[modality.rawValue]?["missing_rows"]?[$1.rawValue]?.intValue ?? 0)
      }
    }

    func width(_ modality: Modality) -> Int? { report["modalities"]?[modality.rawValue]?["width"]?.intValue }

    func warns(_ text: String) -> Bool {
      report["warnings"]?.elements?.contains { $0.text?.contains(text) == true } == true
    }
  }

  private func run(
    _ arguments: [String], features: [String: [UInt8]] = [:], change: (inout TinyRelease) -> Void = { _ in }
  ) throws -> Run {
    let folder = try TemporaryFolder()
    var release = TinyRelease()
    change(&release)
    try release.write(to: folder.file("release"))
    try Folder.make(folder.file("own"))
    for (name, bytes) in features { _ = try folder.write("own/" + name, bytes) }
    let outcome = try Program.prep.run(
      ["iemocap", "--root", folder.file("release"), "--out", folder.file("out"), "-q", "--dtype", "f32"]
        + arguments.map { $0.replacing("DIR", with: folder.path) })
    let errors = outcome.errors.replacing(folder.path, with: "DIR")
    guard outcome.status == 0 else { return Run(status: outcome.status, errors: errors, report: .null, shards: []) }
    let shards = try Folder.names(in: folder.file("out/shards")).sorted().map {
      try ShardReader(path: folder.file("out/shards/" + $0))
    }
    return Run(
      status: 0, errors: errors, report: try JSONValue(contentsOf: folder.file("out/report.json")), shards: shards)
  }

  private static let audio = ["--modalities", "audio,text", "--audio-features", "DIR/own"]
  private static let visual = ["--modalities", "visual,text", "--visual-features", "DIR/own"]

  private func array(_ shape: [Int], _ turn: String) -> [UInt8] {
    let first = Float(Self.turns.firstIndex(of: turn) ?? 0)
    let count = shape.reduce(1, *)
    return NpyFile.bytes((0..<count).map { first + Float($0 * $0 % 7) }, .float32, shape: shape)
  }

  private func named(_ suffix: String, _ make: (String) -> [UInt8]) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: Self.turns.map { ($0 + suffix, make($0)) })
  }

  @Test(
    "one vector per turn is the row of every word, and of the turn",
    arguments: [([3], "word"), ([1, 3], "word"), ([1, 1, 3], "word"), ([3], "utterance"), ([3], "frame")])
  func vectors(shape: [Int], granularity: String) throws {
    let run = try run(
      Self.audio + ["--granularity", granularity], features: named(".npy") { array(shape, $0) })
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.width(.audio) == 3 && run.missing(.audio) == 0)
    #expect(run.warns("one vector per turn") == (granularity == "word"))
    for shard in run.shards {
      for sample in shard.ids.indices {
        let rows = shard.rows(of: sample, .audio)
        var values = [Float](repeating: 0, count: 3 * rows.count)
        values.withUnsafeMutableBufferPointer { shard.readFloats(.audio, rows: rows, into: $0) }
        #expect(rows.count == (granularity == "word" ? shard.rows(of: sample, .text).count : 1))
        #expect((0..<values.count).allSatisfy { values[$0] == values[$0 % 3] })
      }
    }
  }

  @Test("a leading axis of length 1 is dropped")
  func leadingAxis() throws {
    let run = try run(Self.audio, features: named(".npy") { array([1, 50, 2], $0) })
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.width(.audio) == 2 && run.missing(.audio) == 0)
  }

  @Test(
    "unusable input is refused in one line that names the file or the flag",
    arguments: [
      (
        ["half.npy"], [],
        "DIR/own: its turns have about 50 rows per second (median of 10 turns), but --audio-rate is 100, expected rows that last as long as their turn. Give --audio-rate 50 if the features were made at that rate. To continue anyway, add --allow-times."
      ),
      (
        ["layers.npy"], [],
        "DIR/own/Ses01F_impro01_F000.npy: an array of shape [2, 50, 3], expected [rows, columns], or [columns] for one vector per turn. Save the array of one turn only, and of one layer only."
      ),
      (
        ["index.csv"], [],
        "DIR/own/Ses01F_impro01_F000.csv: line 1: the first column has no name, as when pandas writes its row index, expected columns of features. Write the table with to_csv(…, index=False)."
      ),
      (
        ["a.npy", "b.npy", "c.pt"], [],
        "DIR/own: has no audio features of any turn: 3 files are of another name or kind, the first a.npy, expected files called <turn>.npy or <turn>.csv, e.g. Ses01F_impro01_F000.npy. Leave audio out with --modalities, or complete the features."
      ),
      (
        ["empty"], [],
        "DIR/own: has no audio features of any turn: its file of features has no row (1 turn, the first DIR/own/Ses01F_impro01_F000.npy), expected files called <turn>.npy or <turn>.csv, e.g. Ses01F_impro01_F000.npy. Leave audio out with --modalities, or complete the features."
      ),
      (
        ["tracks.npy"], [],
        "DIR/own/Ses01F_impro01_M000.npy: 41 columns (audio), expected 40 as DIR/own/Ses01F_impro01_F000.npy has. An array of one axis is a vector of the whole turn: save one value per frame as an array of shape [rows, 1]."
      ),
      (
        ["half.npy"], ["--face", "1"],
        "--face 1 is given without --visual-features. Leave it out, or give tables with several faces."
      ),
    ])
  func refused(kind: [String], arguments: [String], message: String) throws {
    let (her, his) = (Self.turns[0], Self.turns[1])
    let features: [String: [UInt8]] =
      switch kind[0] {
      case "half.npy": named(".npy") { array([25, 3], $0) }
      case "layers.npy": [her + ".npy": array([2, 50, 3], her)]
      case "index.csv": [her + ".csv": Array(",0,1\n0,2,3\n1,4,5\n".utf8)]
      case "empty": [her + ".npy": array([0, 3], her)]
      case "tracks.npy": [her + ".npy": array([40], her), his + ".npy": array([41], his)]
      default: Dictionary(uniqueKeysWithValues: kind.map { ($0, array([50, 3], her)) })
      }
    let run = try run(Self.audio + arguments, features: features)
    #expect(run.errors == "msa-prep: error: \(message)\n")
    #expect(run.status == (arguments.isEmpty ? 65 : 64))
  }

  @Test(
    "a name may continue after the turn, with its ending in capitals", arguments: [".wav.npy", "_hubert.npy", ".NPY"])
  func names(suffix: String) throws {
    let run = try run(Self.audio, features: named(suffix) { array([50, 2], $0) })
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.missing(.audio) == 0)
  }

  @Test("a file without rows is counted and costs only its turn")
  func emptyFile() throws {
    var features = named(".npy") { array([50, 2], $0) }
    features[Self.turns[3] + ".npy"] = array([0, 2], Self.turns[3])
    let run = try run(Self.audio, features: features)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.missing(.audio) == 1)
    #expect(run.warns("1 file of ready-made features has no row"))
  }

  // MARK: - Faces

  private func table(_ turn: String, faces: [Int], from start: Double = 0) -> [UInt8] {
    var text = "frame, face_id, timestamp, confidence, success, AU01_r\n"
    for frame in 0..<15 {
      for face in faces {
        text += "\(frame + 1), \(face), \((start + Double(frame) / 30).fixed(3)), 0.9, 1, \(face * 10 + frame % 4)\n"
      }
    }
    return Array(text.utf8)
  }

  @Test("of several faces one must be chosen, or the file is refused")
  func faces() throws {
    let two = Dictionary(
      uniqueKeysWithValues: Self.turns.map { ($0 + ".csv", table($0, faces: $0 == Self.turns[0] ? [0, 1] : [1])) })
    let refused = try run(Self.visual, features: two)
    #expect(refused.status == 65)
    #expect(
      refused.errors
        == "msa-prep: error: DIR/own/Ses01F_impro01_F000.csv: has the rows of 2 faces (face_id 0, 1), expected those of one person. Choose one with --face, e.g. --face 0.\n"
    )
    let chosen = try run(Self.visual + ["--face", "1"], features: two)
    #expect(chosen.status == 0, "\(chosen.errors)")
    #expect(chosen.missing(.visual) == 0)
    #expect(chosen.report["config"]?["face"]?.intValue == 1)
    let other = try run(Self.visual + ["--face", "0"], features: two)
    #expect(other.status == 0, "\(other.errors)")
    #expect(other.warns("9 tables have no row of the face"))
    let none = try run(Self.visual + ["--face", "0"], features: named(".npy") { array([15, 2], $0) })
    #expect(none.status == 64)
    #expect(none.errors.contains("no table has a column face_id"))
  }

  @Test("tables on the dialog's clock are read at the turn's times, with a message")
  func dialogTimes() throws {
    let run = try run(Self.visual, features: named(".csv") { table($0, faces: [0], from: Self.start($0)) })
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.missing(.visual) == 0)
    #expect(run.warns("the times in the files are those of the dialogs"))
  }

  // MARK: - Motion

  private static func motion(_ part: String) -> String {
    "Session2/sentences/MOCAP_\(part)/Ses02F_impro01/Ses02F_impro01_F000.txt"
  }

  @Test("motion that begins later than its turn keeps its times")
  func lateMotion() throws {
    let run = try run(["--modalities", "visual,text"]) { release in
      for part in ["rotated", "head", "hand"] {
        let lines = release.text(Self.motion(part)).split(separator: "\n")
        release.set(Self.motion(part), (lines.prefix(2) + lines.dropFirst(2 + 48)).joined(separator: "\n"))
      }
    }
    #expect(run.status == 0, "\(run.errors)")
    // The words of the five partners, and those of this turn before 0.4 s: EXCUSE and ME.
    #expect(run.missing(.visual) == 5 + 2)
  }

  @Test(
    "an empty part of the motion capture is missing and counted, and the others stay",
    arguments: ["", " \n", "Frame# Time CH1\n", "Frame# Time CH1\nX Y Z\n"])
  func emptyMotion(text: String) throws {
    let run = try run(["--modalities", "visual,text"]) { $0.set(Self.motion("rotated"), text) }
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.missing(.visual) == 5)
    #expect(run.report["release"]?["counts"]?["motion.empty_files"]?.intValue == 1)
    #expect(run.warns("1 file of motion capture has no frame"))
    #expect(run.width(.visual) == 12)
  }

  @Test("if a file of word times is empty, the turn's words are spread evenly, which is counted")
  func emptyTimes() throws {
    let run = try run(["--modalities", "text"]) {
      $0.set("Session2/sentences/ForcedAlignment/Ses02F_impro01/Ses02F_impro01_F000.wdseg", "")
    }
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.report["release"]?["counts"]?["words.spread_malformed"]?.intValue == 1)
  }

  @Test("a sound with an extension in capitals is read, and unreadable sounds are named with the reason")
  func sounds() throws {
    let capitals = try run(["--modalities", "audio"]) { release in
      for (path, bytes) in release.files where path.hasSuffix(".wav") {
        release.files[path] = nil
        release.files[path.dropLast(4) + ".WAV"] = bytes
      }
    }
    #expect(capitals.status == 0, "\(capitals.errors)")
    #expect(capitals.missing(.audio) == 0)
    let unreadable = try run(["--modalities", "audio"]) { release in
      for path in release.files.keys where path.hasSuffix(".wav") { release.set(path, "no sound") }
    }
    #expect(unreadable.status == 65)
    #expect(
      unreadable.errors.hasPrefix(
        "msa-prep: error: DIR/release: has no audio features of any turn: the sound cannot be read (10 turns, the first Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav: "
      ), "\(unreadable.errors)")
    let others = try run(["--modalities", "audio"]) { release in
      for (path, bytes) in release.files where path.hasSuffix(".wav") {
        release.files[path] = nil
        release.files[path.dropLast(4) + ".flac"] = bytes
      }
    }
    #expect(
      others.errors.contains(
        "10 files are of another name or kind, the first Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.flac"
      ))
  }
}
