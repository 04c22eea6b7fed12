import Files
import Foundation
import Testing
import TestSupport

@Suite("The command suggested after an interrupt")
struct AdviceTests {
  /// A command, and the file whose appearance triggers the interrupt.
  struct Stage: Sendable, CustomTestStringConvertible {
    let program: Program
    let arguments: [String]
    /// Commands that run before it, on the same target.
    var before: [[String]] = []
    let path: String
    /// The files compared with those of an uninterrupted run; all if there is none.
    var compared: [String] = []
    /// Flags that the suggested command has, and flags that it lacks.
    var added: [String] = []
    var dropped: [String] = []

    var testDescription: String { arguments.joined(separator: " ") + " at " + path }
  }

  /// `DIR` is a folder with `corpus`, `release`, `prepared` and `mosei.yaml`.
  private static let mosei = [
    "mosei", "--root", "DIR/corpus", "--folds", "DIR/corpus/folds.json", "--out", "DIR/target",
  ]
  private static let train = ["--shards", "DIR/prepared", "--epochs", "40", "--batch", "2", "--out", "DIR/target"]
  private static let results = ["best.safetensors", "predictions.csv"]
  private static let seeds = ["seed-42/", "seed-43/"].flatMap { folder in results.map { folder + $0 } }

  private static let preparations = [
    Stage(program: .prep, arguments: mosei + ["--memory", "4096"], path: "target/.msa.lock"),
    Stage(program: .prep, arguments: mosei + ["--memory", "4096"], path: "target/.staging/staging.json"),
    Stage(program: .prep, arguments: mosei, path: "target/shards"),
    Stage(
      program: .prep, arguments: mosei + ["--overwrite"], before: [mosei + ["--dtype", "f32"]], path: "target/.staging",
      dropped: ["--overwrite"]),
    Stage(
      program: .prep, arguments: ["iemocap", "--root", "DIR/release", "--out", "DIR/target"], path: "target/.staging"),
    Stage(
      program: .prep, arguments: ["run", "DIR/mosei.yaml", "--set", "out=DIR/target"], path: "target/.staging"),
    Stage(
      program: .prep, arguments: ["sample", "mosei", "--videos", "6", "--seconds", "3", "--out", "DIR/target"],
      path: ".target.lock"),
    Stage(
      program: .prep,
      arguments: ["sample", "iemocap", "--dialogs", "1", "--turns", "8", "--seconds", "0.8", "--out", "DIR/target"],
      path: ".target.lock"),
    Stage(
      program: .prep, arguments: ["export", "DIR/prepared", "--to", "npz", "--out", "DIR/target"],
      path: "target/.msa.lock"),
    Stage(
      program: .prep, arguments: ["export", "DIR/prepared", "--to", "npz", "--out", "DIR/target"],
      path: "target/train.npz", added: ["--overwrite"]),
    Stage(
      program: .prep, arguments: ["export", "DIR/prepared", "--to", "webdataset", "--out", "DIR/target"],
      path: "target/train-000000.tar", added: ["--overwrite"]),
  ]

  private static let others = [
    Stage(program: .train, arguments: train, path: "target/.msa.lock", compared: results),
    Stage(
      program: .train, arguments: train, path: "target/last.safetensors", compared: results, added: ["--resume"]),
    Stage(
      program: .train, arguments: train + ["--overwrite"], before: [train + ["--lr", "0.1"]], path: "target/.msa.lock",
      compared: results),
    Stage(
      program: .train, arguments: train + ["--seeds", "2"], path: "target/seed-42/last.safetensors", compared: seeds,
      added: ["--resume"]),
    Stage(
      program: .train, arguments: train + ["--seeds", "2"], path: "target/seed-43/.msa.lock", compared: seeds,
      added: ["--resume"]),
    Stage(
      program: .train, arguments: train + ["--seeds", "2", "--overwrite"],
      before: [["--shards", "DIR/prepared", "--epochs", "2", "--seed", "43", "--out", "DIR/target/seed-43"]],
      path: "target/seed-42/last.safetensors", compared: seeds,
      added: ["--resume"], dropped: ["--overwrite"]),
    Stage(
      program: .train, arguments: train + ["--ablate"], path: "target/ablation/visual/last.safetensors",
      compared: results, added: ["--resume"]),
    Stage(
      program: .audit, arguments: ["--shards", "DIR/prepared", "--sources", "DIR/corpus", "--out", "DIR/target"],
      path: "target/.msa.lock", compared: ["audit.json"]),
    Stage(
      program: .audit,
      arguments: ["plant", "--kind", "scalers-all", "--shards", "DIR/prepared", "--out", "DIR/target"],
      path: "target/.msa.lock"),
  ]

