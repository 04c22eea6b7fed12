import Files
import Foundation
import Testing
import TestSupport

@Suite("Two runs into one folder")
struct TwoHandsTests {
  /// A tiny corpus, and a folder prepared from it.
  private final class Bench {
    let folder: TemporaryFolder
    let root: String
    let out: String

    init() throws {
      folder = try TemporaryFolder()
      root = try TinyCorpus().write(to: folder.file("corpus"))
      out = folder.file("out")
    }

    /// The command line of a preparation with one thread.
    func preparation(_ more: [String] = [], into out: String? = nil) -> [String] {
      ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", out ?? self.out, "--threads", "1", "-q"]
        + more
    }

    /// The digests of the folder that a lone run makes.
    func alone(_ more: [String] = []) throws -> [String: String] {
      let out = folder.file("alone-\(more.joined())")
      #expect(try Program.prep.run(preparation(more, into: out)).status == 0)
      return try digests(out)
    }
  }

  /// A command that writes a folder.
  struct Command: Sendable, CustomTestStringConvertible {
    let program: String
    /// `DIR` is the folder with `corpus`, `prepared` and `pipeline.yaml`.
    let arguments: [String]
    /// The path that is locked, below `DIR`.
    var target = "target"

    var testDescription: String { ([program] + arguments).joined(separator: " ") }

    init(_ line: String, target: String = "target") {
      let words = line.split(separator: " ").map(String.init)
      (program, arguments, self.target) = (words[0], Array(words.dropFirst()), target)
    }

    private var built: Program { program == "prep" ? .prep : program == "audit" ? .audit : .train }

    private func words(in folder: String) -> [String] { arguments.map { $0.replacing("DIR", with: folder) } + ["-q"] }

    func run(in folder: String) throws -> Program.Outcome { try built.run(words(in: folder)) }

    /// Starts the command and stops it when `path` appears; nil if it was over by then.
    func stopped(in folder: String, at path: String) throws -> Program.Running? {
      try built.stopped(words(in: folder), at: path)
    }
  }

  private static let commands = [
    Command("prep mosei --root DIR/corpus --folds DIR/corpus/folds.json --out DIR/target"),
    Command("prep mosei --root DIR/corpus --folds DIR/corpus/folds.json --out DIR/target/ --overwrite --dtype f32"),
    Command("prep run DIR/pipeline.yaml --set out=DIR/target"),
    Command("prep sample mosei --videos 3 --seconds 4 --out DIR/target", target: ""),
    Command("prep sample iemocap --dialogs 1 --turns 8 --seconds 1 --out DIR/target", target: ""),
    Command("prep export DIR/prepared --to npz --out DIR/target"),
    Command("prep export DIR/prepared --to webdataset --overwrite --out DIR/target"),
    Command("audit --shards DIR/prepared --out DIR/target"),
    Command("audit plant --kind flipped-byte --shards DIR/prepared --out DIR/target"),
    Command("train --shards DIR/prepared --epochs 1 --out DIR/target"),
    Command("train --shards DIR/prepared --epochs 1 --overwrite --out DIR/target"),
    Command("train --shards DIR/prepared --epochs 1 --seeds 2 --out DIR/target"),
  ]

  @Test("the second run ends with 73 and one line, and continues once the first has ended", arguments: commands)
  func refused(command: Command) throws {
    let bench = try Bench()
    let folder = bench.folder.path
    #expect(try Program.prep.run(bench.preparation(into: folder + "/prepared")).status == 0)
    try AtomicFile.write(
      "corpus: mosei\nroot: \(bench.root)\nfolds: \(bench.root)/folds.json\nout: x\n", to: folder + "/pipeline.yaml")
    func check() throws {
      let second = try command.run(in: folder)
      #expect(second.status == 73, "\(second.errors)")
      #expect(second.errors.split(separator: "\n").count == 1, "\(second.errors)")
      #expect(second.message.contains("another run is writing into this folder, expected one run at a time"))
    }
    // To the program, a lock of this process belongs to another process.
    if command.target.isEmpty {
      try FolderLock.hold(besides: folder + "/target", warn: { _ in }) { _ in try check() }
    } else {
      try FolderLock.hold(folder + "/" + command.target, owning: { _ in false }, warn: { _ in }) { _ in try check() }
    }
    let after = try command.run(in: folder)
    // A leak in a planted or tiny folder does not matter here.
    #expect(after.status == 0 || command.program == "audit" && after.status == 1, "\(after.errors)")
    #expect(try files(in: folder).allSatisfy { !$0.hasSuffix(FolderLock.name) && !$0.hasSuffix(".partial") })
  }

