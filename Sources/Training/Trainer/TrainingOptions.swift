import Foundation
public import Metrics
public import Options
import Samples
import Text
import Workers

extension ModelKind: OptionValue {}
extension Preset: OptionValue {}
extension TrainingTask: OptionValue {}
extension OptimizerKind: OptionValue {}
extension ScheduleKind: OptionValue {}
extension SelectionRule: OptionValue {
  /// The rules that can be asked for: the last epoch is kept only where there is nothing to choose by.
  public static var optionWords: [String] { allCases.filter { $0 != .last }.map(\.rawValue) }

  /// Nil for any other word.
  public init?(optionText text: String) {
    guard Self.optionWords.contains(text) else { return nil }
    self.init(rawValue: text)
  }
}

/// The options of a run; the defaults are those of the original project.
public enum TrainingOptions: OptionList {
  /// The options, in the order of the help text.
  public static let definitions: [OptionDefinition<TrainingJob>] = [
    .texts(
      "shards", form: .words, isRequired: true, "dir", record: .contents,
      help: "Prepared folders; several are trained on together."
    ) { $0.configuration.shards = $1 },
    .value("out", \.folder, default: "run", "dir", record: .nothing, help: "The run folder to write."),
    .value(
      "model", \.configuration.kind, default: .crossmodal, "name", help: "The model."),
    .value(
      "preset", \.configuration.preset, defaultText: "seed-192; mult-32 for mult", "name", record: widths,
      help: "The widths: hidden layers of 192 or 256."),
    .value(
      "task", \.configuration.chosenTask, defaultText: "chosen from the labels", "kind",
      record: .value("task", \.configuration.task),
      help: "What is predicted: a number, a class, or which emotions are present."),
    .value(
      "label", \.configuration.label, defaultText: "the sentiment, else the first", "name",
      record: .optional("label", \.configuration.label, isAlwaysThere: true), help: "The label column."),
    .some(
      "modalities", \.configuration.modalities, defaultText: "all", "list",
      record: .words("modalities", \.configuration.modalities),
      help: "Modalities the model sees, separated by commas."),
    .value(
      "epochs", \.configuration.epochs, default: 100, "n", limits: .within(1...largestCount),
      help: "Passes over the train samples."),
    .value(
      "batch", \.configuration.batch, default: 32, "n",
      limits: .within(2...largestCount, ": batch normalisation needs at least two samples"), help: "Samples per step."),
    .value(
      "lr", \.configuration.learningRate, default: 1e-3, "rate",
      limits: OptionLimits("a positive number up to 1000") { $0 > 0 && $0 <= 1e3 },
      help: "The learning rate at the start."),
    .value(
      "weight-decay", \.configuration.weightDecay, default: 0.05, "rate",
      limits: OptionLimits("0 to 1000") { 0...1e3 ~= $0 }, help: "The weight decay."),
    .value(
      "clip-norm", \.configuration.clipNorm, default: 0.5, "norm",
      limits: OptionLimits("0 (no clipping) or more") { $0 >= 0 && $0.isFinite },
      help: "The largest gradient norm; 0 does not clip."),
    .value(
      "dropout", \.configuration.dropout, defaultText: "0.7; 0.1 for mult", "share",
      limits: OptionLimits("0 or more, below 1") { 0..<1 ~= $0 },
      record: .value("dropout", \.configuration.dropout),
      help: "The share of hidden values that are zeroed in training."),
    .value(
      "max-rows", \.configuration.maxRows, default: 50, "n", limits: .within(1...longestSequence), record: rows,
      help: "The last rows of a sample that mult reads."),
    .value("optimizer", \.configuration.optimizer, default: .adamw, "name", help: "The optimiser."),
    .value(
      "schedule", \.configuration.schedule, default: .plateau, "name",
      help: "How the learning rate changes; constant without a valid split."),
    .value(
      "warmup-steps", \.configuration.warmupSteps, default: 0, "n", limits: .from(0),
      help: "Steps over which the learning rate rises from 0."),
    .value(
      "select", \.configuration.selectionRule, defaultText: "r; f1 for classes and several labels", "rule",
      record: selection,
      help: """
        How the best epoch is chosen on valid. r and f1 take the lowest loss within 0.005 of the best, r-strict the best r \
        alone. Without a valid split the last epoch is kept.
        """),
    .value(
      "early-stop", \.configuration.earlyStop, "n", limits: .from(1),
      record: .optional("early-stop", \.configuration.earlyStop, isAlwaysThere: true, limits: .from(1)),
      help: "Stop after N epochs without a better validation r or F1."),
    .value(
      "seed", \.configuration.seed, default: 42, "n", help: "Determines initial weights, shuffling and dropout."),
    .value(
      "seeds", \.seedCount, default: 1, "n", limits: .from(1), record: .nothing,
      help: "Train N times with consecutive seeds from --seed; print mean and deviation."),
    .flag("ablate", \.ablates, record: .nothing, help: "Also train each modality alone, for comparison."),
    .flag(
      "no-shuffle", record: shuffle, help: "Keep the shards' order instead of shuffling each epoch."
    ) { $0.configuration.shuffles = false },
    .value(
      "init", \.configuration.initialWeights, "file",
      record: .optional("init", \.configuration.initialWeightsSHA256, isAlwaysThere: false),
      help: "Start from these weights (safetensors)."),
    .value(
      "save-init", \.configuration.saveInitialWeights, "file", record: .nothing,
      help: "Write the weights before the first step."),
    .flag(
      "resume", \.configuration.resumes, excludes: ["overwrite"], record: .nothing,
      help: "Resume the run in --out where it stopped."),
    .names(
      "allow-leaks", \.configuration.allowedLeaks, of: [FolderConflicts.check], "checks", record: .nothing,
      help: "Train even if these checks find that one folder holds out what another trains on; the run reports it."),
    .flag("overwrite", \.overwrites, record: .nothing, help: "Replace the run in --out."),
    .value(
      "threads", \.configuration.threads, defaultText: "all", "n", limits: .from(1), record: .nothing,
      help: "Cores to use; they have no effect on the results."),
  ]

