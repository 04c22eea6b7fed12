import Files
import Samples
import Testing
import TestSupport
import Text

/// A tiny release with one defect, and what `msa-prep iemocap` makes of it.
struct BadRelease: Sendable, CustomTestStringConvertible {
  let name: String
  let status: Int32
  /// The whole message, with `DIR` for the folder that holds everything.
  let message: String
  let arguments: [String]
  let change: @Sendable (inout TinyRelease) -> Void

  init(
    _ name: String, _ status: Int32, _ message: String, arguments: [String] = [],
    change: @escaping @Sendable (inout TinyRelease) -> Void = { _ in }
  ) {
    (self.name, self.status, self.message, self.arguments, self.change) = (name, status, message, arguments, change)
  }

  var testDescription: String { name }
}

@Suite("Defective releases")
struct BadReleaseTests {
  private static let labels = "Session2/dialog/EmoEvaluation/Ses02F_impro01.txt"
  private static let times = "Session2/sentences/ForcedAlignment/Ses02F_impro01/Ses02F_impro01_F000.wdseg"
  private static let head = "Session2/sentences/MOCAP_head/Ses02F_impro01/Ses02F_impro01_F000.txt"
  private static let sound = "Session2/sentences/wav/Ses02F_impro01/Ses02F_impro01_F000.wav"

