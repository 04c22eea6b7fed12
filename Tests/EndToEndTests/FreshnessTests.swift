import Files
import Foundation
import Testing
import TestSupport

@Suite("Whether a finished folder is up to date: by contents, not by names, sizes and times")
struct FreshnessTests {
  /// A corpus and a folder prepared from it.
  private final class Bench {
    let folder: TemporaryFolder
    let out: String
    let arguments: [String]

    init(_ kind: String) throws {
      folder = try TemporaryFolder()
      out = folder.file("out")
      let root = folder.file("corpus")
      switch kind {
      case "words":
        var corpus = TinyCorpus()
        corpus.useWords()
        try corpus.write(to: root)
        try AtomicFile.write(TinyCorpus.glove, to: root + "/glove.txt")
        arguments = [
          "mosei", "--root", root, "--folds", root + "/folds.json", "--glove", root + "/glove.txt", "--labels",
          root + "/labels/CMU_MOSEI_Labels.csd", "--text", root + "/languages/words.csd",
        ]
      case "release":
        try TinyRelease().write(to: root)
        arguments = ["iemocap", "--root", root]
      default:
        try TinyCorpus().write(to: root)
        arguments = ["mosei", "--root", root, "--folds", root + "/folds.json"]
      }
      #expect(try prepare().status == 0)
    }

    func prepare(_ more: String...) throws -> Program.Outcome {
      try Program.prep.run(arguments + ["--out", out, "-v"] + more)
    }

    /// Replaces some bytes in a file, keeping its size and modification time.
    func change(_ file: String, _ old: [UInt8], to new: [UInt8]) throws {
      let path = folder.file(file)
      var bytes = try InputFile.contents(of: path, limit: 1 << 24)
      let before = try InputFile(path: path)
      let place = try #require(bytes.indices.first { bytes[$0...].starts(with: old) })
      bytes.replaceSubrange(place..<place + old.count, with: new)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.write(contentsOf: bytes)
      try handle.close()
      try setTime(path, before.modified)
      let after = try InputFile(path: path)
      #expect(after.byteCount == before.byteCount && after.modified == before.modified)
    }

    /// Sets a file's modification time, in nanoseconds since 1970.
    func setTime(_ path: String, _ time: Int) throws {
      let time = timespec(tv_sec: time / 1_000_000_000, tv_nsec: time % 1_000_000_000)
      try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
    }