  /// More epochs or samples per batch than any run has; sums of such counts fit an integer.
  private static let largestCount = 1 << 31
  /// Attention keeps a weight for each pair of rows: at 500 rows, 250,000 per head, a million per sample and layer.
  private static let longestSequence = 500

  /// Refuses impossible options before anything is read.
  public static func validate(_ given: GivenOptions) throws { _ = try TrainingJob(given: given) }
}

extension TrainingJob {
  /// Creates the job that the options describe.
  ///
  /// - Throws: `DataError` 64 for a value that an option does not accept; `OptionConflict` for options that cannot be
  ///   combined.
  public init(given: GivenOptions) throws {
    let definitions = TrainingOptions.definitions
    if let conflict = definitions.conflict(in: given) { throw conflict }
    self.init(TrainingConfiguration(shards: [], output: "run"))
    configuration.taskFollowsLabels = true
    configuration.threads = OrderedWorkers.availableCores
    try definitions.apply(given, to: &self)
    if !configuration.model.takesSequences { try refuseSequenceOptions(given) }
    if seedCount > 1, configuration.saveInitialWeights != nil {
      throw DataError(
        .usage, "--save-init names one file and --seeds \(seedCount) has several runs; use only one of them")
    }
  }

  /// Refuses options that only apply to a model that reads rows.
  private func refuseSequenceOptions(_ given: GivenOptions) throws {
    let preset = given["preset"]?.last.flatMap(Preset.init(rawValue:))
    let isForRows = ModelKind.allCases.contains { $0.takesSequences && $0.preset == preset }
    let option = given["max-rows"] != nil ? "--max-rows" : isForRows ? "--preset \(preset?.rawValue ?? "")" : nil
    guard let option else { return }
    let models = ModelKind.allCases.filter(\.takesSequences).map(\.rawValue).joined(separator: " or ")
    throw DataError(
      .usage, "\(option) is given, but --model is \(configuration.model.rawValue)",
      expected: "--model \(models) with it", advice: "Give both, or leave it out.")
  }

  /// The run folder.
  fileprivate var folder: String {
    get { configuration.output ?? "" }
    set { configuration.output = newValue }
  }
}

// MARK: - What an option sets besides one field

extension TrainingConfiguration {
  /// The model; setting it also sets the widths and the dropout that suit it.
  fileprivate var kind: ModelKind {
    get { model }
    set {
      model = newValue
      apply(newValue.preset)
      dropout = newValue.dropout
    }
  }

  /// The preset; nil if the widths match none.
  fileprivate var preset: Preset? {
    get { Preset.allCases.first { $0.hidden == hidden && $0.embed == embed } }
    set { if let newValue { apply(newValue) } }
  }

  /// The task; nil if it follows from the labels.
  fileprivate var chosenTask: TrainingTask? {
    get { taskFollowsLabels ? nil : task }
    set {
      taskFollowsLabels = newValue == nil
      if let newValue { task = newValue }
    }
  }

  /// The rule for choosing the best epoch; nil for the task's default.
  fileprivate var selectionRule: SelectionRule? {
    get { selection?.rule }
    set { selection = newValue.map { EpochSelection($0) } }
  }
}

// MARK: - Records with a form of their own

extension TrainingOptions {
  private typealias Record = OptionRecord<TrainingJob>

  private static let widths = Record.members(
    write: { job, members in
      members["hidden"] = .integer(job.configuration.hidden)
      members["embed"] = .integer(job.configuration.embed)
    },
    read: { job, config in
      for (key, path) in [("hidden", \TrainingConfiguration.hidden), ("embed", \.embed)] {
        guard let width = config[key]?.integer(in: 1...Int.max) else { throw DataError.unknownRecord(key) }
        job.configuration[keyPath: path] = width
      }
    })

  /// Recorded only if the model reads rows.
  private static let rows = Record.members(
    write: { job, members in
      if job.configuration.model.takesSequences { members["max-rows"] = .integer(job.configuration.maxRows) }
    },
    read: { job, config in
      guard job.configuration.model.takesSequences else { return }
      guard let rows = config["max-rows"]?.integer(in: 1...Int.max) else { throw DataError.unknownRecord("max-rows") }
      job.configuration.maxRows = rows
    })

  private static let shuffle = Record.members(
    write: { job, members in members["shuffle"] = .bool(job.configuration.shuffles) },
    read: { job, config in
      guard let shuffles = config["shuffle"]?.boolValue else { throw DataError.unknownRecord("shuffle") }
      job.configuration.shuffles = shuffles
    })

  private static let selection = Record.members(
    write: { job, members in
      let selection = job.configuration.epochSelection
      members["select"] = selection.rule.optionRecord
      members["select-tolerance"] = .number(selection.tolerance)
    },
    read: { job, config in
      // Runs from before there was a choice took the highest r or F1, whatever the loss.
      guard let record = config["select"] else { return job.configuration.selection = EpochSelection(.rStrict) }
      guard let rule = record.text.flatMap(SelectionRule.init(rawValue:)) else {
        throw DataError.unknownRecord("select")
      }
      guard let tolerance = config["select-tolerance"]?.doubleValue, tolerance >= 0 else {
        throw DataError.unknownRecord("select-tolerance")
      }
      job.configuration.selection = EpochSelection(rule, tolerance: tolerance)
    })
}