  static let refused: [BadRelease] = [
    BadRelease(
      "no session", 66,
      "DIR/release: holds no IEMOCAP session, expected the folders Session1 … Session5 with dialog/ and sentences/ in them, at any depth. Give the folder or archive of the release with --root."
    ) { release in
      release.files = ["readme.txt": [65]]
    },
    BadRelease(
      "a session without labels", 65,
      "DIR/release: Session2: has no labels, expected dialog/EmoEvaluation/<dialog>.txt with the turns' emotions. Complete the session, or remove its folder."
    ) { $0.files[labels] = nil },
    BadRelease(
      "labels of another dialog", 65,
      "DIR/release: Session2/dialog/EmoEvaluation/Ses02F_impro01.txt: holds Ses02F_impro02_F000, expected turns of Ses02F_impro01 alone. Take the file from the release again."
    ) { $0.replace("Ses02F_impro01_F000", with: "Ses02F_impro02_F000", in: labels) },
    BadRelease(
      "more than 5 % malformed lines of labels", 65,
      "Session2/dialog/EmoEvaluation/Ses02F_impro01.txt: line 3: 2 of 5 lines are malformed, expected a new turn: [start - end] TURN_NAME emotion [V, A, D]. The file is damaged or of another kind: take it from the release again."
    ) { $0.replace(" - ", with: " to ", in: labels) },
    BadRelease(
      "more than 5 % malformed lines of word times", 65,
      "Session2/sentences/ForcedAlignment/Ses02F_impro01/Ses02F_impro01_F000.wdseg: line 2: 4 of 6 lines are malformed, expected start frame, end frame, score and word. The file is damaged or of another kind: take it from the release again."
    ) { $0.replace("-1000", with: "many", in: times) },
    BadRelease(
      "more than 5 % malformed lines of motion capture", 65,
      "Session2/sentences/MOCAP_head/Ses02F_impro01/Ses02F_impro01_F000.txt: line 3: 60 of 60 lines are malformed, expected a frame number, a later time and 6 values. The file is damaged or of another kind: take it from the release again."
    ) { $0.replace(".5\n", with: ".5 7\n", in: head) },
    BadRelease(
      "motion capture of two widths", 65,
      "DIR/release: Ses02F_impro01_F000: 3 columns (head), expected 6 as Ses01F_impro01_F000 has. Make the features of all turns in the same way."
    ) { $0.files[head] = $0.files["Session2/sentences/MOCAP_hand/Ses02F_impro01/Ses02F_impro01_F000.txt"] },
    BadRelease(
      "no sound at all", 65,
      "DIR/release: has no audio features of any turn, expected at least one turn's. Leave audio out with --modalities, or complete the release."
    ) { release in
      release.files = release.files.filter { !$0.key.hasSuffix(".wav") }
    },
    BadRelease(
      "two copies of the release", 65,
      "DIR/release: Session2/sentences/wav/Ses02F_impro01/Ses02F_impro01_F000.wav: occurs a second time, as old/Session2/sentences/wav/Ses02F_impro01/Ses02F_impro01_F000.wav, expected each file once. Give the folder of one release."
    ) { $0.files["old/" + sound] = $0.files[sound] },
    BadRelease(
      "a test session that is not there", 65,
      "--split session:5: no usable turn of session Ses05, expected one of Ses01, Ses02, Ses03, Ses04. Give another: "
        + "--split session:4."
    ) { release in
      release.files = release.files.filter { !$0.key.hasPrefix("Session5") }
    },
    BadRelease(
      "word vectors with a broken line", 65,
      "DIR/release/glove.txt: line 2: number 2 is \"x\", expected a finite number. Download the file again, or give --glove a file in GloVe's text format.",
      arguments: ["--glove", "DIR/release/glove.txt"]
    ) { $0.set("glove.txt", "excuse 1 2 3\nme 1 x 3\n") },
    BadRelease(
      "word vectors of another width", 65,
      "DIR/release/glove.txt: line 2: 2 numbers, expected 3 as on the first line. Download the file again, or give --glove a file in GloVe's text format.",
      arguments: ["--glove", "DIR/release/glove.txt"]
    ) { $0.set("glove.txt", "excuse 1 2 3\nme 1 2\n") },
    BadRelease(
      "ready-made features of two widths", 65,
      "DIR/release/own/Ses02F_impro01_F000.csv: 1 columns (audio), expected 2 as DIR/release/own/Ses01F_impro01_F000.csv has. Make the features of all turns in the same way, arrays as [rows, columns].",
      arguments: ["--audio-features", "DIR/release/own"]
    ) {
      $0.set("own/Ses01F_impro01_F000.csv", "1,2\n3,4\n")
      $0.set("own/Ses02F_impro01_F000.csv", "1\n2\n")
    },
    BadRelease(
      "ready-made features that are not there", 66,
      "DIR/nowhere: cannot be opened: No such file or directory. Check the path.",
      arguments: ["--visual-features", "DIR/nowhere"]),
    BadRelease(
      "video granularity", 64,
      "--granularity video makes one sample of a recording, but a turn is one already, expected word, utterance or frame. Use --granularity utterance for one row per turn.",
      arguments: ["--granularity", "video"]),
    BadRelease(
      "--glove without text", 64,
      "DIR/g.txt: --glove is given but text is not among --modalities, expected text in --modalities. Leave out --glove, or add text to --modalities.",
      arguments: ["--glove", "DIR/g.txt", "--modalities", "audio"]),
    BadRelease(
      "--split and --ratios", 64, "--split and --ratios exclude each other. Give one of them.",
      arguments: ["--split", "session:1", "--ratios", "0.6,0.2,0.2"]),
    BadRelease(
      "a split that is none", 64,
      "the value 'session:6' is invalid for '--split <who>': expected session:N or loso:N with N from 1 to 5, or speaker:NAME such as speaker:Ses05_F. See msa-prep iemocap --help.",
      arguments: ["--split", "session:6"]),
  ]

  @Test("an unusable release is refused in one line that names the file and the place", arguments: refused)
  func refusal(input: BadRelease) throws {
    let folder = try TemporaryFolder()
    var release = TinyRelease()
    input.change(&release)
    try release.write(to: folder.file("release"))
    let out = folder.file("out")
    let outcome = try Program.prep.run(
      ["iemocap", "--root", folder.file("release"), "--out", out, "-q"]
        + input.arguments.map { $0.replacing("DIR", with: folder.path) })
    #expect(outcome.status == input.status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.replacing(folder.path, with: "DIR") == "msa-prep: error: " + input.message + "\n")
    let left = try leftovers(in: out)
    #expect(left.isEmpty, "\(left)")
  }