  @Test(
    "a run is not disturbed by another that finds it at work",
    arguments: [[], ["--clean", "zero"], ["--dtype", "f32", "--overwrite"]])
  func undisturbed(second: [String]) throws {
    let bench = try Bench()
    let alone = try bench.alone()
    for _ in 0..<20 {
      try Folder.remove(bench.out)
      guard let first = try Program.prep.stopped(bench.preparation(), at: bench.out) else { continue }
      let other = try Program.prep.run(bench.preparation(second))
      #expect(other.status == 73, "\(other.errors)")
      #expect(other.errors.split(separator: "\n").count == 1)
      kill(first.process.processIdentifier, SIGCONT)
      #expect(try first.finish().status == 0)
      #expect(try digests(bench.out) == alone)
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }

  /// Commands that write `DIR/target`, and what is in it when it is moved away.
  private static let movable = [
    (Command("prep mosei --root DIR/corpus --folds DIR/corpus/folds.json --out DIR/target"), "shards"),
    (Command("prep export DIR/prepared --to npz --out DIR/target"), FolderLock.name),
    (Command("audit --shards DIR/prepared --out DIR/target"), FolderLock.name),
    (Command("audit plant --kind flipped-byte --shards DIR/prepared --out DIR/target"), "shards"),
    (Command("train --shards DIR/prepared --epochs 40 --batch 2 --out DIR/target"), "last.safetensors"),
    (Command("train --shards DIR/prepared --epochs 40 --seeds 2 --out DIR/target"), "seed-42/last.safetensors"),
  ]

  @Test("a folder that replaces the one being written is left alone", arguments: movable)
  func moved(command: Command, mark: String) throws {
    let bench = try Bench()
    let target = bench.folder.file("target")
    #expect(try Program.prep.run(bench.preparation(into: bench.folder.file("prepared"))).status == 0)
    #expect(try Program.prep.run(bench.preparation(into: bench.folder.file("theirs"))).status == 0)
    let before = try digests(bench.folder.file("theirs"))
    for attempt in 0..<20 {
      try Folder.remove(target)
      guard let running = try command.stopped(in: bench.folder.path, at: target + "/" + mark) else { continue }
      #expect(rename(target, bench.folder.file("moved\(attempt)")) == 0 && symlink("theirs", target) == 0)
      kill(running.process.processIdentifier, SIGCONT)
      let outcome = try running.finish()
      #expect(try digests(bench.folder.file("theirs")) == before, "\(outcome.errors)")
      // The run was so close to its end that nothing was left to write.
      if outcome.status <= 1 { continue }
      #expect(outcome.status == 73, "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      // An export first sees what is there now.
      let reasons = ["was removed or replaced while ", "target: is a prepared folder. "]
      #expect(reasons.contains { outcome.errors.contains($0) }, "\(outcome.errors)")
      return
    }
    Issue.record("each of 20 runs was over before its folder was moved")
  }

  @Test("a killed run leaves nothing that blocks the next one")
  func killed() throws {
    let bench = try Bench()
    let alone = try bench.alone()
    for _ in 0..<20 {
      try Folder.remove(bench.out)
      guard let first = try Program.prep.stopped(bench.preparation(), at: bench.out) else { continue }
      kill(first.process.processIdentifier, SIGKILL)
      try first.finish()
      let next = try Program.prep.run(bench.preparation())
      #expect(next.status == 0, "\(next.errors)")
      #expect(try digests(bench.out) == alone)
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }

  private static let strace = "/usr/bin/strace"

  /// `strace` and the options with which it kills a program at one of its writes; the processes that index input are
  /// left alone.
  private static func killing(atWrite number: Int) -> [String] {
    [strace, "-qq", "-o", "/dev/null", "-e", "trace=write", "-e", "inject=write:signal=SIGKILL:when=\(number)"]
  }

  // MARK: - File systems without locks

  private static let noLocks = ["MSA_LOCKS": "refused"]

  @Test("without locks there is one warning, and a lone run gives the same bytes")
  func withoutLocks() throws {
    let bench = try Bench()
    let lone = try Program.prep.run(bench.preparation(), environment: Self.noLocks)
    #expect(lone.status == 0)
    #expect(lone.errors.split(separator: "\n").count == 1)
    #expect(lone.message.contains("warning: \(bench.out): this file system has no locks"))
    #expect(try digests(bench.out) == bench.alone())
    let again = try Program.prep.run(bench.preparation(), environment: Self.noLocks)
    #expect(again.status == 0 && again.output.contains("is up to date"))
  }

  @Test(
    "without locks, a run whose folder was meanwhile finished by another says so and leaves it whole",
    arguments: ["shards/train-00000.safetensors", "samples.jsonl", "scalers.safetensors", "report.json"])
  func finishedMeanwhile(file: String) throws {
    let bench = try Bench()
    let other = ["--clean", "zero", "--overwrite"]
    let alone = try bench.alone(other)
    for _ in 0..<20 {
      try Folder.remove(bench.out)
      guard
        let first = try Program.prep.stopped(
          bench.preparation(), at: bench.out + "/" + file, environment: Self.noLocks)
      else { continue }
      let isSealed = Folder.exists(bench.out + "/manifest.json")
      let second = try Program.prep.run(bench.preparation(other), environment: Self.noLocks)
      #expect(second.status == 0, "\(second.errors)")
      kill(first.process.processIdentifier, SIGCONT)
      let outcome = try first.finish()
      // Stopped after sealing it is already finished, and the second run replaced it.
      if isSealed, outcome.status == 0 { continue }
      #expect(outcome.status == 73 || outcome.status == 74, "\(outcome.errors)")
      // The run that was still sealing may have removed the other's seal; whatever is sealed is whole.
      if Folder.exists(bench.out + "/manifest.json") {
        #expect(try Program.prep.run("verify", bench.out).status == 0)
        #expect(try digests(bench.out) == alone)
      }
      let rerun = try Program.prep.run(bench.preparation(other))
      #expect(rerun.status == 0, "\(rerun.errors)")
      #expect(try digests(bench.out) == alone)
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }

  @Test(
    "two concurrent runs of different configurations, one killed now and then, never seal a mixture",
    arguments: [[:], noLocks])
  func mixtures(environment: [String: String]) throws {
    let bench = try Bench()
    let kinds = [["--clean", "zero", "--overwrite"], ["--granularity", "utterance", "--overwrite"]]
    let alone = try kinds.map { try bench.alone($0) }
    for round in 0..<12 {
      let runs = try kinds.enumerated().map { number, arguments in
        let isKilled = round % 3 == 2 && number == round % 2 && Folder.exists(Self.strace)
        let running = try Program.prep.start(
          bench.preparation(arguments), environment: environment,
          under: isKilled ? Self.killing(atWrite: 1 + 2 * round) : [])
        usleep(UInt32(round) * 1500)
        return running
      }
      for run in runs {
        let outcome = try run.finish()
        #expect([0, 73, 74, SIGKILL].contains(outcome.status), "\(outcome.errors)")
      }
      guard Folder.exists(bench.out + "/manifest.json") else { continue }
      let found = try digests(bench.out)
      #expect(alone.contains { $0["manifest.json"] == found["manifest.json"] })
      #expect(try Program.prep.run("verify", bench.out).status == 0, "round \(round)")
    }
  }
}
