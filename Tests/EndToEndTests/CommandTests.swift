import Files
import Testing
import TestSupport
import Text

@Suite("verify, inspect and export on a prepared folder")
struct CommandTests {
  private func prepare(_ folder: borrowing TemporaryFolder) throws -> String {
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let out = folder.file("out")
    let outcome = try Program.prep.run("mosei", "--root", root, "--folds", root + "/folds.json", "--out", out, "-q")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return out
  }

  @Test("verify finds one flipped byte in any file of the folder and exits with 1")
  func flippedByte() throws {
    let folder = try TemporaryFolder()
    let out = try prepare(folder)
    for file in try files(in: out) where !file.hasPrefix("report.") && !["croissant.json", stateFile].contains(file) {
      let whole = try InputFile.contents(of: out + "/" + file, limit: 1 << 24)
      var bytes = whole
      bytes[bytes.count / 2] ^= 1
      _ = try folder.write("out/" + file, bytes)
      let outcome = try Program.prep.run("verify", out)
      // A manifest that is no longer JSON is bad data.
      #expect(outcome.status == 1 || file == "manifest.json" && outcome.status == 65, "\(file): \(outcome.output)")
      #expect((outcome.output + outcome.errors).contains(file), "\(outcome.output)\(outcome.errors)")
      _ = try folder.write("out/" + file, whole)
    }
    #expect(try Program.prep.run("verify", out).status == 0)
  }

  @Test("verify finds missing and truncated shards")
  func missingShard() throws {
    let folder = try TemporaryFolder()
    let out = try prepare(folder)
    let name = "shards/valid-00000.safetensors"
    let whole = try InputFile.contents(of: out + "/" + name, limit: 1 << 24)
    _ = try folder.write("out/" + name, Array(whole.dropLast()))
    let cut = try Program.prep.run("verify", out)
    #expect(cut.status == 1)
    #expect(cut.output.contains(name))
    try Folder.remove(out + "/" + name)
    let gone = try Program.prep.run("verify", out)
    #expect(gone.status == 1)
    #expect(gone.output.contains(name))
  }

  @Test(
    "a folder that is missing or not prepared ends with 66 for every command that reads one",
    arguments: [
      "verify DIR/corpus", "verify DIR/none", "inspect DIR/none", "inspect DIR/corpus",
      "mask DIR/corpus --rate 0.5", "export DIR/corpus --to npz --out DIR/npz",
      "export DIR/none --to webdataset --out DIR/tar",
    ])
  func notPrepared(line: String) throws {
    let folder = try TemporaryFolder()
    try TinyCorpus().write(to: folder.file("corpus"))
    let outcome = try Program.prep.run(
      line.split(separator: " ").map { String($0).replacing("DIR", with: folder.path) })
    #expect(outcome.status == 66, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.message.contains(folder.path))
    #expect(!Folder.exists(folder.file("npz")) && !Folder.exists(folder.file("tar")))
  }

