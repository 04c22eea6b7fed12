public import Metrics
import Options
public import Samples
public import Text

/// What is predicted.
public enum TrainingTask: String, CaseIterable, Hashable, Sendable {
  /// One number a sample.
  case regression
  /// One class a sample.
  case classification
  /// For each emotion whether it is there: any number of them a sample.
  case multilabel
}

extension TrainingTask {
  /// The rules by which the best epoch can be chosen, the default first.
  public var selectionRules: [SelectionRule] {
    switch self {
    case .regression: [.r, .mae, .loss, .ccc, .rStrict]
    case .classification: [.f1, .uar, .accuracy, .loss]
    case .multilabel: [.f1, .loss]
    }
  }
}

/// The optimisers, by PyTorch's names in lower case.
public enum OptimizerKind: String, CaseIterable, Hashable, Sendable {
  case adamw, adam, sgd
}

/// How the learning rate changes from epoch to epoch.
public enum ScheduleKind: String, CaseIterable, Hashable, Sendable {
  /// Times 0.7 when the validation figure has not risen for 7 epochs (`ReduceLROnPlateau`).
  case plateau
  /// Half a cosine down to 0 over all epochs.
  case cosine
  /// Stays as it is.
  case constant
}

/// Everything that decides a run's bytes, and what decides only how fast they come.
public struct TrainingConfiguration: Hashable, Sendable {
  /// Prepared folders; several are trained on together.
  public var shards: [String]
  /// The run folder; nil trains without writing anything.
  public var output: String?
  /// The model.
  public var model = ModelKind.crossmodal
  /// The width of the hidden layers: 192 or 256 in the presets. For `mult`, of the feed-forward blocks between
  /// modalities; those of the self-attention are twice as wide.
  public var hidden = 192
  /// The width of an embedding: 96 or 128 in the presets; a multiple of 4, the number of heads. For `mult`, of a row.
  public var embed = 96
  /// A sample's last rows that `mult` reads; the CMU SDK's examples take 50.
  public var maxRows = 50
  /// What is predicted.
  public var task = TrainingTask.regression
  /// Whether the prepared folders' labels decide the task instead: see `LabelTarget`.
  public var taskFollowsLabels = false
  /// The label column; nil takes the sentiment, or what else the task asks for.
  public var label: String?
  /// Modalities the model gets to see; the others are fed zeros.
  public var modalities = Modality.allCases
  /// Passes over the train samples.
  public var epochs = 100
  /// Samples a step.
  public var batch = 32
  /// The optimiser.
  public var optimizer = OptimizerKind.adamw
  /// The learning rate at the start.
  public var learningRate = 1e-3
  /// Decoupled for AdamW, added to the gradient for the others, as in PyTorch.
  public var weightDecay = 0.05
  /// The largest gradient norm; 0 does not clip.
  public var clipNorm = 0.5
  /// The share of a hidden layer's values that are zeroed in training.
  public var dropout = 0.7
  /// How the learning rate changes.
  public var schedule = ScheduleKind.plateau
  /// Steps over which the learning rate rises from 0.
  public var warmupSteps = 0
  /// How the best epoch is chosen; nil is the default of the task.
  public var selection: EpochSelection?
  /// Stops after this many epochs without a better validation r or F1, whatever the rule of selection.
  public var earlyStop: Int?
  /// Decides initial weights, shuffles and dropout.
  public var seed: UInt64 = 42
  /// Whether the train samples are shuffled each epoch; otherwise they keep the shards' order.
  public var shuffles = true
  /// Cores to use; does not change any byte.
  public var threads = 1
  /// Safetensors with weights to start from.
  public var initialWeights: String?
  /// The SHA-256 of that file, which training fills in.
  public internal(set) var initialWeightsSHA256: String?
  /// The numbers of epochs that were planned before the run was made longer; training fills them in where the learning
  /// rate depends on the number, so that the rates of earlier epochs are those of a shorter plan.
  public internal(set) var plannedBefore: [Int] = []
  /// Checks whose finding between the prepared folders is allowed; see `FolderConflicts`.
  public var allowedLeaks: [String] = []
  /// Where to write the weights before the first step.
  public var saveInitialWeights: String?
  /// Goes on from `last.safetensors` in the run folder.
  public var resumes = false

  /// A run with the defaults of the original project.
  public init(shards: [String], output: String? = nil) {
    self.shards = shards
    self.output = output
  }

  /// The rule by which the best epoch is chosen.
  public var epochSelection: EpochSelection { selection ?? EpochSelection(task.selectionRules[0]) }

  /// Takes over the widths of a preset.
  public mutating func apply(_ preset: Preset) {
    hidden = preset.hidden
    embed = preset.embed
  }
}

extension TrainingConfiguration {
  /// The part that decides the bytes, without paths and threads; what `last.safetensors` must agree with.
  public var fingerprinted: JSONValue {
    var members = TrainingOptions.definitions.recorded(TrainingJob(self))
    if !plannedBefore.isEmpty { members["planned-before"] = .array(plannedBefore.map { .integer($0) }) }
    return .object(members)
  }

  /// Reads what `fingerprinted` wrote; folders, paths and threads keep their defaults.
  ///
  /// - Throws: `DataError` 65 that names the key at fault.
  init(recorded config: JSONValue) throws {
    do {
      var job = TrainingJob(TrainingConfiguration(shards: []))
      try TrainingOptions.definitions.restore(config, into: &job)
      let restored = job.configuration
      if restored.modalities.isEmpty || Set(restored.modalities).count != restored.modalities.count {
        throw DataError.unknownRecord("modalities")
      }
      self = restored
      plannedBefore =
        try config.recorded("planned-before") { Self.shorterPlans($0, than: restored.epochs) } ?? []
    } catch let error as DataError {
      throw error.advising("Train the model again with this version of msa-train.")
    }
    do {
      try checkNumbers()
    } catch let error as DataError {
      throw DataError(.badData, place: "config", error.problem, expected: error.expected)
    }
  }

  /// The numbers of epochs of shorter plans, each more than the one before; nil where a list holds anything else.
  static func shorterPlans(_ list: JSONValue, than epochs: Int) -> [Int]? {
    guard let elements = list.elements else { return nil }
    var plans: [Int] = []
    for element in elements {
      let least = (plans.last ?? 0) + 1
      guard least < epochs, let plan = element.integer(in: least...epochs - 1) else { return nil }
      plans.append(plan)
    }
    return plans
  }
}

/// Pairs of widths: the original project's, and one for `mult`.
public enum Preset: String, CaseIterable, Hashable, Sendable {
  /// 490,849 parameters on MOSEI's widths.
  case seed192 = "seed-192"
  /// 777,345 parameters on MOSEI's widths.
  case seed256 = "seed-256"
  /// Rows of 32, feed-forward blocks of 128 and 256.
  case mult32 = "mult-32"

  /// The width of the hidden layers.
  public var hidden: Int {
    switch self {
    case .seed192: 192
    case .seed256: 256
    case .mult32: 128
    }
  }

  /// The width of an embedding.
  public var embed: Int {
    switch self {
    case .seed192: 96
    case .seed256: 128
    case .mult32: 32
    }
  }
}
