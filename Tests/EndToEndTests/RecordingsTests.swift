import ArrayFiles
import Files
import Foundation
import Samples
import Shards
import Testing
import TestSupport
import Text

@Suite("A folder of recordings, from media to audited shards")
struct RecordingsTests {
  /// A folder with the sample recordings.
  private func sample(in folder: borrowing TemporaryFolder, _ flags: String...) throws -> JSONValue {
    let outcome = try Program.prep.run(
      ["sample", "recordings", "--out", folder.file("clips"), "--seconds", "1", "-q", "--json"] + flags)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONValue(contentsOf: folder.file("clips/sample.json"))
  }

  private func prepare(
    _ folder: borrowing TemporaryFolder, _ arguments: [String] = [], to name: String = "out",
    environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try Program.prep.run(
      ["recordings", "--root", folder.file("clips"), "--out", folder.file(name), "-q"] + arguments,
      environment: environment)
  }

  private func report(_ folder: borrowing TemporaryFolder, _ name: String = "out") throws -> JSONValue {
    try JSONValue(contentsOf: folder.file(name + "/report.json"))
  }

  private func samples(_ folder: borrowing TemporaryFolder, _ name: String = "out") throws -> [JSONValue] {
    let text = String(
      decoding: try InputFile.contents(of: folder.file(name + "/samples.jsonl"), limit: 1 << 24), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  /// A program in place of ffmpeg: it gives what stands beside the video, as a decoder writes to a pipe.
  private func fakeDecoder(in folder: borrowing TemporaryFolder, _ script: String) throws -> [String: String] {
    try Folder.make(folder.file("bin"))
    let path = try folder.write("bin/ffmpeg", "#!/bin/sh\n" + script)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return ["PATH": folder.file("bin") + ":/usr/bin:/bin"]
  }

  private static let passOn = """
    while [ "$#" -gt 0 ]; do case $1 in file:*) video=${1#file:} ;; esac; shift; done
    exec cat "$video"
    """

  @Test("a hundred clips, half of them videos, become audited shards with one command; every bad clip is listed")
  func hundred() throws {
    let folder = try TemporaryFolder()
    let description = try sample(in: folder)
    #expect(description["clips"]?.intValue == 100)
    // Every second recording as a video.
    var table = String(
      decoding: try InputFile.contents(of: folder.file("clips/metadata.csv"), limit: 1 << 20), as: UTF8.self)
    for name in try Folder.names(in: folder.file("clips/clips")) where name.hasSuffix(".wav") && name.hasPrefix("talk")
    {
      guard let number = Int(name.dropFirst(4).prefix(2)), number.isMultiple(of: 2) else { continue }
      let video = name.dropLast(3) + "mp4"
      try FileManager.default.moveItem(
        atPath: folder.file("clips/clips/" + name), toPath: folder.file("clips/clips/" + video))
      table = table.replacing("clips/" + name, with: "clips/" + video)
    }
    _ = try folder.write("clips/metadata.csv", table)
    let environment = try fakeDecoder(in: folder, Self.passOn)
    let outcome = try prepare(folder, environment: environment)
    #expect(outcome.status == 0, "\(outcome.errors)")

    let report = try report(folder)
    let skipped = (report["clips"]?["skipped"]?.elements ?? []).compactMap { $0["id"]?.text }
    let planned = (description["skipped"]?.members ?? [:]).keys
    #expect(skipped.count >= 12 && Set(skipped) == Set(planned))
    #expect(report["clips"]?["skipped"]?.elements?.allSatisfy { $0["cause"]?.text?.isEmpty == false } == true)
    #expect(report["clips"]?["media_without_a_line"] == ["clips/odd-no-line.wav"])
    func lacks(_ modality: String, _ reason: String) -> [String] {
      (report["clips"]?["missing"]?[modality]?.elements ?? []).filter { $0["reason"]?.text == reason }
        .flatMap { ($0["ids"]?.elements ?? []).compactMap(\.text) }
    }
    #expect(lacks("audio", "silence") == ["odd-silence"])
    #expect(lacks("visual", "no face is found") == ["odd-no-face"])
    #expect(lacks("text", "no word times and no transcript") == ["odd-wordless"])
    #expect(report["clips"]?["counts"]?["words.spread_missing"] == 1)
    #expect(try samples(folder).count == 104)

    let audit = try Program.audit.run(
      "--shards", folder.file("out"), "--sources", folder.path, "--out", folder.file("audit"), "-q",
      environment: environment)
    #expect(audit.status == 0, "\(audit.output)\(audit.errors)")
  }

  @Test("rows for the words, from one folder or from files that the table names, with what made them")
  func textFeatures() throws {
    let folder = try TemporaryFolder()
    _ = try sample(in: folder, "--recordings", "6", "--clips", "2", "--no-trouble")
    #expect(try prepare(folder, to: "plain").status == 0)
    try Folder.make(folder.file("clips/text"))
    var rows: [String: [Float]] = [:]
    for (number, line) in try samples(folder, "plain").enumerated() {
      let (id, words) = (line["id"]?.text ?? "", line["words"]?.text ?? "")
      let own = words.split(separator: " ").indices.flatMap { [Float(number), Float($0 % 3), Float($0) / 4] }
      rows[id] = own
      _ = try folder.write("clips/text/\(id).npy", NpyFile.bytes(own, .float32, shape: [own.count / 3, 3]))
      #expect(line["sentence"]?.text?.isEmpty == false)
    }
    let flags = ["--dtype", "f32", "--extractor", "text=bert-base@1"]
    let outcome = try prepare(folder, flags + ["--text-features", folder.file("clips/text")], to: "folder")
    #expect(outcome.status == 0, "\(outcome.errors)")
    func check(_ name: String) throws {
      let prepared = try PreparedSamples(folder.file(name)).samples
      #expect(prepared.count == rows.count)
      for (id, sample) in prepared {
        let values = (sample.rows[.text] ?? []).flatMap(\.self)
        #expect(values.count == rows[id]?.count, "\(name) \(id)")
        #expect(zip(values, rows[id] ?? []).allSatisfy { abs($0 - $1) < 1e-4 }, "\(name) \(id)")
      }
      let audit = try Program.audit.run(
        "--shards", folder.file(name), "--sources", folder.path, "--out", folder.file("audit-" + name), "-q", "--json")
      let report = try JSONValue(parsing: audit.output)
      #expect(report["extractors"] == [["text": "bert-base@1"]])
      let checks = (report["checks"]?.elements ?? []).filter {
        ["reproducible", "held-out-influence", "scaler-train-only"].contains($0["id"]?.text)
      }
      #expect(checks.count == 3)
      for check in checks {
        #expect(check["verdict"] == "pass", "\(name): \(check.canonicalText)")
      }
    }
    try check("folder")
    let table = String(
      decoding: try InputFile.contents(of: folder.file("clips/metadata.csv"), limit: 1 << 20), as: UTF8.self)
    let lines = table.split(separator: "\n").enumerated().map { number, line in
      let stem = line.prefix { $0 != "." }.split(separator: "/").last ?? ""
      return line + (number == 0 ? ",text_file" : ",text/\(stem).npy")
    }
    _ = try folder.write("clips/metadata.csv", lines.joined(separator: "\n") + "\n")
    let named = try prepare(folder, flags, to: "named")
    #expect(named.status == 0, "\(named.errors)")
    try check("named")
    let both = try prepare(folder, ["--text-features", folder.file("clips/text")], to: "both")
    #expect(both.status == 64 && both.message.contains("text_file"), "\(both.errors)")
  }

  @Test("the same bytes for any number of threads, and a second run is up to date")
  func threads() throws {
    let folder = try TemporaryFolder()
    _ = try sample(in: folder, "--recordings", "6", "--clips", "2")
    #expect(try prepare(folder, ["--threads", "1"], to: "one").status == 0)
    #expect(try prepare(folder, ["--threads", "3"], to: "three").status == 0)
    for name in ["manifest.json", "samples.jsonl", "report.json", "scalers.safetensors"] {
      let bytes = try ["one/", "three/"].map { try InputFile.contents(of: folder.file($0 + name), limit: 1 << 24) }
      #expect(bytes[0] == bytes[1], "\(name)")
    }
    let again = try Program.prep.run(
      "recordings", "--root", folder.file("clips"), "--out", folder.file("one"), "--json", "-q")
    #expect(try JSONValue(parsing: again.output)["up_to_date"] == true)
  }

  @Test(
    "a video whose decoder fails, hangs or finds no sound is told",
    arguments: [
      ("echo 'moov atom not found' >&2; exit 1", "ffmpeg ends with status 1: moov atom not found", true),
      ("echo \"Stream map '0:a:0' matches no streams.\" >&2; exit 1", "no sound in the video", false),
      ("printf RIFF", "is not a WAV file", true),
    ])
  func decoder(script: String, expected: String, isSkipped: Bool) throws {
    let folder = try TemporaryFolder()
    _ = try sample(in: folder, "--recordings", "6", "--clips", "2", "--no-trouble")
    let table = String(
      decoding: try InputFile.contents(of: folder.file("clips/metadata.csv"), limit: 1 << 20), as: UTF8.self)
    try FileManager.default.moveItem(
      atPath: folder.file("clips/clips/talk01_01.wav"), toPath: folder.file("clips/clips/talk01_01.mp4"))
    _ = try folder.write("clips/metadata.csv", table.replacing("talk01_01.wav", with: "talk01_01.mp4"))
    let outcome = try prepare(folder, environment: fakeDecoder(in: folder, script))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let clips = try #require(report(folder)["clips"])
    let list = isSkipped ? clips["skipped"] : clips["missing"]?["audio"]
    #expect(list?.canonicalText.contains(expected) == true, "\(clips.canonicalText)")
    let missing = try prepare(folder, to: "none", environment: ["PATH": "/nowhere"])
    #expect(missing.status == 71)
    #expect(missing.message.contains("talk01_01.mp4") && missing.message.contains("apt-get install ffmpeg"))
    #expect(
      try prepare(folder, ["--modalities", "visual,text"], to: "mute", environment: ["PATH": "/nowhere"]).status == 0)
  }

  @Test("splits: none declared, one that divides a group, and shares where names are doubtful")
  func splits() throws {
    let folder = try TemporaryFolder()
    _ = try sample(in: folder, "--recordings", "6", "--clips", "2", "--no-trouble")
    let path = folder.file("clips/metadata.csv")
    let table = String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
    _ = try folder.write("clips/metadata.csv", table.replacing(",split,", with: ",part,"))
    let undeclared = try prepare(folder)
    #expect(undeclared.status == 64 && undeclared.message.contains("--ratios 0.7,0.15,0.15"))
    #expect(try prepare(folder, ["--ratios", "0.6,0.2,0.2"], to: "shares").status == 0)
    var lines = table.split(separator: "\n").map(String.init)
    lines[1] = lines[1].replacing(",train,", with: ",test,")
    _ = try folder.write("clips/metadata.csv", lines.joined(separator: "\n") + "\n")
    let divided = try prepare(folder)
    #expect(
      divided.status == 1 && divided.message.contains("talk01") && divided.message.contains("--allow-leaks id-overlap"))
    #expect(try prepare(folder, ["--allow-leaks", "id-overlap"], to: "leaky").status == 0)
  }

