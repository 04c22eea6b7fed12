/// Where a run stands between two epochs, beside the arenas: all that a resumed run needs to give the same bytes.
struct TrainingState {
  /// Epochs done.
  var epoch = 0
  var history: [EpochRecord] = []
  /// The epoch with the highest validation figure; 0 before the first.
  var bestEpoch = 0
  var bestFigure = -Double.infinity
  /// The weights of that epoch.
  var best: [NamedTensor] = []

  /// Takes note of an epoch; `weights` are its weights, read only when they are the best.
  mutating func add(_ record: EpochRecord, weights: () -> [NamedTensor]) {
    epoch = record.epoch
    history.append(record)
    // A figure that is not a number never wins, but the first epoch must leave weights behind.
    if record.validCorrelation > bestFigure || bestEpoch == 0 {
      bestEpoch = record.epoch
      bestFigure = record.validCorrelation.isNaN ? -.infinity : record.validCorrelation
      best = weights()
    }
  }

  /// Whether training is over.
  func isFinished(_ configuration: TrainingConfiguration) -> Bool {
    if epoch >= configuration.epochs { return true }
    guard let patience = configuration.earlyStop, epoch > 0 else { return false }
    return epoch - bestEpoch >= patience
  }
}
