import Metrics
public import Samples

/// What one epoch gave.
public struct EpochRecord: Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  /// The mean over the epoch's samples of their batch's loss, in training mode.
  public var trainLoss: Double
  /// The mean absolute error of the predictions that the model made in training mode before each step. For classification:
  /// the share of wrong answers.
  public var trainError: Double
  /// Pearson's r of the same; NaN where it is not defined. For classification: the weighted F1.
  public var trainScore: Double
  /// The loss over the whole validation split at once.
  public var validLoss: Double
  /// The mean absolute error over the validation split. For classification: the share of wrong answers.
  public var validError: Double
  /// Pearson's r; NaN where it is not defined. For classification: the weighted F1.
  public var validScore: Double
  /// Lin's concordance over the validation split; NaN for classification and multilabel.
  public var validConcordance: Double
  /// The mean recall of the classes over the validation split, for multilabel its mean over the emotions; NaN for
  /// regression.
  public var validUnweightedAccuracy: Double
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// Wall-clock time; the only figure that differs between equal runs.
  public var seconds: Double

  /// Creates a record.
  public init(
    epoch: Int, trainLoss: Double, trainError: Double, trainScore: Double, validLoss: Double, validError: Double,
    validScore: Double, validConcordance: Double = .nan, validUnweightedAccuracy: Double = .nan,
    learningRate: Double, seconds: Double
  ) {
    self.epoch = epoch
    self.trainLoss = trainLoss
    self.trainError = trainError
    self.trainScore = trainScore
    self.validLoss = validLoss
    self.validError = validError
    self.validScore = validScore
    self.validConcordance = validConcordance
    self.validUnweightedAccuracy = validUnweightedAccuracy
    self.learningRate = learningRate
    self.seconds = seconds
  }
}

extension EpochSelection {
  /// An epoch as this rule sees it.
  func candidate(_ record: EpochRecord) -> Candidate {
    candidate(
      correlation: record.validScore, error: record.validError, loss: record.validLoss,
      concordance: record.validConcordance, unweightedAccuracy: record.validUnweightedAccuracy)
  }
}

/// The model's answer for one sample.
public struct Prediction: Hashable, Sendable {
  /// The sample's id.
  public var id: String
  /// The split it is in.
  public var split: Split
  /// The place of its prepared folder in `TrainingOutcome.corpora`.
  public var corpus: Int
  /// NaN where the folder has none. For classification: the class.
  public var label: Float
  /// The predicted number; for classification: the class.
  public var prediction: Float
  /// A probability a class or emotion; empty for regression.
  public var scores: [Float]
  /// For multilabel: 1 for each emotion that is there, 0 for each that is not; then `label` and `prediction` are how many
  /// are there.
  public var labels: [Float]

  /// The probability from which an emotion counts as predicted.
  public static let threshold: Float = 0.5

  /// Creates a prediction.
  public init(
    id: String, split: Split, corpus: Int, label: Float, prediction: Float, scores: [Float] = [], labels: [Float] = []
  ) {
    self.id = id
    self.split = split
    self.corpus = corpus
    self.label = label
    self.prediction = prediction
    self.scores = scores
    self.labels = labels
  }
}

/// A prepared folder that a run used.
public struct CorpusRecord: Hashable, Sendable {
  /// The folder as the user gave it.
  public var folder: String
  /// The corpus's name in the manifest.
  public var dataset: String
  /// `word`, `utterance`, `frame` or `video`.
  public var granularity: String
  /// The SHA-256 of manifest.json.
  public var manifestSHA256: String
  /// The SHA-256 of scalers.safetensors.
  public var scalersSHA256: String
  /// Samples by split.
  public var samples: [Split: Int]
  /// Columns by modality, before padding to the widest corpus.
  public var widths: [Modality: Int]
}

/// What a run gave.
public struct TrainingOutcome: Sendable {
  /// The configuration that was run.
  public var configuration: TrainingConfiguration
  /// The prepared folders, in the order of the command line.
  public var corpora: [CorpusRecord]
  /// The label column, or the names of classes or emotions.
  public var labelNames: [String]
  /// One record an epoch.
  public var history: [EpochRecord]
  /// The epoch that `TrainingConfiguration.selection` chooses, from 1.
  public var bestEpoch: Int
  /// The weights of that epoch under PyTorch's names, in PyTorch's order, BatchNorm's buffers included.
  public var parameters: [NamedTensor]
  /// Learned values, buffers not counted.
  public var parameterCount: Int
  /// Valid, then test, in the shards' order, from the best weights.
  public var predictions: [Prediction]
  /// The labels that were trained on, in the shards' order: for the baseline that predicts their mean. For multilabel,
  /// one an emotion for each sample.
  public var trainLabels: [Float]
  /// The loss over the whole test split at once.
  public var testLoss: Double
  /// How the model is built, for export and description.
  public var graph: ModelGraph
  /// What the prepared folders contradict each other in, which the user allowed.
  public var allowedLeaks: [FolderConflict] = []
}
