import Metrics
public import Samples

/// The figures of one epoch.
public struct EpochRecord: Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The loss of each sample's batch in training mode, averaged over the epoch's samples.
  public var trainLoss: Double
  /// The mean absolute error of the predictions made in training mode before each step. For classification, the share
  /// of wrong predictions.
  public var trainError: Double
  /// Pearson's r of the same predictions; NaN if undefined. For classification, the weighted F1.
  public var trainScore: Double
  /// The loss over the whole validation split at once.
  public var validLoss: Double
  /// The mean absolute error over the validation split. For classification, the share of wrong predictions.
  public var validError: Double
  /// Pearson's r over the validation split; NaN if undefined. For classification, the weighted F1.
  public var validScore: Double
  /// Lin's concordance over the validation split; NaN for classification and multilabel.
  public var validConcordance: Double
  /// The mean recall of the classes over the validation split; for multilabel, its mean over the emotions; NaN for
  /// regression.
  public var validUnweightedAccuracy: Double
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// The wall-clock time; the only figure that differs between otherwise equal runs.
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
  /// Returns the figures of an epoch that this rule compares.
  func candidate(_ record: EpochRecord) -> Candidate {
    candidate(
      correlation: record.validScore, error: record.validError, loss: record.validLoss,
      concordance: record.validConcordance, unweightedAccuracy: record.validUnweightedAccuracy, epoch: record.epoch)
  }
}

/// The model's prediction for one sample.
public struct Prediction: Hashable, Sendable {
  /// The sample's id.
  public var id: String
  /// The split it is in.
  public var split: Split
  /// The index of its prepared folder in `TrainingOutcome.corpora`.
  public var corpus: Int
  /// The label; NaN if missing. For classification, the class.
  public var label: Float
  /// The predicted number. For classification, the class.
  public var prediction: Float
  /// One probability per class or emotion; empty for regression.
  public var scores: [Float]
  /// For multilabel, 1 for each emotion that is present and 0 for each that is not; `label` and `prediction` are then
  /// the numbers of emotions present.
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
  /// The path of the folder as the user gave it.
  public var folder: String
  /// The corpus's name in the manifest.
  public var dataset: String
  /// `word`, `utterance`, `frame` or `video`.
  public var granularity: String
  /// The SHA-256 of manifest.json.
  public var manifestSHA256: String
  /// The SHA-256 of scalers.safetensors.
  public var scalersSHA256: String
  /// The number of samples in each split.
  public var samples: [Split: Int]
  /// The number of columns of each modality, before padding to the widest corpus.
  public var widths: [Modality: Int]
}

/// The outcome of a run.
public struct TrainingOutcome: Sendable {
  /// The configuration that was run.
  public var configuration: TrainingConfiguration
  /// The prepared folders, in the order of the command line.
  public var corpora: [CorpusRecord]
  /// The label column, or the names of the classes or emotions.
  public var labelNames: [String]
  /// One record per epoch.
  public var history: [EpochRecord]
  /// The epoch that `TrainingConfiguration.selection` chooses, from 1.
  public var bestEpoch: Int
  /// The weights of that epoch under PyTorch's names, in PyTorch's order, including BatchNorm's buffers.
  public var parameters: [NamedTensor]
  /// The number of learned values, not counting buffers.
  public var parameterCount: Int
  /// The predictions with the best weights for valid, then test, in the order of the shards.
  public var predictions: [Prediction]
  /// The labels that were trained on, in the order of the shards, for the baseline that predicts their mean. For
  /// multilabel, one per emotion for each sample; for shares of classes, the class with the largest share.
  public var trainLabels: [Float]
  /// Whether the labels are shares of classes, which the loss compares with the predicted probabilities.
  public var labelsAreShares = false
  /// The loss over the whole test split at once.
  public var testLoss: Double
  /// The model's graph, for export and description.
  public var graph: ModelGraph
  /// Contradictions between the prepared folders that the user has allowed.
  public var allowedLeaks: [FolderConflict] = []
}
