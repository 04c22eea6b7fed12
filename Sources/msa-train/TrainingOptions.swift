public import ArgumentParser
import Foundation
import Metrics
import Samples
public import Training
import Workers

/// The options of a run; defaults are the original project's.
struct TrainingOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Prepared folders; several are trained on together.", valueName: "dir"))
  var shards: [String]

  @Option(help: ArgumentHelp("The run folder to write.", valueName: "dir"))
  var out = "run"

  @Option(help: ArgumentHelp("The model.", valueName: "name"))
  var model = ModelKind.crossmodal

  @Option(
    help: ArgumentHelp(
      "The widths: hidden layers of 192 or 256. (default: seed-192; mult-32 for mult)", valueName: "name"))
  var preset: Preset?

  @Option(
    help: ArgumentHelp(
      "What is predicted: a number, a class, or which emotions are there. (default: as the labels ask for)",
      valueName: "kind"))
  var task: TrainingTask?

  @Option(help: ArgumentHelp("The label column. (default: the sentiment, else the first)", valueName: "name"))
  var label: String?

  @Option(help: ArgumentHelp("Modalities the model sees, with commas between them. (default: all)", valueName: "list"))
  var modalities: String?

  @Option(help: ArgumentHelp("Passes over the train samples.", valueName: "n"))
  var epochs = 100

  @Option(help: ArgumentHelp("Samples a step.", valueName: "n"))
  var batch = 32

  @Option(help: ArgumentHelp("The learning rate at the start.", valueName: "rate"))
  var lr = 1e-3

  @Option(help: ArgumentHelp("The weight decay.", valueName: "rate"))
  var weightDecay = 0.05

  @Option(help: ArgumentHelp("The largest gradient norm; 0 does not clip.", valueName: "norm"))
  var clipNorm = 0.5

  @Option(
    help: ArgumentHelp(
      "The share of hidden values that are zeroed in training. (default: 0.7; 0.1 for mult)", valueName: "share"))
  var dropout: Double?

  @Option(help: ArgumentHelp("The last rows of a sample that mult reads.", valueName: "n"))
  var maxRows = 50

  @Option(help: ArgumentHelp("The optimiser.", valueName: "name"))
  var optimizer = OptimizerKind.adamw

  @Option(help: ArgumentHelp("How the learning rate changes.", valueName: "name"))
  var schedule = ScheduleKind.plateau

  @Option(help: ArgumentHelp("Steps over which the learning rate rises from 0.", valueName: "n"))
  var warmupSteps = 0

  @Option(
    help: ArgumentHelp(
      "How the best epoch is chosen on valid. r and f1 take the lowest loss within 0.005 of the best, r-strict the best r alone. (default: r; f1 for classes and several labels)",
      valueName: "rule"))
  var select: SelectionRule?

  @Option(help: ArgumentHelp("Stop after N epochs without a better validation r or F1.", valueName: "n"))
  var earlyStop: Int?

  @Option(help: ArgumentHelp("Decides initial weights, shuffles and dropout.", valueName: "n"))
  var seed: UInt64 = 42

  @Option(help: ArgumentHelp("Train N times with seeds from --seed up; prints mean and deviation.", valueName: "n"))
  var seeds = 1

  @Flag(help: "Train each modality alone as well, to compare with.")
  var ablate = false

  @Flag(help: "Keep the shards' order instead of shuffling each epoch.")
  var noShuffle = false

  @Option(name: .customLong("init"), help: ArgumentHelp("Start from these weights (safetensors).", valueName: "file"))
  var initialWeights: String?

  @Option(help: ArgumentHelp("Write the weights before the first step.", valueName: "file"))
  var saveInit: String?

  @Flag(help: "Go on with the run in --out where it stopped.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Train although these checks find that one folder holds out what another trains on; the run will say so.",
      valueName: "checks"))
  var allowLeaks: String?

  @Flag(help: "Replace the run in --out.")
  var overwrite = false

  @Option(help: ArgumentHelp("Cores to use; no byte depends on them. (default: all)", valueName: "n"))
  var threads: Int?

  func validate() throws {
    try Self.check("--epochs", epochs, from: 1)
    try Self.check("--batch", batch, from: 1)
    try Self.check("--seeds", seeds, from: 1)
    try Self.check("--warmup-steps", warmupSteps, from: 0)
    if let threads { try Self.check("--threads", threads, from: 1) }
    if let earlyStop { try Self.check("--early-stop", earlyStop, from: 1) }
    try Self.check("--lr", lr, in: 0...1e3)
    try Self.check("--weight-decay", weightDecay, in: 0...1e3)
    try Self.check("--clip-norm", clipNorm, in: 0...1e9)
    try Self.check("--max-rows", maxRows, from: 1)
    if let dropout, !(dropout >= 0 && dropout < 1) {
      throw ValidationError("--dropout is \(dropout), expected 0 up to 1")
    }
    if resume && overwrite { throw ValidationError("--resume and --overwrite exclude each other; give one of them") }
    if seeds > 1, saveInit != nil {
      throw ValidationError("--save-init names one file and --seeds \(seeds) has several runs; give one of them")
    }
    _ = try chosenModalities
    _ = try allowedLeaks
  }

  /// The library's job.
  func job() throws -> TrainingJob {
    var configuration = TrainingConfiguration(shards: shards, output: out)
    configuration.model = model
    configuration.apply(preset ?? model.preset)
    if let task { configuration.task = task }
    configuration.taskFollowsLabels = task == nil
    configuration.label = label
    configuration.modalities = try chosenModalities
    configuration.epochs = epochs
    configuration.batch = batch
    configuration.optimizer = optimizer
    configuration.learningRate = lr
    configuration.weightDecay = weightDecay
    configuration.clipNorm = clipNorm
    configuration.dropout = dropout ?? model.dropout
    configuration.maxRows = maxRows
    configuration.schedule = schedule
    configuration.warmupSteps = warmupSteps
    configuration.selection = select.map { EpochSelection($0) }
    configuration.earlyStop = earlyStop
    configuration.seed = seed
    configuration.shuffles = !noShuffle
    configuration.threads = threads ?? OrderedWorkers.availableCores
    configuration.initialWeights = initialWeights
    configuration.saveInitialWeights = saveInit
    configuration.resumes = resume
    configuration.allowedLeaks = try allowedLeaks
    var job = TrainingJob(configuration)
    job.seedCount = seeds
    job.ablates = ablate
    job.overwrites = overwrite
    return job
  }

  private var chosenModalities: [Modality] {
    get throws {
      guard let modalities else { return Modality.allCases }
      let chosen = modalities.split(separator: ",").map { Modality(rawValue: String($0)) }
      guard !chosen.isEmpty, !chosen.contains(nil), Set(chosen).count == chosen.count else {
        throw ValidationError("--modalities is \(modalities), expected some of visual,audio,text, each at most once")
      }
      return chosen.compactMap(\.self).sorted()
    }
  }

  private var allowedLeaks: [String] {
    get throws {
      let names = (allowLeaks ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      if let unknown = names.first(where: { $0 != FolderConflicts.check }) {
        throw ValidationError("--allow-leaks names \(unknown), expected \(FolderConflicts.check)")
      }
      return names
    }
  }

  private static func check(_ name: String, _ value: Int, from least: Int) throws {
    if value < least { throw ValidationError("\(name) is \(value), expected \(least) or more") }
  }

  private static func check(_ name: String, _ value: Double, in range: ClosedRange<Double>) throws {
    if !range.contains(value) {
      throw ValidationError("\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
    }
  }
}

extension ModelKind: ExpressibleByArgument {}
extension Preset: ExpressibleByArgument {}
extension TrainingTask: ExpressibleByArgument {}
extension OptimizerKind: ExpressibleByArgument {}
extension ScheduleKind: ExpressibleByArgument {}
extension SelectionRule: ExpressibleByArgument {}
