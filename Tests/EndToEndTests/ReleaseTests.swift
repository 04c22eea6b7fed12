import Files
import Samples
import Testing
import TestSupport
import Text

@Suite("From an IEMOCAP release to shards")
struct ReleaseTests {
  private func prepare(_ folder: borrowing TemporaryFolder, _ name: String, _ arguments: [String]) throws -> String {
    let out = folder.file(name)
    let outcome = try Program.prep.run(["iemocap", "--out", out, "-q"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return out
  }

  /// The digests of a prepared folder, without the files that name the input.
  private func data(_ folder: String) throws -> [String: String] {
    try digests(folder).filter { !["manifest.json", "report.json", "report.html"].contains($0.key) }
  }

  @Test("a folder, its tar, tar.gz and zip give the same shards, samples, splits, scalers and fingerprint")
  func forms() throws {
    let folder = try TemporaryFolder()
    var all: [String: [String: String]] = [:]
    var prints: Set<String> = []
    for (index, form) in SampleRelease.Form.allCases.enumerated() {
      let out = try prepare(
        folder, form.rawValue, ["--root", SampleRelease.path(form), "--threads", index % 2 == 0 ? "1" : "2"])
      all[form.rawValue] = try data(out)
      let manifest = try JSONValue(contentsOf: out + "/manifest.json")
      prints.insert(manifest["sources"]?.elements?.first?["fingerprint"]?.text ?? "")
    }
    #expect(Set(all.values).count == 1)
    #expect(prints.count == 1 && prints.first?.utf8.count == 32)
  }

  @Test("one thread and two give the same bytes", arguments: ["word", "utterance", "frame"])
  func threads(granularity: String) throws {
    let folder = try TemporaryFolder()
    let shared = ["--root", try SampleRelease.path(), "--granularity", granularity, "--labels", "emotion4"]
    let one = try prepare(folder, "one", shared + ["--threads", "1"])
    let two = try prepare(folder, "two", shared + ["--threads", "2", "--memory", "32M"])
    #expect(try digests(one) == digests(two))
  }

  static let policies =
    (1...5).map { "session:\($0)" } + (1...5).map { "loso:\($0)" }
    + (1...5).flatMap { ["speaker:Ses0\($0)_F", "speaker:Ses0\($0)_M"] }

  @Test("no --split puts a speaker or dialog into two splits, and test is who was named", arguments: policies)
  func apart(split: String) throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    let out = try prepare(folder, "out", ["--root", root, "--split", split, "--modalities", "text"])
    var splits: [String: Set<String>] = [:]
    var tested: Set<String> = []
    for line in try lines(out) {
      for key in ["speaker", "dialog", "group", "session"] {
        splits[line[key]?.text ?? "", default: []].insert(line["split"]?.text ?? "")
      }
      if line["split"]?.text == "test" { tested.insert(line["speaker"]?.text ?? "") }
    }
    #expect(splits.values.allSatisfy { $0.count == 1 })
    let named = split.split(separator: ":")[1]
    #expect(tested == (named.count == 1 ? ["Ses0\(named)_F", "Ses0\(named)_M"] : [String(named)]))
    #expect(try Program.prep.run("verify", out, "-q").status == 0)
  }

  private func lines(_ out: String) throws -> [JSONValue] {
    let text = String(decoding: try InputFile.contents(of: out + "/samples.jsonl", limit: 1 << 24), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test("loso:N equals session:N, byte for byte")
  func synonyms() throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    let first = try prepare(folder, "a", ["--root", root, "--split", "session:2"])
    let second = try prepare(folder, "b", ["--root", root, "--split", "loso:2"])
    #expect(try digests(first) == digests(second))
  }

  @Test("folds that separate a speaker's turns are refused")
  func folds() throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    let file = try folder.write(
      "folds.json",
      Array(#"{"train": ["Ses01", "Ses02_F"], "valid": ["Ses03"], "test": ["Ses02_M"]}"#.utf8))
    let outcome = try Program.prep.run(
      "iemocap", "--root", root, "--out", folder.file("out"), "--folds", file, "-q")
    #expect(outcome.status == 65)
    #expect(
      outcome.message.replacing(folder.path, with: "DIR")
        == "msa-prep: error: DIR/folds.json: Ses02F_impro01: the dialog is in train (Ses02F_impro01_F000) and in test (Ses02F_impro01_M000), expected each dialog in one split. A model would know the dialog it is tested on."
    )
  }

  @Test("a second run is up to date; another configuration is refused; --overwrite replaces the folder")
  func again() throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    let out = try prepare(folder, "out", ["--root", root])
    let before = try digests(out)
    let second = try Program.prep.run("iemocap", "--root", root + "/", "--out", out, "-q")
    #expect(second.output.contains("\(out) is up to date"))
    #expect(try digests(out) == before)
    let other = try Program.prep.run("iemocap", "--root", root, "--out", out, "-q", "--labels", "vad")
    #expect(other.status == 73)
    #expect(try digests(out) == before)
    _ = try prepare(folder, "out", ["--root", root, "--labels", "vad", "--overwrite"])
    #expect(try Program.prep.run("verify", out, "-q").status == 0)
    #expect(try Folder.names(in: out).contains(".staging") == false)
  }

  @Test("--overwrite keeps the finished folder until the new input has proved usable")
  func overwriteBadInput() throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    let out = try prepare(folder, "out", ["--root", root])
    let before = try digests(out)
    var bad = TinyRelease()
    bad.files["Session2/dialog/EmoEvaluation/Ses02F_impro01.txt"] = nil
    let badRoot = try bad.write(to: folder.file("bad"))
    let outcome = try Program.prep.run("iemocap", "--root", badRoot, "--out", out, "-q", "--overwrite")
    #expect(outcome.status == 65)
    let after = try digests(out)
    #expect(before.allSatisfy { after[$0.key] == $0.value })
  }