  @Test("inspect says what a .csd file holds")
  func inspectCSD() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let outcome = try Program.prep.run("inspect", root + "/acoustics/CMU_MOSEI_COVAREP.csd", "--json")
    #expect(outcome.status == 0)
    let found = try JSONValue(parsing: outcome.output)
    #expect(found["root_name"] == "COVAREP")
    #expect(found["entries"]?.intValue == 6)
    #expect(found["width"]?.intValue == 3)
    #expect(found["rows"]?.intValue == 120)
  }

  @Test("inspect says what a shard and a folder hold")
  func inspectShards() throws {
    let folder = try TemporaryFolder()
    let out = try prepare(folder)
    let shard = try Program.prep.run("inspect", out + "/shards/test-00000.safetensors")
    #expect(shard.status == 0)
    #expect(shard.output.contains("f6[1]"), "\(shard.output)")
    let whole = try Program.prep.run("inspect", out)
    #expect(whole.status == 0)
    #expect(whole.output.contains("CMU-MOSEI"), "\(whole.output)")
  }

  @Test("inspect says what a pickle and an .npz file hold, whatever the layout, and runs nothing")
  func inspectArrays() throws {
    let pickle = try Program.prep.run("inspect", fixture("pickles/layouts/mmsa-aligned.pkl"), "--json")
    #expect(pickle.status == 0, "\(pickle.errors)")
    let found = try JSONValue(parsing: pickle.output)
    #expect(found["kind"] == "pickle")
    #expect(found["keys"]?["train"]?["text"]?.text?.hasPrefix("float32 [") == true, "\(pickle.output)")
    #expect(try Program.prep.run("inspect", fixture("pickles/layouts/unknown.pkl")).status == 0)
    let attack = try Program.prep.run("inspect", fixture("pickles/attacks/global-reduce.pkl"))
    #expect(attack.status == 65)
    #expect(attack.message.contains("posix.system"))
    let folder = try TemporaryFolder()
    var file = ArrayFile()
    file.add("train_text", [1, 2, 3, 4, 5, 6], shape: [1, 3, 2])
    file.add("names", ["a"], shape: [1])
    let archive = try Program.prep.run("inspect", try file.write(to: folder.file("arrays.npz")))
    #expect(archive.output.contains("train_text: <f4 [1, 3, 2]"), "\(archive.output)\(archive.errors)")
    #expect(archive.output.contains("names: <U1 [1]"))
  }

  @Test("mask writes masks that inspect shows, and refuses rates that are no share")
  func mask() throws {
    let folder = try TemporaryFolder()
    let out = try prepare(folder)
    let outcome = try Program.prep.run("mask", out, "--rate", "0.3", "--seed", "7", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try JSONValue(parsing: outcome.output)
    #expect(found["file"]?.text == out + "/masks/0.3-7.safetensors")
    #expect(try Program.prep.run("inspect", out + "/masks/0.3-7.safetensors").output.contains("sample_mask"))
    #expect(try Program.prep.run("verify", out).status == 0)
    for rate in ["0", "1", "-0.5", "nan", "30%"] {
      #expect(try Program.prep.run("mask", out, "--rate=\(rate)").status == 64, "\(rate)")
    }
  }

  @Test(
    "export writes both formats, refuses to replace foreign files, and replaces its own with --overwrite",
    arguments: [("npz", "train.npz"), ("webdataset", "train-000000.tar")])
  func export(format: String, expected: String) throws {
    let folder = try TemporaryFolder()
    let out = try prepare(folder)
    let target = folder.file("exported")
    let first = try Program.prep.run("export", out, "--to", format, "--out", target, "-q")
    #expect(first.status == 0, "\(first.errors)")
    let names = try files(in: target)
    #expect(names.contains { $0.hasSuffix(expected) }, "\(names)")
    let before = try digests(target)
    #expect(try Program.prep.run("export", out, "--to", format, "--out", target, "-q").status == 73)
    #expect(try Program.prep.run("export", out, "--to", format, "--out", target, "-q", "--overwrite").status == 0)
    #expect(try digests(target) == before)
    let foreign = folder.file("foreign")
    try Folder.make(foreign)
    try AtomicFile.write("precious", to: foreign + "/notes.txt")
    // Other files in the folder are kept.
    #expect(try Program.prep.run("export", out, "--to", format, "--out", foreign, "-q").status == 73)
    #expect(try Program.prep.run("export", out, "--to", format, "--out", foreign, "-q", "--overwrite").status == 0)
    #expect(try files(in: foreign).contains("notes.txt"))
  }

  @Test("a damaged shard is not exported")
  func exportDamaged() throws {
    let folder = try TemporaryFolder()
    let out = try prepare(folder)
    let name = "/shards/train-00000.safetensors"
    let whole = try InputFile.contents(of: out + name, limit: 1 << 24)
    _ = try folder.write("out" + name, Array(whole.dropLast(10)))
    let outcome = try Program.prep.run("export", out, "--to", "npz", "--out", folder.file("npz"), "-q")
    #expect(outcome.status == 65 || outcome.status == 1, "\(outcome.status)")
    #expect(outcome.message.contains("train-00000.safetensors"))
    #expect(!Folder.exists(folder.file("npz/train.npz")))
  }

  private static let pipelines = (Folder.parent(of: Folder.parent(of: Folder.parent(of: #filePath)))) + "/pipelines"

  @Test("each committed pipeline runs on the sample corpus", arguments: ["mosei", "original"])
  func pipeline(name: String) throws {
    try run(name, "root=" + SampleCorpus.path())
  }

  @Test("MOSI's pipeline runs on its own sample corpus, whose text file holds words")
  func pipelineOfMOSI() throws {
    let folder = try TemporaryFolder()
    let corpus = folder.file("corpus")
    let made = try Program.prep.run("sample", "mosi", "--out", corpus, "--videos", "12", "--seconds", "6", "-q")
    #expect(made.status == 0, "\(made.errors)")
    try run("mosi", "root=" + corpus, "glove=" + corpus + "/word-vectors.txt")
  }

  @Test("the pipeline of arrays runs on an export of the sample corpus, and a file needs no flag")
  func pipelineOfArrays() throws {
    let folder = try TemporaryFolder()
    let prepared = try Program.prep.run(
      "mosei", "--root", try SampleCorpus.path(), "--out", folder.file("prepared"), "-q")
    #expect(prepared.status == 0, "\(prepared.errors)")
    let exported = try Program.prep.run(
      "export", folder.file("prepared"), "--to", "mmsa", "--name", "mosei", "--out", folder.file("pickled"), "-q")
    #expect(exported.status == 0, "\(exported.errors)")
    let file = folder.file("pickled/aligned_50.pkl")
    try run("arrays", "root=" + file)
    let plain = try Program.prep.run("arrays", file, "--out", folder.file("plain"), "--granularity", "word", "-q")
    #expect(plain.status == 0, "\(plain.errors)")
    let none = try Program.prep.run("arrays", "--out", folder.file("none"), "-q")
    #expect(none.status == 64)
    #expect(none.message.contains("no file is given"))
    let unnamed = try Program.prep.run(
      "export", folder.file("prepared"), "--to", "mult", "--out", folder.file("mult"), "-q")
    #expect(unnamed.status == 64)
    #expect(unnamed.message.contains("--to mult needs --name"))
  }

  @Test("the pipeline of recordings runs on the sample folder")
  func pipelineOfRecordings() throws {
    let folder = try TemporaryFolder()
    let made = try Program.prep.run(
      "sample", "recordings", "--out", folder.file("clips"), "--recordings", "6", "--clips", "2", "--seconds", "1", "-q"
    )
    #expect(made.status == 0, "\(made.errors)")
    try run("recordings", "root=" + folder.file("clips"))
  }

  @Test("a file whose own split divides a video ends with 1 and one line that names both ways on, which work")
  func dividedArrays() throws {
    let folder = try TemporaryFolder()
    let arrays = ["arrays", fixture("pickles/layouts/sims.pkl"), "--out", folder.file("out"), "-q"]
    let refused = try Program.prep.run(arrays)
    #expect(refused.status == 1)
    #expect(refused.errors.split(separator: "\n").count == 1)
    #expect(refused.message.contains("sims.pkl: video06x: is in several splits"), "\(refused.errors)")
    for way in [["--split", "group"], ["--allow-leaks", "id-overlap"]] {
      #expect(refused.message.contains(way.joined(separator: " ")), "\(refused.errors)")
      let outcome = try Program.prep.run(arrays + way + ["--overwrite"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try Program.prep.run("verify", folder.file("out")).status == 0)
    }
    // The leak that was let pass is in the folder for everyone to see.
    let audit = try Program.audit.run("--shards", folder.file("out"), "--out", folder.file("audit"), "-q")
    #expect(audit.status == 1)
    #expect(audit.output.contains("sealed with --allow-leaks id-overlap"), "\(audit.output)")
  }

  private func run(_ pipeline: String, _ settings: String...) throws {
    let folder = try TemporaryFolder()
    let out = folder.file("out")
    let outcome = try Program.prep.run(
      ["run", Self.pipelines + "/" + pipeline + ".yaml", "-q"]
        + (settings + ["out=" + out]).flatMap { ["--set", $0] })
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(try Program.prep.run("verify", out).status == 0)
  }

  @Test("a pipeline and the equivalent flags give the same bytes")
  func pipelineAndFlags() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let text = """
      corpus: mosei
      root: \(root)
      out: \(folder.file("one"))
      folds: \(root)/folds.json
      granularity: utterance
      clean: zero
      modalities: [text, audio]
      missing: keep

      """
    let file = try folder.write("p.yaml", Array(text.utf8))
    #expect(try Program.prep.run("run", file, "-q").status == 0)
    let outcome = try Program.prep.run(
      "mosei", "--root", root, "--out", folder.file("two"), "--folds", root + "/folds.json", "--granularity",
      "utterance",
      "--clean", "zero", "--modalities", "audio,text", "--missing", "keep", "-q")
    #expect(outcome.status == 0)
    #expect(try digests(folder.file("one")) == digests(folder.file("two")))
  }
}