  @Test("a refusal before anything is finished leaves no folder behind", arguments: ["", "--audio-features"])
  func nothingLeft(option: String) throws {
    let folder = try TemporaryFolder()
    try TinyRelease().write(to: folder.file("release"))
    try Folder.make(folder.file("features"))
    let text = try folder.write("features/other.npy", "no features\n")
    let out = folder.file("made/for/this/out")
    let input = option.isEmpty ? [text] : [folder.file("release"), option, folder.file("features")]
    let outcome = try Program.prep.run(["iemocap", "--out", out, "-q", "--root"] + input)
    #expect(outcome.status == 65, "\(outcome.errors)")
    #expect(!Folder.exists(folder.file("made")))
    // Whatever was there before stays, as empty as it was.
    try Folder.make(out)
    #expect(try Program.prep.run(["iemocap", "--out", out, "-q", "--root"] + input).status == 65)
    #expect(try Folder.names(in: out).isEmpty)
  }

  /// The report of a run on a release with a defect that does not stop it, and its sample lines.
  private func report(
    _ arguments: [String] = [], change: (inout TinyRelease) -> Void
  ) throws -> (report: JSONValue, samples: [JSONValue]) {
    let folder = try TemporaryFolder()
    var release = TinyRelease()
    change(&release)
    try release.write(to: folder.file("release"))
    let outcome = try Program.prep.run(
      ["iemocap", "--root", folder.file("release"), "--out", folder.file("out"), "-q"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = String(
      decoding: try InputFile.contents(of: folder.file("out/samples.jsonl"), limit: 1 << 20), as: UTF8.self)
    let samples = try lines.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    return (try JSONValue(contentsOf: folder.file("out/report.json")), samples)
  }

  /// The reasons why turns lack a modality, with their counts.
  private func missing(_ report: JSONValue, _ modality: Modality) -> [String: Int] {
    let reasons = report["release"]?["missing"]?[modality.rawValue]?.elements ?? []
    return Dictionary(
      uniqueKeysWithValues: reasons.map { ($0["reason"]?.text ?? "", $0["count"]?.intValue ?? 0) })
  }

  private static let partner = ["the partner wears the markers": 5]

  @Test("in an intact release, nothing is missing but the motion of speakers without markers")
  func right() throws {
    let (report, samples) = try report { _ in }
    #expect(samples.count == 10)
    #expect(missing(report, .audio).isEmpty && missing(report, .text).isEmpty)
    #expect(missing(report, .visual) == Self.partner)
    #expect(report["release"]?["overlapping_turns"]?.intValue == 10)
    #expect(report["release"]?["sessions"]?["Ses03"]?["turns"]?.intValue == 2)
    #expect(report["release"]?["categories"]?["xxx"]?.intValue == 5)
    #expect(report["labels"]?["classes"]?["none"]?["train"]?.intValue == 3)
    #expect(report["modalities"]?["visual"]?["missing_rows"]?["train"]?.intValue == 3)
    let first = try #require(samples.first)
    #expect(first["words"]?.text == "EXCUSE ME PLEASE")
    #expect(first["interval"]?.elements?.compactMap(\.doubleValue) == [1, 1.5])
    #expect(first["speaker"]?.text == "Ses01_F" && first["session"]?.text == "Ses01")
    #expect(first["dialog"]?.text == "Ses01F_impro01" && first["group"]?.text == "Ses01")
  }

  @Test("a turn with missing or unreadable sound stays, with its audio masked, and is counted")
  func sound() throws {
    let (report, samples) = try report(["--granularity", "utterance"]) {
      $0.files[Self.sound] = nil
      $0.set("Session3/sentences/wav/Ses03F_impro01/Ses03F_impro01_M000.wav", "no sound")
    }
    #expect(samples.count == 10)
    #expect(missing(report, .audio) == ["no sound": 1, "the sound cannot be read": 1])
    #expect(report["modalities"]?["audio"]?["missing_rows"]?["train"]?.intValue == 2)
    #expect(report["warnings"]?.elements?.contains { $0.text?.hasPrefix("1 sound cannot be read") == true } == true)
  }

  @Test("sound at another rate or with several channels is resampled or mixed down, and counted")
  func rates() throws {
    let (report, _) = try report {
      $0.files[Self.sound] = TinyRelease.sound(pitch: 140, rate: 44_100)
      $0.files["Session3/sentences/wav/Ses03F_impro01/Ses03F_impro01_M000.wav"] = TinyRelease.sound(
        pitch: 140, channels: 2)
    }
    #expect(missing(report, .audio).isEmpty)
    #expect(report["release"]?["counts"]?["sound.resampled"]?.intValue == 1)
    #expect(report["release"]?["counts"]?["sound.mixed_down"]?.intValue == 1)
  }

  @Test("a malformed label line costs only that turn and is reported with file, line and what was expected")
  func labelLine() throws {
    let (report, samples) = try report { $0.replace("[2.0000, 2.5000", with: "[2.0000; 2.5000", in: Self.labels) }
    #expect(samples.count == 9)
    #expect(
      report["release"]?["bad_lines"]?.elements?.compactMap(\.text) == [
        "\(Self.labels): line 3: expected a new turn: [start - end] TURN_NAME emotion [V, A, D]"
      ])
    #expect(report["recordings"]?["dropped"]?.elements?.first?["ids"]?.elements?.first?.text == "Ses02F_impro01_F000")
  }

  @Test("if word times are malformed or missing, the transcript's words are spread evenly, which is counted")
  func words() throws {
    let (report, samples) = try report {
      $0.replace("-1000 ME", with: "ME", in: Self.times)
      $0.files["Session3/sentences/ForcedAlignment/Ses03F_impro01/Ses03F_impro01_M000.wdseg"] = nil
    }
    #expect(samples.count == 10)
    #expect(report["release"]?["counts"]?["words.spread_malformed"]?.intValue == 1)
    #expect(report["release"]?["counts"]?["words.spread_missing"]?.intValue == 1)
    #expect(samples.first { $0["id"]?.text == "Ses02F_impro01_F000" }?["words"]?.text == "Excuse me please")
    #expect(
      report["release"]?["bad_lines"]?.elements?.compactMap(\.text) == [
        "\(Self.times): line 4: expected start frame, end frame, score and word"
      ])
  }