  @Test("a dry run writes nothing and counts the turns")
  func dryRun() throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    let outcome = try Program.prep.run(
      "iemocap", "--root", root, "--out", folder.file("out"), "--dry-run", "--json", "-q")
    #expect(outcome.status == 0)
    let plan = try JSONValue(parsing: outcome.output)
    #expect(plan["splits"]?["train"]?["segments"]?.intValue == 6)
    #expect((plan["splits"]?["train"]?["input_bytes"]?.intValue ?? 0) > 6 * 50 * 74 * 4)
    #expect(!Folder.exists(folder.file("out")))
  }

  @Test("a file that is truncated, or not an archive, is refused", arguments: [SampleRelease.Form.tar, .tarGzip, .zip])
  func truncated(form: SampleRelease.Form) throws {
    let folder = try TemporaryFolder()
    let bytes = try InputFile.contents(of: SampleRelease.path(form), limit: 1 << 28)
    let path = try folder.write("cut", Array(bytes[..<(bytes.count / 2)]))
    let outcome = try Program.prep.run("iemocap", "--root", path, "--out", folder.file("out"), "-q")
    #expect(outcome.status == 65)
    #expect(outcome.message.hasPrefix("msa-prep: error: \(path): "))
    #expect(outcome.message.split(separator: "\n").count == 1)
    #expect(try leftovers(in: folder.file("out")).isEmpty)
  }

  @Test("the report counts what was planted in the synthetic release")
  func counts() throws {
    let folder = try TemporaryFolder()
    let root = try SampleRelease.path()
    let out = try prepare(folder, "out", ["--root", root, "--glove", SampleRelease.wordVectors()])
    let known = try JSONValue(contentsOf: root + "/sample.json")
    let report = try JSONValue(contentsOf: out + "/report.json")["release"]
    #expect(report?["categories"] == known["labels"])
    #expect(report?["overlapping_turns"] == known["overlapping turns"])
    let sessions = try #require(report?["sessions"]?.members)
    #expect(sessions.sorted { $0.key < $1.key }.map { $0.value["turns"] } == known["turns"]?.elements)
    #expect(
      sessions.values.reduce(0) { $0 + ($1["marker_turns"]?.intValue ?? 0) } == known["on-marker turns"]?.intValue)
    #expect(report?["off_scale"]?.intValue == known["trouble"]?["a rating off the scale"]?.elements?.count)
    #expect(
      report?["counts"]?["words.spread_missing"]?.intValue == known["trouble"]?["no alignment"]?.elements?.count)
    // A partner's face under the speaker's name gives nobody visual features.
    let total = sessions.values.reduce(0) { $0 + ($1["turns"]?.intValue ?? 0) }
    #expect(
      report?["missing"]?["visual"]?.elements?.first?["count"]?.intValue
        == total - (known["on-marker turns"]?.intValue ?? 0))
  }

  @Test(
    "inspect describes a release, packed or not", arguments: [SampleRelease.Form.folder, .tarGzip, .tar, .zip])
  func inspect(form: SampleRelease.Form) throws {
    let outcome = try Program.prep.run("inspect", SampleRelease.path(form), "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try JSONValue(parsing: outcome.output)
    let known = try JSONValue(contentsOf: SampleRelease.path() + "/sample.json")
    #expect(found["kind"]?.text == "iemocap release")
    #expect(found["categories"] == known["labels"])
    #expect(found["sessions"]?.members?.count == 5)
  }
}
