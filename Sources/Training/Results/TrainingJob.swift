import Files
import Foundation
import Runs
import Samples
import Shards
import Signals
public import Text
public import Workers

/// A whole job of msa-train: one run, or one per seed, with its baselines and the files of the run folder.
public struct TrainingJob: Sendable {
  /// The configuration to train; `output` must be set.
  public var configuration: TrainingConfiguration
  /// The number of runs, with seeds from `configuration.seed` up, each in a folder of its own; 1 for a plain run.
  public var seedCount = 1
  /// Whether to train each modality alone as well, to show what the others add.
  public var ablates = false
  /// Whether to replace a run that is already in the folder.
  public var overwrites = false
  /// The command line, for the report.
  public var command = ""

  /// The operations for writing TensorBoard's file.
  var logOperations = FileOperations.live

  /// Creates a plain run.
  public init(_ configuration: TrainingConfiguration) { self.configuration = configuration }

  /// The outcome of a job.
  public enum Outcome: Sendable {
    case run(RunResults)
    case seeds(SeedResults)

    /// The text that the program prints.
    public var text: String {
      switch self {
      case .run(let results): results.text
      case .seeds(let results): results.text
      }
    }

    /// The contents of results.json.
    public var json: JSONValue {
      switch self {
      case .run(let results): results.json
      case .seeds(let results): results.json
      }
    }
  }

  /// Trains, tests and writes the results.
  ///
  /// - Throws: whatever `Training.run` throws; `DataError` 73 if the folder holds a run that is neither resumed nor
  ///   replaced, is a prepared folder or lies among the shards of one, or a file cannot be created; 74 if writing
  ///   fails.
  public func run(progress: any ProgressSink) throws -> Outcome {
    guard let output = configuration.output else {
      throw DataError(.internalBug, "a job without a run folder", advice: "Please report this as a bug.")
    }
    try PreparedFolder.requireOutside(output)
    if let path = configuration.saveInitialWeights { try Folder.requireFree(forFile: path) }
    do {
      return try run(in: output, progress: progress)
    } catch var error as DataError where error.goingOn != nil {
      error.goingOn = try goingOn(in: output)
      throw error
    }
  }

  /// Returns how to continue a job that was interrupted: by resuming it, or by starting again if nothing has been
  /// trained yet.
  private func goingOn(in output: String) throws -> DataError.GoingOn {
    let folders = seedCount == 1 ? [output] : (0..<seedCount).map { seedFolder($0, below: output) }
    let isBegun = try folders.contains { try Folder.entry(at: RunFile.checkpoint.path(in: $0)) != nil }
    return isBegun ? .init(adding: ["--resume"], dropping: ["--overwrite"]) : .init()
  }

  private func run(in output: String, progress: any ProgressSink) throws -> Outcome {
    if seedCount == 1 { return .run(try run(configuration, in: output, progress: progress)) }
    return try FolderLock.hold(output, owning: RunFolder.isOwn, warn: progress.warn) { lock in
      try requireNoSingleRun(in: output)
      // A summary of fewer seeds or epochs does not describe the runs that are now trained.
      if configuration.resumes || overwrites { try Folder.remove(RunFile.results.path(in: output)) }
      let results = try runSeeds(below: output, progress: progress)
      try AtomicFile.write(results.json.prettyText, to: RunFile.results.path(in: output))
      try lock.confirm(RunFile.results.name)
      return .seeds(results)
    }
  }

  private func requireNoSingleRun(in output: String) throws {
    let present = try [RunFile.checkpoint.name, RunFile.model.name].first {
      try Folder.entry(at: output + "/" + $0) != nil
    }
    if let present {
      throw DataError(
        .cannotCreate, file: output, "holds a single run (\(present))",
        expected: "a new folder, or one with runs by seed",
        advice: "Choose another --out.")
    }
  }

  private func runSeeds(below output: String, progress: any ProgressSink) throws -> SeedResults {
    let folders = (0..<seedCount).map { seedFolder($0, below: output) }
    for folder in folders { try Folder.refuseLink(folder) }
    // All folders are cleared first, so that anything left by an interrupt belongs to this job and can be resumed.
    if overwrites {
      for folder in folders where try Folder.entry(at: folder) != nil {
        try FolderLock.hold(folder, owning: RunFolder.isOwn, warn: progress.warn) { _ in try clear(folder) }
      }
    }
    var runs: [RunResults] = []
    for (number, folder) in folders.enumerated() {
      var configuration = configuration
      configuration.seed &+= UInt64(number)
      configuration.output = folder
      // Seeds that an interrupt kept from starting have nothing to resume.
      if configuration.resumes {
        configuration.resumes = try Folder.entry(at: RunFile.checkpoint.path(in: folder)) != nil
      }
      runs.append(try run(configuration, in: folder, progress: progress))
    }
    return SeedResults(runs)
  }

