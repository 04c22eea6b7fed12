import Digests
import Files
import Foundation
import Samples
import Shards
import Testing
import TestSupport
import Text

/// msa-audit on small folders, run as a user runs it.
@Suite("msa-audit")
struct AuditTests {
  private static let outputs = ["audit.html", "audit.intoto.json", "audit.json", "leaks.csv"]

  @Test("a clean folder exits with 0, keeps its files and suggests the next command; verify agrees")
  func clean() throws {
    let folder = try TemporaryFolder()
    let corpus = try SampleCorpus.path()
    let prepared = folder.file("prepared")
    #expect(
      try Program.prep.run("mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--out", prepared).status == 0)
    let done = try Program.audit.run("--shards", prepared, "--sources", corpus, "--out", folder.file("audit"))
    #expect(!done.output.contains("FAIL  "), "\(done.output)")
    #expect(done.status == 0, "\(done.output)\(done.errors)")
    #expect(done.output.contains("pass       reproducible"))
    #expect(done.output.contains("No leak found in"))
    #expect(done.output.contains("Next: open "))
    #expect(try Folder.names(in: folder.file("audit")) == Self.outputs)
    let statement = folder.file("audit/audit.intoto.json")
    let verified = try Program.audit.run("verify", statement, "--shards", prepared)
    #expect(verified.status == 0)
    #expect(verified.output.contains("SHA-256 digests agree"))
  }

  @Test("a leak exits with 1 and says what to do; --json prints audit.json and nothing else")
  func leak() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let samples = prepared + "/samples.jsonl"
    let text = try String(contentsOfFile: samples, encoding: .utf8)
    try AtomicFile.write(text.replacing("\"speaker\":null", with: "\"speaker\":\"Ann\""), to: samples)
    let out = folder.file("audit")
    let done = try Program.audit.run("--shards", prepared, "--out", out)
    #expect(done.status == 1)
    #expect(done.output.contains("FAIL       id-overlap"))
    #expect(done.output.contains("1 speaker in more than one split: "))
    #expect(done.output.contains("→ Divide by the largest thing that samples share"))
    let json = try Program.audit.run("--shards", prepared, "--out", out, "--json", "--threads", "1")
    #expect(json.status == 1)
    #expect(try JSONValue(parsing: json.output) == JSONValue(contentsOf: out + "/audit.json"))
    #expect(try JSONValue(parsing: json.output)["verdict"]?.text == "fail")
  }

  @Test(
    "a file that no audit wrote is left alone, with 73; an earlier audit and a run folder are accepted",
    arguments: [
      ("audit.json", #"{"format": "mine"}"#), ("audit.json", "no JSON"), ("audit.html", "<p>mine</p>"),
      ("audit.intoto.json", "{}"),
    ])
  func strangers(name: String, text: String) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let out = folder.file("run")
    try Folder.make(out)
    let results = try folder.write("run/results.json", "{}")
    func audit(into out: String) throws -> Program.Outcome {
      try Program.audit.run("--shards", prepared, "--out", out, "-q")
    }
    for _ in 0..<2 { #expect(try audit(into: out).status <= 1) }
    #expect(try InputFile.contents(of: results, limit: 99) == Array("{}".utf8))
    try Folder.make(folder.file("mine"))
    let file = try folder.write("mine/" + name, text)
    let refused = try audit(into: folder.file("mine"))
    #expect(refused.status == 73)
    #expect(
      refused.message
        == "msa-audit: error: \(file): does not belong to an audit by this program, expected an earlier audit, "
        + "or nothing yet. Move it away, or choose another --out.")
    #expect(try Folder.names(in: folder.file("mine")) == [name])
    #expect(try InputFile.contents(of: file, limit: 99) == Array(text.utf8))
    let into = try audit(into: prepared)
    #expect(into.status == 73 && into.message.contains("is a prepared folder"), "\(into.errors)")
    #expect(!Folder.exists(prepared + "/audit.json"))
  }

  @Test("verify exits with 1 and names the changed file")
  func changed() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let out = folder.file("audit")
    _ = try Program.audit.run("--shards", prepared, "--out", out)
    var splits = try String(contentsOfFile: prepared + "/splits.json", encoding: .utf8)
    splits += "\n"
    try AtomicFile.write(splits, to: prepared + "/splits.json")
    let done = try Program.audit.run("verify", out + "/audit.intoto.json", "--shards", prepared)
    #expect(done.status == 1)
    #expect(done.output.contains("splits.json: SHA-256 "))
  }

  @Test("foreign files are audited: sequences with folds, and arrays per split")
  func foreign() throws {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    let files = [
      corpus + "/visuals/CMU_MOSEI_VisualOpenFace2.csd", corpus + "/acoustics/CMU_MOSEI_COVAREP.csd",
      corpus + "/labels/CMU_MOSEI_Labels.csd",
    ]
    let sequences = try Program.audit.run(
      ["--csd"] + files + ["--folds", corpus + "/folds.json", "--out", folder.file("one")])
    #expect(
      sequences.output.contains("sequences, one row per frame: 12 samples (train 8, valid 2, test 2)"),
      "\(sequences.errors)")
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    #expect(try Program.prep.run("export", prepared, "--to", "npz", "--out", folder.file("npz")).status == 0)
    let npz = Split.allCases.map { folder.file("npz/" + $0.rawValue + ".npz") }
    for name in ["--npz", "--arrays"] {
      let arrays = try Program.audit.run([name] + npz + ["--out", folder.file("two")])
      #expect(arrays.output.contains("arrays: 12 samples (train 6, valid 3, test 3)"), "\(arrays.errors)")
      #expect(arrays.output.contains("undecided  integrity"))
    }
  }

  @Test("a doubtful result exits with 0, and with 1 under --strict; missing input alone does not count")
  func strict() throws {
    let folder = try TemporaryFolder()
    // Two clips of each of a few videos, among names without a pattern: no rule holds for the whole list.
    func arrays(_ name: String, _ clips: [[String]]) throws -> String {
      var file = ArrayFile()
      for (number, split) in ["train", "valid", "test"].enumerated() {
        let ids = clips[number] + (0..<20).map { "talk\(split)q\(Character(UnicodeScalar(UInt8(97 + $0))))" }
        file.add(split + "/id", ids, shape: [ids.count])
        var state = UInt32(number + 1)
        let values = (0..<12 * ids.count).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223
          return Float(state >> 8)
        }
        file.add(split + "/audio", values, shape: [ids.count, 12])
      }
      return try file.write(to: folder.file(name))
    }
    let torn = try arrays("torn.npz", [["abc1xyz_1", "abd2xyz_1"], ["abc1xyz_2"], ["abd2xyz_2"]])
    let whole = try arrays("whole.npz", [["abc1xyz_1", "abc1xyz_2"], ["abd2xyz_1"], ["abe3xyz_1"]])
    for (path, line, status) in [
      (torn, "Not shown to be clean: id-overlap (a suspicion)", 1), (whole, "No leak found in", 0),
    ] {
      let arguments = ["--arrays", path, "--out", folder.file("audit"), "-q"]
      let lax = try Program.audit.run(arguments)
      #expect(lax.status == 0, "\(lax.output)\(lax.errors)")
      #expect(lax.output.contains(line), "\(lax.output)")
      #expect(try Program.audit.run(arguments + ["--strict"]).status == Int32(status))
    }
  }

  @Test("a run on other data is wrong usage, a fold list of other ids is bad data: one line each, and no verdict")
  func elsewhere() throws {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    let folds = try folder.write(
      "folds.json", Array(#"{"train": ["mosei/c3"], "valid": ["mosei/d4"], "test": ["mosei/e5"]}"#.utf8))
    let listed = try Program.audit.run(
      "--csd", corpus + "/visuals/CMU_MOSEI_VisualOpenFace2.csd", corpus + "/labels/CMU_MOSEI_Labels.csd", "--folds",
      folds,
      "--out", folder.file("audit"))
    #expect(listed.status == 65)
    #expect(
      listed.message.contains(
        "train: none of its 1 id has a segment in the sequences: the list has mosei/c3, the files have -a1"))
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    try Folder.make(folder.file("run"))
    try AtomicFile.write(
      #"{"format": "msa-run/1", "manifest_sha256": ["00"]}"#, to: folder.file("run/results.json"))
    let run = try Program.audit.run(
      "--shards", prepared, "--run", folder.file("run"), "--out", folder.file("audit"))
    #expect(run.status == 64, "\(run.output)\(run.errors)")
    #expect(run.message.contains("run: the run was trained on data other than"))
  }

  /// A wrong command line or input, its exit status and its error line.
  static let mistakes: [(line: String, status: Int32, message: String)] = [
    (
      "", 64,
      "nothing to audit is given, expected --shards <dir>, --csd <file> --folds <file>, --arrays <file> or --splits <file>"
    ),
    ("--shards DIR/example --npz x.npz", 64, "--shards and --arrays exclude each other. Give one of them."),
    ("--csd x.csd", 64, "--folds <file> is missing"),
    ("--shards DIR/example --folds f.json", 64, "--folds goes with --csd"),
    ("--shards DIR/example --threads 0", 64, "--threads is 0, expected 1 or more"),
    ("--shardz DIR/example", 64, "unknown option --shardz; did you mean --shards?"),
    ("--shards DIR/nothing", 66, "DIR/nothing: does not exist"),
    ("--shards DIR/example --run DIR/example", 66, "DIR/example: has no results.json"),
    ("--shards DIR/example --sources DIR/nothing", 66, "DIR/nothing: does not exist"),
    ("--npz DIR/nothing.npz", 66, "DIR/nothing.npz"),
    ("--npz DIR/example/manifest.json", 65, "DIR/example/manifest.json"),
    ("--csd DIR/example/manifest.json --folds DIR/example/splits.json", 65, "DIR/example/manifest.json"),
    ("verify DIR/example/manifest.json --shards DIR/example", 65, "DIR/example/manifest.json: _type"),
    ("verify DIR/nothing.json --shards DIR/example", 66, "DIR/nothing.json"),
  ]

  @Test("every mistake gets its exit status and one line", arguments: mistakes)
  func mistake(line: String, status: Int32, message: String) throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("example"))
    let out = line.hasPrefix("verify") ? [] : ["-q", "--out", folder.file("audit")]
    let arguments: [String] = line.split(separator: " ").map { String($0).replacing("DIR", with: folder.path) }
    let done = try Program.audit.run(arguments + out)
    #expect(done.status == status, "\(done.output)\(done.errors)")
    let found = done.message.replacing(folder.path, with: "DIR")
    #expect(found.hasPrefix("msa-audit: error: "))
    #expect(found.contains(message), "\(found)")
    #expect(!found.contains("\n"))
  }

  @Test("no byte depends on the threads or on where the data is stored")
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    for (number, place) in ["one", "two/deeper"].enumerated() {
      let prepared = try ExampleFolder(at: folder.file(place + "/prepared")).path
      _ = try Program.audit.run(
        "--shards", prepared, "--out", folder.file("audit-\(number)"), "--threads", "\(number + 1)")
    }
    for name in Self.outputs {
      #expect(
        try SHA256.hexDigest(ofFile: folder.file("audit-0/" + name)).digest
          == SHA256.hexDigest(ofFile: folder.file("audit-1/" + name)).digest, "\(name)")
    }
  }
}
