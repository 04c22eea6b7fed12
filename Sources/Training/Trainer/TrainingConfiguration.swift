public import Metrics
import Options
public import Samples
public import Text

/// The kind of value that a model predicts.
public enum TrainingTask: String, CaseIterable, Hashable, Sendable {
  /// One number per sample.
  case regression
  /// One class per sample.
  case classification
  /// Any number of emotions per sample: for each emotion, whether it is present.
  case multilabel
}

extension TrainingTask {
  /// The rules for choosing the best epoch, the default first.
  public var selectionRules: [SelectionRule] {
    switch self {
    case .regression: [.r, .mae, .loss, .ccc, .rStrict]
    case .classification: [.f1, .uar, .accuracy, .loss]
    case .multilabel: [.f1, .loss]
    }
  }
}

/// The optimisers, under PyTorch's names in lower case.
public enum OptimizerKind: String, CaseIterable, Hashable, Sendable {
  case adamw, adam, sgd
}

/// How the learning rate changes from epoch to epoch.
public enum ScheduleKind: String, CaseIterable, Hashable, Sendable {
  /// Multiplied by 0.7 when the validation figure has not risen for 7 epochs (`ReduceLROnPlateau`).
  case plateau
  /// Half a cosine, down to 0 over all epochs.
  case cosine
  /// Constant.
  case constant
}

/// Everything that determines the bytes of a run, and what only determines how fast they are produced.
public struct TrainingConfiguration: Hashable, Sendable {
  /// The prepared folders; several are trained on together.
  public var shards: [String]
  /// The run folder; nil to train without writing anything.
  public var output: String?
  /// The model.
  public var model = ModelKind.crossmodal
  /// The width of the hidden layers: 192 or 256 in the presets. For `mult`, the width of the feed-forward blocks
  /// between modalities; those of the self-attention are twice as wide.
  public var hidden = 192
  /// The width of an embedding, a multiple of 4, the number of heads: 96 or 128 in the presets. For `mult`, the width
  /// of a row.
  public var embed = 96
  /// How many of a sample's last rows `mult` reads; the CMU SDK's examples take 50.
  public var maxRows = 50
  /// The kind of value to predict.
  public var task = TrainingTask.regression
  /// Whether the labels of the prepared folders determine the task instead; see `LabelTarget`.
  public var taskFollowsLabels = false
  /// The label column; nil for the sentiment, or whatever else suits the task.
  public var label: String?
  /// The modalities that the model sees; the others are fed as zeros.
  public var modalities = Modality.allCases
  /// The number of passes over the train samples.
  public var epochs = 100
  /// The number of samples per step.
  public var batch = 32
  /// The optimiser.
  public var optimizer = OptimizerKind.adamw
  /// The initial learning rate.
  public var learningRate = 1e-3
  /// The weight decay: decoupled for AdamW, added to the gradient for the other optimisers, as in PyTorch.
  public var weightDecay = 0.05
  /// The largest norm of the gradients; 0 for no clipping.
  public var clipNorm = 0.5
  /// The fraction of a hidden layer's values that are zeroed in training.
  public var dropout = 0.7
  /// How the learning rate changes: by plateau, or constant where there is no valid split to tell one.
  public var schedule: ScheduleKind {
    get { chosenSchedule ?? .plateau }
    set { chosenSchedule = newValue }
  }
  /// The schedule that was asked for; nil for the default.
  var chosenSchedule: ScheduleKind?
  /// The number of steps over which the learning rate rises from 0.
  public var warmupSteps = 0
  /// How the best epoch is chosen; nil for the task's default.
  public var selection: EpochSelection?
  /// The number of epochs without a better validation r or F1 after which to stop, whatever the selection rule; nil to
  /// run all epochs.
  public var earlyStop: Int?
  /// Determines initial weights, shuffling and dropout.
  public var seed: UInt64 = 42
  /// Whether the train samples are shuffled in each epoch; if not, they stay in the order of the shards.
  public var shuffles = true
  /// The number of cores to use, which has no effect on the results.
  public var threads = 1
  /// A safetensors file with the weights to start from.
  public var initialWeights: String?
  /// The SHA-256 of that file; set by training.
  public internal(set) var initialWeightsSHA256: String?
  /// The numbers of epochs planned before the run was extended. Set by training if the learning rate depends on the
  /// number of epochs, so that earlier epochs keep the rates of the shorter plan.
  public internal(set) var plannedBefore: [Int] = []
  /// The checks whose findings between the prepared folders are allowed; see `FolderConflicts`.
  public var allowedLeaks: [String] = []
  /// Where to write the weights before the first step, if anywhere.
  public var saveInitialWeights: String?
  /// Whether to continue from `last.safetensors` in the run folder.
  public var resumes = false

  /// Creates a configuration with the defaults of the original project.
  public init(shards: [String], output: String? = nil) {
    self.shards = shards
    self.output = output
  }

  /// Whether the last epoch is kept because there is no valid split; set by training.
  var keepsLastEpoch: Bool { selection?.rule == .last }

  /// The rule for choosing the best epoch, with the task's default filled in.
  public var epochSelection: EpochSelection { selection ?? EpochSelection(task.selectionRules[0]) }

  /// Applies the widths of a preset.
  public mutating func apply(_ preset: Preset) {
    hidden = preset.hidden
    embed = preset.embed
  }
}

extension TrainingConfiguration {
  /// The part that determines the bytes, without paths and threads; `last.safetensors` must agree with it.
  public var fingerprinted: JSONValue {
    var members = TrainingOptions.definitions.recorded(TrainingJob(self))
    if !plannedBefore.isEmpty { members["planned-before"] = .array(plannedBefore.map { .integer($0) }) }
    return .object(members)
  }

  /// Reads what `fingerprinted` wrote; folders, paths and threads keep their defaults.
  ///
  /// - Throws: `DataError` 65 naming the invalid key.
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

  /// Returns the numbers of epochs of shorter plans, in ascending order; nil if the list holds anything else.
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

/// Pairs of widths: two from the original project, and one for `mult`.
public enum Preset: String, CaseIterable, Hashable, Sendable {
  /// 490,849 parameters with MOSEI's widths.
  case seed192 = "seed-192"
  /// 777,345 parameters with MOSEI's widths.
  case seed256 = "seed-256"
  /// Rows of width 32, feed-forward blocks of widths 128 and 256.
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