  private func seedFolder(_ number: Int, below output: String) -> String {
    output + "/" + RunFile.folder(ofSeed: configuration.seed &+ UInt64(number))
  }

  private func run(
    _ configuration: TrainingConfiguration, in folder: String, progress: any ProgressSink
  ) throws -> RunResults {
    try FolderLock.hold(folder, owning: RunFolder.isOwn, warn: progress.warn) { lock in
      let results = try train(configuration, in: folder, progress: progress)
      try lock.confirm(RunFile.results.name)
      return results
    }
  }

  private func train(
    _ configuration: TrainingConfiguration, in folder: String, progress: any ProgressSink
  ) throws -> RunResults {
    var configuration = configuration
    if configuration.resumes { configuration.resumes = try hasCheckpoint(folder, progress: progress) }
    try prepare(folder, resumes: configuration.resumes)
    LastWords.goOn(.init(adding: ["--resume"], dropping: ["--overwrite"]))
    let trainer = try Trainer(configuration, progress: progress)
    // The folders are the same for every seed.
    if configuration.seed == self.configuration.seed {
      for leak in trainer.allowedLeaks { progress.warn(leak.allowed) }
    }
    // The shards and the checkpoint have been checked by now, so a refusal leaves earlier results and the earlier log
    // alone. Results of a shorter plan do not describe this run.
    if !trainer.isFinished { try Folder.remove(RunFile.results.path(in: folder)) }
    var log = try TensorBoardLog(folder: folder, task: trainer.configuration.task, operations: logOperations)
    let outcome = try trainer.run(progress: progress) { try log.add($0) }
    var results = RunResults(outcome)
    try log.add(results.test.named.map { ("test/" + $0.name, $0.value) }, step: outcome.bestEpoch)
    if ablates { results.ablation = try ablation(of: configuration, in: folder, progress: progress) }
    try RunFolder.write(results, command: command, to: folder)
    return results
  }

  /// Returns whether there is a checkpoint to resume; a run interrupted while still reading its data leaves none.
  ///
  /// - Throws: `DataError` 66 if the folder holds a run that has lost its checkpoint.
  private func hasCheckpoint(_ folder: String, progress: any ProgressSink) throws -> Bool {
    if try Folder.entry(at: RunFile.checkpoint.path(in: folder)) != nil { return true }
    let results = [RunFile.model.name, RunFile.results.name]
    if let present = try results.first(where: { try Folder.entry(at: folder + "/" + $0) != nil }) {
      throw DataError(
        .inputMissing, file: folder, "has \(present) but no \(RunFile.checkpoint.name)",
        expected: "a run to resume",
        advice: "Train again with --overwrite, or choose another --out.")
    }
    progress.warn("\(folder): nothing has been trained yet, so training starts from the beginning.")
    return false
  }

  /// Prepares the folder: one that already holds a run is refused, cleared or resumed.
  private func prepare(_ folder: String, resumes: Bool) throws {
    if try Folder.entry(at: folder + "/" + Manifest.name) != nil {
      throw DataError(
        .cannotCreate, file: folder, "is a prepared folder", expected: "a new folder, or one with a run",
        advice: "Choose another --out.")
    }
    if !resumes, let present = try Self.resultFiles.first(where: { try Folder.entry(at: folder + "/" + $0) != nil }) {
      guard overwrites else {
        throw DataError(
          .cannotCreate, file: folder, "already holds a run (\(present))",
          advice: "Resume it with --resume, replace it with --overwrite, or choose another --out.")
      }
      try clear(folder)
    }
    try NodeKind.requireReplaceable(RunFile.allCases.map(\.name), in: folder)
    if let path = configuration.saveInitialWeights { try NodeKind.requireReplaceable(path) }
    try Folder.refuseLink(folder + "/" + RunFile.ablationFolder)
    try Folder.make(folder)
  }

  /// The files that show that a folder holds a run.
  private static let resultFiles = [RunFile.checkpoint.name, RunFile.model.name, RunFile.results.name]

  /// Removes a run.
  private func clear(_ folder: String) throws {
    for name in Self.resultFiles + [RunFile.ablationFolder] { try Folder.remove(folder + "/" + name) }
  }

  /// Trains each modality alone; with `--resume`, those that are finished are only tested.
  private func ablation(
    of configuration: TrainingConfiguration, in folder: String, progress: any ProgressSink
  ) throws -> [(modality: Modality, scores: RunScores)] {
    try configuration.modalities.map { modality in
      let own = "\(folder)/\(RunFile.ablationFolder)/\(modality)"
      try Folder.refuseLink(own)
      var alone = configuration
      alone.modalities = [modality]
      alone.output = own
      alone.resumes = try configuration.resumes && Folder.entry(at: RunFile.checkpoint.path(in: own)) != nil
      alone.saveInitialWeights = nil
      return (modality, RunResults(try Training.run(alone, progress: progress)).test)
    }
  }
}