  @Test("a recording with several clips: words and rows are cut at the clips' times")
  func stretches() throws {
    let folder = try TemporaryFolder()
    _ = try sample(in: folder, "--recordings", "6", "--clips", "1", "--no-trouble")
    let path = folder.file("clips/metadata.csv")
    let table = String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
    var lines = table.split(separator: "\n").map(String.init)
    lines[1] = lines[1].replacing(".wav,,,", with: ".wav,0,0.45,")
    lines.insert(lines[1].replacing(".wav,0,0.45,", with: ".wav,0.45,,"), at: 2)
    _ = try folder.write("clips/metadata.csv", lines.joined(separator: "\n") + "\n")
    let outcome = try prepare(folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let own = try samples(folder).filter { $0["group"]?.text == "talk01" }
    #expect(own.compactMap { $0["id"]?.text }.sorted() == ["talk01_01[0]", "talk01_01[1]"])
    let second = try #require(own.first { $0["id"]?.text == "talk01_01[1]" })
    #expect(second["interval"]?.elements?.first?.doubleValue == 0.45)
    let words = own.map { $0["words"]?.text ?? "" }.joined(separator: " ").split(separator: " ").count
    let whole = try JSONValue(contentsOf: folder.file("clips/clips/talk01_01.json"))
    #expect(words == whole["segments"]?.elements?[0]["words"]?.elements?.count)
  }

  /// MELD's folder with a few of the sample's clips: episodes 1 to 6, of which the last is in train and in test.
  private func writeMELD(in folder: borrowing TemporaryFolder) throws {
    _ = try sample(in: folder, "--recordings", "6", "--clips", "2", "--no-trouble")
    let parts = [("train", "train_splits"), ("dev", "dev_splits_complete"), ("test", "output_repeated_splits_test")]
    var tables = Dictionary(
      uniqueKeysWithValues: parts.map {
        ($0.0, "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\n")
      })
    for (_, clips) in parts { try Folder.make(folder.file("clips/" + clips)) }
    for talk in 1...6 {
      for clip in 1...2 {
        let (part, clips) = parts[talk < 5 ? 0 : talk == 5 ? 1 : clip == 1 ? 0 : 2]
        let name = "dia\(talk)_utt\(clip)"
        try FileManager.default.moveItem(
          atPath: folder.file("clips/clips/talk0\(talk)_0\(clip).wav"),
          toPath: folder.file("clips/\(clips)/\(name).mp4"))
        let mood = ["joy,positive", "anger,negative", "neutral,neutral"][(talk + clip) % 3]
        tables[part]? += "1,It\u{2019}s said,Ross,\(mood),\(talk),\(clip),1,\(talk),,\n"
      }
    }
    for (part, text) in tables { _ = try folder.write("clips/\(part)_sent_emo.csv", text) }
  }

  @Test("MELD's own split is refused with both ways on, and each of them works")
  func meld() throws {
    let folder = try TemporaryFolder()
    try writeMELD(in: folder)
    let environment = try fakeDecoder(in: folder, Self.passOn)
    func run(_ arguments: String..., to name: String) throws -> Program.Outcome {
      try Program.prep.run(
        ["meld", "--root", folder.file("clips"), "--out", folder.file(name), "--modalities", "audio,text", "-q"]
          + arguments, environment: environment)
    }
    let refused = try run(to: "refused")
    #expect(refused.status == 1)
    #expect(refused.message.contains("season 1 episode 6"))
    #expect(refused.message.contains("--allow-leaks id-overlap") && refused.message.contains("--split group"))
    #expect(try run("--allow-leaks", "id-overlap", to: "official").status == 0)
    let counts = Dictionary(grouping: try samples(folder, "official"), by: { $0["split"]?.text ?? "" })
    #expect(counts.mapValues(\.count) == ["train": 9, "valid": 2, "test": 1])
    let divided = try run("--split", "group", "--seed", "7", to: "divided")
    #expect(divided.status == 0, "\(divided.errors)")
    let groups = Dictionary(grouping: try samples(folder, "divided"), by: { $0["group"]?.text ?? "" })
    #expect(groups.count == 6 && groups.values.allSatisfy { Set($0.map { $0["split"] }).count == 1 })
    #expect(try report(folder, "divided")["warnings"]?.canonicalText.contains("published are train 9,989") == true)
  }
}