    /// Whether a run reads the whole input to find that nothing has changed.
    func comparesContents() throws -> Bool {
      let again = try prepare()
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.output.contains("is up to date"))
      return again.errors.contains("Compare") || again.errors.contains("Read")
    }
  }

  /// The bytes of a float32.
  private static func bytes(_ value: Float) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

  @Test(
    "changed contents of the same size and time are new input: 73, and --overwrite prepares them",
    arguments: [
      ("sequences", "corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd", bytes(-2.5), bytes(-2.25)),
      ("sequences", "corpus/acoustics/CMU_MOSEI_COVAREP.csd", bytes(1.25), bytes(1.5)),
      ("sequences", "corpus/labels/CMU_MOSEI_Labels.csd", bytes(-2.5), bytes(-2)),
      ("words", "corpus/languages/words.csd", Array("good".utf8), Array("film".utf8)),
      ("words", "corpus/glove.txt", Array("film 1 ".utf8), Array("film 2 ".utf8)),
      (
        "release", "corpus/Session2/dialog/EmoEvaluation/Ses02F_impro01.txt", Array("2.5000".utf8),
        Array("2.6000".utf8)
      ),
      (
        "release", "corpus/Session3/sentences/MOCAP_head/Ses03F_impro01/Ses03F_impro01_F000.txt", Array("1.5".utf8),
        Array("2.5".utf8)
      ),
    ])
  func changed(kind: String, file: String, old: [UInt8], new: [UInt8]) throws {
    let bench = try Bench(kind)
    try bench.change(file, old, to: new)
    let refused = try bench.prepare()
    #expect(refused.status == 73, "\(refused.errors)")
    #expect(refused.message.contains("holds a finished run of other or changed input files"))
    #expect(try bench.prepare("--overwrite").status == 0)
    #expect(try bench.prepare().output.contains("is up to date"))
  }

  @Test("changed times with the same contents are up to date", arguments: ["sequences", "words", "release"])
  func touched(kind: String) throws {
    let bench = try Bench(kind)
    for file in try files(in: bench.folder.file("corpus")) {
      try bench.setTime(bench.folder.file("corpus/" + file), 1_000_000_000_000_000_000)
    }
    #expect(try bench.comparesContents())
  }

  @Test("a copied folder or archive is up to date")
  func copied() throws {
    let bench = try Bench("sequences")
    let (old, moved) = (bench.folder.file("corpus"), bench.folder.file("moved/corpus"))
    try Folder.make(bench.folder.file("moved"))
    try FileManager.default.copyItem(atPath: old, toPath: moved)
    let again = try Program.prep.run(
      bench.arguments.map { $0.replacing(old, with: moved) } + ["--out", bench.out, "-q"])
    #expect(again.status == 0 && again.output.contains("is up to date"), "\(again.errors)")
  }

  @Test("recorded times spare the reading; if they are missing, damaged or too recent, contents are read")
  func noted() throws {
    let bench = try Bench("sequences")
    let state = bench.out + "/" + stateFile
    let manifest = try digests(bench.out)["manifest.json"]
    // The corpus is as recent as the record: it may have changed within the same tick of the clock.
    #expect(try bench.comparesContents())
    let later = try InputFile(path: state).modified + 10_000_000_000
    try bench.setTime(state, later)
    #expect(try !bench.comparesContents())
    try AtomicFile.write("{\"format\":", to: state)
    try bench.setTime(state, later)
    #expect(try bench.comparesContents())
    try bench.setTime(state, later)
    #expect(try !bench.comparesContents())
    try Folder.remove(state)
    #expect(try bench.comparesContents())
    #expect(try digests(bench.out)["manifest.json"] == manifest)
    #expect(try Program.prep.run("verify", bench.out).status == 0)
  }

  @Test(
    "a finished folder of a version that gives other bytes is left alone, with 73 and both versions",
    arguments: ["", "\"arithmetic\": 7,"])
  func otherVersion(entry: String) throws {
    let bench = try Bench("sequences")
    let manifest = bench.out + "/manifest.json"
    let text = String(decoding: try InputFile.contents(of: manifest, limit: 1 << 20), as: UTF8.self)
    let own = "\"arithmetic\": 1,"
    #expect(text.contains(own))
    try AtomicFile.write(text.replacing(own, with: entry), to: manifest)
    let refused = try bench.prepare()
    #expect(refused.status == 73, "\(refused.errors)")
    let found = entry.isEmpty ? 0 : 7
    #expect(
      refused.message.replacing(bench.folder.path, with: "DIR").hasSuffix(
        "msa-prep: error: DIR/out: holds a finished run of version 0.1.0 (arithmetic \(found)), which writes different bytes, "
          + "expected one of this version, 0.1.0 (arithmetic 1). Choose another --out, or add --overwrite to make it again."
      ),
      "\(refused.errors)")
    #expect(try bench.prepare("--overwrite").status == 0)
    #expect(try bench.prepare().output.contains("is up to date"))
  }

  @Test("unfinished work of another version is restarted, with a message")
  func otherStaging() throws {
    let bench = try Bench("sequences")
    let before = try digests(bench.out)
    try Folder.remove(bench.out + "/manifest.json")
    try Folder.make(bench.out + "/.staging")
    try AtomicFile.write(String(repeating: "0", count: 64), to: bench.out + "/.staging/plan.sha256")
    let again = try bench.prepare()
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("/.staging: the unfinished work there is from another version, and this is version "))
    #expect(try digests(bench.out) == before)
  }
}
