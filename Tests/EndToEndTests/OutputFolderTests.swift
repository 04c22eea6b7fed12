import Files
import Foundation
import HDF5
import Testing
import TestSupport

@Suite("The output folder: new, unfinished, finished or foreign")
struct OutputFolderTests {
  /// A tiny corpus, and runs on it.
  private final class Bench {
    let folder: TemporaryFolder
    let root: String
    let out: String

    init() throws {
      folder = try TemporaryFolder()
      root = try TinyCorpus().write(to: folder.file("corpus"))
      out = folder.file("out")
    }

    func run(_ arguments: String...) throws -> Program.Outcome {
      try Program.prep.run(["mosei", "--root", root, "--folds", root + "/folds.json", "--out", out, "-q"] + arguments)
    }

    /// The message with `DIR` for the folder.
    func message(_ outcome: Program.Outcome) -> String { outcome.message.replacing(folder.path, with: "DIR") }
  }

  @Test("a second run says that the folder is up to date and changes nothing")
  func upToDate() throws {
    let bench = try Bench()
    #expect(try bench.run().status == 0)
    let before = try digests(bench.out)
    let second = try bench.run()
    #expect(second.status == 0)
    #expect(
      second.output.contains("\(bench.out) is up to date: same input, same configuration, every checksum matches.\n"))
    #expect(try digests(bench.out) == before)
  }

  @Test(
    "a finished folder of another configuration is left alone, with 73; --overwrite replaces it",
    arguments: [
      ["--clean", "zero"], ["--dtype", "f32"], ["--limit", "6", "--missing", "keep"], ["--granularity", "video"],
    ])
  func otherConfiguration(arguments: [String]) throws {
    let bench = try Bench()
    #expect(try bench.run().status == 0)
    let before = try digests(bench.out)
    func again(_ more: [String] = []) throws -> Program.Outcome {
      try Program.prep.run(
        ["mosei", "--root", bench.root, "--folds", bench.root + "/folds.json", "--out", bench.out, "-q"] + arguments
          + more)
    }
    let refused = try again()
    #expect(refused.status == 73)
    #expect(
      bench.message(refused)
        == "msa-prep: error: DIR/out: holds a finished run of another configuration, expected a new folder, or one of this "
        + "configuration. Choose another --out, or add --overwrite to replace it.")
    #expect(try digests(bench.out) == before)
    #expect(try again(["--overwrite"]).status == 0)
    #expect(try digests(bench.out)["manifest.json"] != before["manifest.json"])
    #expect(try Program.prep.run("verify", bench.out).status == 0)
  }

  @Test("a finished folder whose input has changed is left alone, with 73")
  func changedInput() throws {
    let bench = try Bench()
    #expect(try bench.run().status == 0)
    var corpus = TinyCorpus()
    corpus.visual.change("c3") { $0.layout = .chunked(shape: [16, 5]) }
    try corpus.write(to: bench.root)
    let refused = try bench.run()
    #expect(refused.status == 73)
    #expect(
      bench.message(refused)
        == "msa-prep: error: DIR/out: holds a finished run of other or changed input files, expected a new folder, or one of "
        + "this configuration. Choose another --out, or add --overwrite to replace it.")
  }

  @Test("a folder that holds anything else is left alone, even with --overwrite", arguments: [[], ["--overwrite"]])
  func foreignFolder(flags: [String]) throws {
    let bench = try Bench()
    for name in ["notes.txt", "shards/mine.bin"] {
      try Folder.make(Folder.parent(of: bench.out + "/" + name))
      try AtomicFile.write("precious", to: bench.out + "/" + name)
    }
    let before = try digests(bench.out)
    let refused = try Program.prep.run(
      ["mosei", "--root", bench.root, "--folds", bench.root + "/folds.json", "--out", bench.out, "-q"] + flags)
    #expect(refused.status == 73)
    #expect(
      bench.message(refused)
        == "msa-prep: error: DIR/out: is not empty and holds no run of this program, expected a new or empty folder. "
        + "Choose another --out.")
    #expect(try digests(bench.out) == before)
  }

  @Test(
    "a folder with another program's manifest.json is left alone, even with --overwrite",
    arguments: [[], ["--overwrite"]],
    ["{\"name\": \"a web app\"}", "no JSON"])
  func foreignManifest(flags: [String], text: String) throws {
    let bench = try Bench()
    try Folder.make(bench.out)
    try AtomicFile.write(text, to: bench.out + "/manifest.json")
    let refused = try Program.prep.run(
      ["mosei", "--root", bench.root, "--folds", bench.root + "/folds.json", "--out", bench.out, "-q"] + flags)
    #expect(refused.status == 73)
    #expect(
      bench.message(refused)
        == "msa-prep: error: DIR/out: is not empty and holds no run of this program, expected a new or empty folder. "
        + "Choose another --out.")
    #expect(try files(in: bench.out) == ["manifest.json"])
  }

  @Test("a folder holding only a file whose name is not UTF-8 does not count as empty")
  func undecodableName() throws {
    let bench = try Bench()
    try Folder.make(bench.out)
    let path = try bench.folder.writeUndecodable(in: "out")
    defer { unlink(path) }
    let refused = try bench.run()
    #expect(refused.status == 73)
    #expect(bench.message(refused).hasPrefix("msa-prep: error: DIR/out: is not empty and holds no run of this program"))
  }

  @Test("a .csd file whose name is not UTF-8 is refused with 65, not silently ignored")
  func undecodableInput() throws {
    let bench = try Bench()
    let path = try bench.folder.writeUndecodable(in: "corpus/visuals", ending: ".csd")
    defer { unlink(path) }
    let refused = try bench.run()
    #expect(refused.status == 65)
    #expect(
      bench.message(refused)
        == "msa-prep: error: DIR/corpus/visuals: k\\xE9.csd: the name is not UTF-8, expected names in UTF-8. Rename the file."
    )
  }

  @Test("the suggested command works when pasted, whatever the folder is called", arguments: ["-o", "-a 'b"])
  func nextCommand(name: String) throws {
    let bench = try Bench()
    let done = try Program.prep.run(
      ["mosei", "--root", "corpus", "--folds", "corpus/folds.json", "--out=" + name], in: bench.folder.path)
    #expect(done.status == 0, "\(done.errors)")
    let next = try #require(done.output.split(separator: "\n").last.map { $0.dropFirst("Next: msa-prep ".count) })
    let verified = try Program.prep.run(
      [], under: ["/bin/sh", "-c", "exec \"$0\" \(next)"], in: bench.folder.path)
    #expect(verified.status == 0 && verified.output.contains("intact"), "\(next): \(verified.errors)")
  }

  @Test("an output that is a file is refused with 73")
  func outputIsFile() throws {
    let bench = try Bench()
    try AtomicFile.write("precious", to: bench.out)
    let refused = try bench.run()
    #expect(refused.status == 73)
    #expect(bench.message(refused).hasPrefix("msa-prep: error: DIR/out: File exists while making the folder"))
  }

  @Test("an unfinished folder of another configuration is left alone, with 73; --overwrite starts over")
  func otherUnfinished() throws {
    let bench = try Bench()
    let strace = "/usr/bin/strace"
    guard Folder.exists(strace) else { return }
    // Too little memory to keep blocks, and no room for the first shard.
    let cut = try Program.prep.run(
      ["mosei", "--root", bench.root, "--folds", bench.root + "/folds.json", "--out", bench.out, "-q"]
        + ["--memory", "4096", "--threads", "1"], environment: ["MSA_TEMPORARY_DIGITS": "0"],
      under: [
        strace, "-qq", "-o", "/dev/null", "-P",
        bench.out + "/shards/.train-00000.safetensors.0000000000000000.partial", "-e", "trace=write", "-e",
        "inject=write:error=ENOSPC:when=1",
      ])
    #expect(cut.status == 74, "\(cut.errors)")
    let refused = try bench.run("--clean", "zero")
    #expect(refused.status == 73)
    #expect(
      bench.message(refused)
        == "msa-prep: error: DIR/out/.staging: holds an unfinished run of another configuration, expected an unfinished run "
        + "of this one. Choose another --out, or add --overwrite to start over.")
    #expect(try bench.run("--clean", "zero", "--overwrite").status == 0)
    #expect(!Folder.exists(bench.out + "/.staging"))
  }

  @Test("a damaged finished folder is reported with 1 and rebuilt with --overwrite")
  func damagedFolder() throws {
    let bench = try Bench()
    #expect(try bench.run().status == 0)
    let before = try digests(bench.out)
    try AtomicFile.write("", to: bench.out + "/samples.jsonl")
    let refused = try bench.run()
    #expect(refused.status == 1)
    #expect(bench.message(refused).contains("DIR/out: is damaged: "))
    #expect(bench.message(refused).contains("Run again with --overwrite to make it again."))
    #expect(try bench.run("--overwrite").status == 0)
    #expect(try digests(bench.out) == before)
  }

  /// Command lines without their `--out`; `DIR/out` is a prepared folder.
  private static let intruders: [(program: Program, line: String)] = [
    (.prep, "mosei --root DIR/corpus --folds DIR/corpus/folds.json --overwrite"),
    (.prep, "export DIR/out --to npz --overwrite"), (.prep, "export DIR/out --to webdataset --overwrite"),
    (.prep, "sample mosei --videos 3 --seconds 4 --overwrite"),
    (.prep, "sample iemocap --dialogs 1 --turns 8 --seconds 1 --overwrite"),
    (.audit, "--shards DIR/out"), (.audit, "plant --kind flipped-byte --shards DIR/out"),
    (.train, "--shards DIR/out --epochs 1 --overwrite"), (.train, "--shards DIR/out --epochs 1 --seeds 2"),
  ]

  @Test(
    "no program writes among the shards of a prepared folder: 73, and the folder stays as it is",
    arguments: intruders)
  func sealed(program: Program, line: String) throws {
    let bench = try Bench()
    #expect(try bench.run().status == 0)
    let before = try digests(bench.out)
    let arguments = line.split(separator: " ").map { String($0).replacing("DIR", with: bench.folder.path) } + ["-q"]
    for name in ["out/shards", "out/shards/new", "out/shards/new/er"] {
      let refused = try program.run(arguments + ["--out", bench.folder.file(name)])
      #expect(refused.status == 73, "\(refused.errors)")
      #expect(refused.message.contains("lies among the shards of the prepared folder "), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    }
    #expect(try digests(bench.out) == before)
    #expect(try Program.prep.run("verify", bench.out).status == 0)
  }

  @Test("--overwrite gives the same bytes as a run into a new folder")
  func overwrite() throws {
    let bench = try Bench()
    #expect(try bench.run().status == 0)
    let before = try digests(bench.out)
    #expect(try bench.run("--overwrite").status == 0)
    #expect(try digests(bench.out) == before)
  }

  @Test(
    "output folders with one-character names, nested folders and relative paths are created",
    arguments: ["o", "o/p", "./o/", "a b/ü"])
  func awkwardNames(name: String) throws {
    let bench = try Bench()
    let outcome = try Program.prep.run(
      ["mosei", "--root", "corpus", "--folds", "corpus/folds.json", "--out", name, "-q"], in: bench.folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Program.prep.run(["verify", name], in: bench.folder.path).status == 0)
  }
}
