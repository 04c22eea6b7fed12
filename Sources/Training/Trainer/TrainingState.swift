import Metrics

/// The state of a run between two epochs, besides the arenas: all that a resumed run needs to produce the same bytes.
struct TrainingState {
  /// How the best epoch is chosen.
  let selection: EpochSelection
  private(set) var history: [EpochRecord] = []
  /// The epoch with the highest validation r or F1, from which early stopping counts, whatever the selection rule; 0
  /// before the first epoch.
  private(set) var peakEpoch = 0
  private var peakFigure = -Double.infinity
  /// The epochs that may still be chosen as more follow, in ascending order. Because the best figure can rise, an epoch
  /// that was passed over can become the choice, so their weights are kept.
  private(set) var open: [Open] = []

  /// An epoch that may still be chosen.
  struct Open {
    let epoch: Int
    let candidate: EpochSelection.Candidate
    /// Empty until filled in.
    var weights: [NamedTensor] = []
  }

  init(selection: EpochSelection) { self.selection = selection }

  /// The number of epochs completed.
  var epoch: Int { history.count }

  /// The epoch chosen so far; nil before the first.
  var best: Open? { selection.best(of: open.map(\.candidate)).map { open[$0] } }

  /// Records an epoch; `weights` is only called if the epoch may be chosen.
  mutating func add(_ record: EpochRecord, weights: () -> [NamedTensor]) {
    history.append(record)
    // NaN never wins, but there is a peak from the first epoch on.
    if record.validScore > peakFigure || peakEpoch == 0 {
      peakEpoch = record.epoch
      peakFigure = record.validScore.isNaN ? -.infinity : record.validScore
    }
    open.append(Open(epoch: record.epoch, candidate: selection.candidate(record)))
    open = selection.open(open.map(\.candidate)).map { open[$0] }
    if let last = open.indices.last, open[last].epoch == record.epoch { open[last].weights = weights() }
  }

  /// Fills in the weights of each epoch that may still be chosen.
  mutating func fillWeights(_ weights: (_ epoch: Int) throws -> [NamedTensor]) rethrows {
    for index in open.indices { open[index].weights = try weights(open[index].epoch) }
  }

  /// Whether training is over.
  func isFinished(_ configuration: TrainingConfiguration) -> Bool {
    if epoch >= configuration.epochs { return true }
    guard let patience = configuration.earlyStop, epoch > 0 else { return false }
    return epoch - peakEpoch >= patience
  }
}
