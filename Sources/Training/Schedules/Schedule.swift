import TensorCore

/// The learning rate of each step.
struct Schedule: Hashable, Sendable {
  let kind: ScheduleKind
  let initialRate: Double
  let epochCount: Int
  /// The number of steps over which the rate rises linearly to its full value: step k of n takes k / n of it.
  let warmupSteps: Int
  /// The state of `ReduceLROnPlateau`; saved in checkpoints.
  var plateau: ReduceLROnPlateau

  init(_ kind: ScheduleKind, initialRate: Double, epochCount: Int, warmupSteps: Int) {
    self.kind = kind
    self.initialRate = initialRate
    self.epochCount = epochCount
    self.warmupSteps = warmupSteps
    plateau = ReduceLROnPlateau(rate: initialRate)
  }

  /// Makes the schedule of a run that has not begun.
  init(_ configuration: TrainingConfiguration) {
    self.init(
      configuration.schedule, initialRate: configuration.learningRate, epochCount: configuration.epochs,
      warmupSteps: configuration.warmupSteps)
  }

  /// Returns the learning rate of a step.
  ///
  /// - Parameters:
  ///   - epoch: the number of the epoch, from 0.
  ///   - step: the number of steps taken before, over all epochs.
  func rate(epoch: Int, step: Int) -> Double {
    let warmup = step < warmupSteps ? Double(step + 1) / Double(warmupSteps) : 1
    switch kind {
    case .plateau: return plateau.rate * warmup
    case .constant: return initialRate * warmup
    case .cosine: return initialRate * warmup * (1 + cosine(Double.pi * Double(epoch) / Double(epochCount))) / 2
    }
  }

  /// Records the validation figure of a finished epoch.
  mutating func endEpoch(figure: Double) {
    if kind == .plateau { plateau.step(figure) }
  }
}

/// `torch.optim.lr_scheduler.ReduceLROnPlateau` with mode max, factor 0.7, patience 7 and PyTorch's defaults otherwise.
struct ReduceLROnPlateau: Hashable, Sendable {
  var rate: Double
  /// The highest figure so far.
  var best = -Double.infinity
  /// The number of consecutive epochs without improvement.
  var badEpochs = 0

  static let factor = 0.7
  static let patience = 7
  /// The fraction of the best figure by which a new figure must exceed it (`threshold_mode='rel'`).
  static let threshold = 1e-4
  /// Changes smaller than this are not made.
  static let epsilon = 1e-8

  /// Records a figure; NaN counts as no improvement, as in PyTorch.
  mutating func step(_ figure: Double) {
    if figure > best * (1 + Self.threshold) {
      best = figure
      badEpochs = 0
    } else {
      badEpochs += 1
    }
    if badEpochs > Self.patience {
      let lowered = rate * Self.factor
      if rate - lowered > Self.epsilon { rate = lowered }
      badEpochs = 0
    }
  }
}
