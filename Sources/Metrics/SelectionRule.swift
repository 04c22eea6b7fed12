/// The validation metric by which the best epoch of a run is chosen; the raw value is the word after `--select`.
public enum SelectionRule: String, CaseIterable, Hashable, Sendable {
  /// Pearson's r, near ties decided by the loss.
  case r
  /// The mean absolute error.
  case mae
  /// Lin's concordance.
  case ccc
  /// The F1 weighted by support, near ties decided by the loss; over several labels, its mean.
  case f1
  /// The mean recall of the classes that occur.
  case uar
  /// The share of correct predictions.
  case accuracy
  /// The loss that is trained on.
  case loss
  /// The original project's rule: Pearson's r alone; the first of equals.
  case rStrict = "r-strict"
  /// The last epoch, whatever its metrics: the only rule where there is no valid split to choose by.
  case last

  /// How far below the best r or F1 an epoch counts as equally good: less than such a metric varies from seed to seed.
  public var tolerance: Double { self == .r || self == .f1 ? 0.005 : 0 }
}

/// How the best of several epochs is chosen: of those whose metric is within a tolerance of the best, the one with the
/// lowest validation loss, and the first of equals.
public struct EpochSelection: Hashable, Sendable {
  /// The metric.
  public let rule: SelectionRule
  /// How far below the best metric an epoch still counts as equally good.
  public let tolerance: Double

  /// A rule with a tolerance.
  public init(_ rule: SelectionRule, tolerance: Double) {
    self.rule = rule
    self.tolerance = tolerance
  }

  /// A rule with its own tolerance.
  public init(_ rule: SelectionRule) { self.init(rule, tolerance: rule.tolerance) }

  /// An epoch as a rule sees it.
  public struct Candidate: Sendable {
    /// The higher, the better.
    let figure: Double
    /// The lower, the better, when metrics are as good as equal.
    let loss: Double

    /// The metric as measured, without the sign that turns an error into a score; NaN if there was none.
    public let measured: Double
    /// The validation loss; NaN if the rule does not use it.
    public let measuredLoss: Double

    /// Whether a rule has no reason to prefer one of the two, except for their order.
    public func isAsGood(as other: Candidate) -> Bool { figure == other.figure && loss == other.loss }
  }

  /// An epoch by its metrics on the validation split. A NaN metric never wins against a number.
  ///
  /// - Parameters:
  ///   - correlation: for classes and several labels the weighted F1.
  ///   - error: for classes and several labels the share of wrong predictions.
  ///   - concordance: NaN for classes and several labels.
  ///   - unweightedAccuracy: NaN for regression.
  ///   - epoch: its number, by which `last` chooses.
  public func candidate(
    correlation: Double, error: Double, loss: Double, concordance: Double, unweightedAccuracy: Double, epoch: Int
  ) -> Candidate {
    let figure =
      switch rule {
      case .r, .rStrict, .f1: correlation
      case .mae, .accuracy: -error
      case .ccc: concordance
      case .uar: unweightedAccuracy
      case .loss: -loss
      case .last: Double(epoch)
      }
    let ignoresLoss = rule == .rStrict || rule == .last
    let tie = ignoresLoss ? 0 : loss
    let falls = rule == .mae || rule == .accuracy || rule == .loss
    return Candidate(
      figure: figure.isNaN ? -.infinity : figure, loss: tie.isNaN ? .infinity : tie, measured: falls ? -figure : figure,
      measuredLoss: ignoresLoss ? .nan : loss)
  }

  /// The index of the epoch that is chosen; nil if there are none.
  public func best(of candidates: [Candidate]) -> Int? {
    let near = near(candidates)
    return near.min { (candidates[$0].loss, $0) < (candidates[$1].loss, $1) }
  }

  /// The indices of the epochs that can still be chosen when more follow, ascending: those as good as the best so far,
  /// except those preceded by one with at least their metric.
  public func open(_ candidates: [Candidate]) -> [Int] {
    let near = near(candidates)
    return near.filter { place in
      !near.contains { other in
        candidates[other].figure >= candidates[place].figure
          && (candidates[other].loss, other) < (candidates[place].loss, place)
      }
    }
  }

  private func near(_ candidates: [Candidate]) -> [Int] {
    let best = candidates.map(\.figure).max() ?? 0
    return candidates.indices.filter { candidates[$0].figure >= best - tolerance }
  }
}