  @Test("a turn with a malformed line of motion capture loses its visual features and is counted")
  func motion() throws {
    let (report, samples) = try report {
      $0.replace("120 1.0 ", with: "120 ", in: Self.head)
    }
    #expect(samples.count == 10)
    #expect(
      missing(report, .visual)
        == Self.partner.merging(["malformed lines in its motion capture": 1]) { first, _ in first })
    #expect(
      report["release"]?["bad_lines"]?.elements?.compactMap(\.text) == [
        "\(Self.head): line 3: expected a frame number, a later time and 6 values"
      ])
  }

  @Test("a part of the motion capture that a turn lacks is missing, not zero")
  func part() throws {
    let (report, _) = try report(["--modalities", "visual", "--granularity", "frame"]) { $0.files[Self.head] = nil }
    #expect(missing(report, .visual) == Self.partner)
    // 60 frames of six columns, 40 of them without any train value: all count as NaN when they are read.
    #expect(report["modalities"]?["visual"]?["non_finite"]?["nan"]?.intValue == 60 * 6)
  }

  @Test("a word without a vector is masked")
  func unknownWord() throws {
    let folder = try TemporaryFolder()
    let glove = try folder.write("glove.txt", Array("excuse 1 2 3\nplease 4 5 6\nwhat 7 8 9\n".utf8))
    let (report, _) = try report(["--glove", glove]) { _ in }
    #expect(report["modalities"]?["text"]?["missing_rows"]?["train"]?.intValue == 3)
    #expect(report["modalities"]?["text"]?["width"]?.intValue == 3)
  }

  @Test("ready-made features replace the release's own", arguments: ["csv", "npy"])
  func readyMade(ending: String) throws {
    let folder = try TemporaryFolder()
    let csv = Array("a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n".utf8)
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 2), }"
    let npy: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
      + Array(repeating: 0x20, count: 117 - header.utf8.count) + [0x0a]
      + (1...10).flatMap { value in withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { Array($0) } }
    for session in 1...5 {
      _ = try folder.write("Ses0\(session)F_impro01_F000.\(ending)", ending == "csv" ? csv : npy)
    }
    let (report, samples) = try report([
      "--audio-features", folder.path, "--audio-rate", "10", "--granularity", "frame", "--modalities", "audio",
    ]) { _ in }
    #expect(samples.count == 5)
    #expect(report["modalities"]?["audio"]?["width"]?.intValue == 2)
    #expect(report["modalities"]?["audio"]?["rows"]?["train"]?.intValue == 15)
    #expect(missing(report, .audio) == ["no sound": 5])
  }
}