  /// Those that continue with a command other than the original one, one per program and flag.
  private static let timed = (preparations + others).filter { stage in
    ["target/train.npz", "target/last.safetensors", "target/.staging"].contains(stage.path)
      && !(stage.added + stage.dropped).isEmpty
  }

  /// The shared input, made once.
  private static let inputs = Result { () throws -> String in
    let folder = NSTemporaryDirectory() + "msa-advice-\(getpid())"
    try TinyCorpus().write(to: folder + "/corpus")
    try TinyRelease().write(to: folder + "/release")
    let prepared = try Program.prep.run(
      mosei.map { $0.replacing("DIR/target", with: "DIR/prepared") }.map {
        $0.replacing("DIR", with: folder)
      } + ["-q"])
    #expect(prepared.status == 0, "\(prepared.errors)")
    try AtomicFile.write(
      "corpus: mosei\nroot: \(folder)/corpus\nfolds: \(folder)/corpus/folds.json\nout: x\n", to: folder + "/mosei.yaml")
    return folder
  }

  @Test(
    "the suggested command gives the bytes of an uninterrupted run", arguments: preparations + others)
  func goesOn(stage: Stage) throws { try check(stage, signals: [SIGINT, SIGTERM], status: 130) }

  @Test(
    "the suggested command works when CPU time runs out (ulimit -t)", arguments: timed)
  func outOfTime(stage: Stage) throws { try check(stage, signals: [SIGXCPU], status: 71) }

  private func check(_ stage: Stage, signals: [Int32], status: Int32) throws {
    let inputs = try Self.inputs.get()
    let folder = try TemporaryFolder()
    for name in try Folder.names(in: inputs) { #expect(symlink(inputs + "/" + name, folder.file(name)) == 0) }
    let target = folder.file("target")
    func run(_ arguments: [String]) throws -> Program.Outcome {
      try stage.program.run(arguments.map { $0.replacing("DIR", with: folder.path) } + ["-q"])
    }
    func found() throws -> [String: String] {
      try digests(target).filter { stage.compared.isEmpty || stage.compared.contains($0.key) }
    }
    let alone = try run(stage.arguments.filter { $0 != "--overwrite" })
    #expect(alone.status == 0 || stage.program.isAudit && alone.status == 1, "\(alone.errors)")
    let expected = try found()
    #expect(!expected.isEmpty && expected.count >= stage.compared.count)
    for attempt in 0..<20 {
      try Folder.remove(target)
      for before in stage.before { #expect(try run(before).status == 0) }
      let arguments = stage.arguments.map { $0.replacing("DIR", with: folder.path) } + ["-q"]
      guard let running = try stage.program.stopped(arguments, at: folder.file(stage.path)) else { continue }
      kill(running.process.processIdentifier, signals[attempt % signals.count])
      kill(running.process.processIdentifier, SIGCONT)
      let outcome = try running.finish()
      // The run was so close to its end that there was nothing to interrupt.
      if outcome.status == alone.status { continue }
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      let parts = outcome.message.split(separator: "To continue, run: ")
      let command = try #require(parts.count == 2 ? String(parts[1]) : nil, "\(outcome.errors)")
      for flag in stage.added { #expect(command.contains(" " + flag), "\(command)") }
      for flag in stage.dropped { #expect(!command.contains(" " + flag), "\(command)") }
      let again = try Shell.run(command)
      #expect(again == alone.status, "\(command)")
      #expect(try found() == expected, "\(command)")
      return
    }
    Issue.record("each of 20 runs was over before its interrupt came")
  }
}

extension Program {
  fileprivate var isAudit: Bool { self == .audit }
}

/// What a user does with a printed command.
private enum Shell {
  /// Runs a command line and returns its exit status.
  static func run(_ command: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
