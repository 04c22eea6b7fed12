import Metrics
import Samples

/// Reasons to doubt a run's figures, one line each, for the head of the report and for results.json.
struct ReadThisFirst {
  let results: RunResults

  private var outcome: TrainingOutcome { results.outcome }

  init(_ results: RunResults) { self.results = results }

  /// The lines; none if there is nothing to doubt.
  var lines: [String] {
    outcome.allowedLeaks.map(\.allowed) + validLines + baselineLines + sizeLines + epochLines + ablationLines
      + classLines
  }

  /// Returns a sentence that says how the epoch was chosen.
  static func rule(_ selection: EpochSelection) -> String {
    let name: String
    switch selection.rule {
    case .loss: return "It has the lowest validation loss."
    case .mae: name = "lowest validation MAE"
    case .r, .rStrict: name = "highest validation r"
    case .ccc: name = "highest validation CCC"
    case .f1: name = "highest validation F1"
    case .uar: name = "highest validation UA"
    case .accuracy: name = "highest validation accuracy"
    case .last: return "It is the last one: without a valid split there is nothing to choose by."
    }
    if selection.tolerance == 0 { return "It has the \(name)." }
    return "Of the epochs within \(selection.tolerance) of the \(name), it has the lowest validation loss."
  }

  private var validLines: [String] {
    if !results.hasValid {
      return [
        "There is no valid split: the last epoch is kept and nothing was chosen. Settings that were tried until test looked good make its score too good."
      ]
    }
    return outcome.corpora.filter { $0.samples[.valid, default: 0] == 0 }.map {
      "\($0.folder) has no valid split: the epoch was chosen by the other folders' alone."
    }
  }

  private var baselineLines: [String] {
    switch (results.test, results.baseline) {
    case (.sentiment(let scores), .sentiment(let baseline)) where scores.mae >= baseline.mae: [Self.learnedNothing]
    case (.scale(let scores), .scale(let baseline)) where scores.mae >= baseline.mae: [Self.learnedNothing]
    case (.classes(let scores), .classes(let baseline)) where scores.accuracy <= baseline.accuracy:
      ["The test accuracy is not above that of always predicting the most frequent class."]
    case (.emotions(let scores), .emotions(let baseline)) where scores.weightedF1 <= baseline.weightedF1:
      ["The mean F1 is not above that of always predicting the more frequent answer."]
    default: []
    }
  }

  private static let learnedNothing =
    "The test error is not below that of always predicting the train mean: the model learned nothing useful."

  private var sizeLines: [String] {
    let count = results.test.sampleCount
    if count >= 100 { return [] }
    return ["The test split has \(count) labelled samples: differences between runs are mostly chance."]
  }

  // MARK: The chosen epoch

  /// A figure of the validation split by which another epoch could have been chosen.
  private struct Measure {
    let name: String
    let value: (EpochRecord) -> Double
    let rises: Bool

    /// Returns whether `value` is so much worse than `best` that a reader would want to know: by 0.02 for r, F1 and
    /// shares, by a tenth for an error.
    func isFar(_ value: Double, from best: Double) -> Bool {
      if best.isNaN { return false }
      if value.isNaN { return true }
      return rises ? best - value > 0.02 : value > 1.1 * best
    }
  }

  private var measures: [Measure] {
    let loss = Measure(name: "loss", value: \.validLoss, rises: false)
    if outcome.configuration.task == .regression {
      return [
        Measure(name: "r", value: \.validScore, rises: true),
        Measure(name: "MAE", value: \.validError, rises: false),
        Measure(name: "CCC", value: \.validConcordance, rises: true), loss,
      ]
    }
    return [
      Measure(name: "F1", value: \.validScore, rises: true),
      Measure(name: "accuracy", value: { 1 - $0.validError }, rises: true),
      Measure(name: "UA", value: \.validUnweightedAccuracy, rises: true), loss,
    ]
  }

  private var epochLines: [String] {
    var lines: [String] = []
    if results.hasValid, outcome.bestEpoch == outcome.history.count, outcome.history.count > 1 {
      lines.append("The best epoch is the last one: more epochs may help.")
    }
    guard let chosen = results.bestRecord else { return lines }
    let far = measures.compactMap { measure -> String? in
      let known = outcome.history.filter { !measure.value($0).isNaN }
      let best = known.max { first, second in
        let (a, b) = (measure.value(first), measure.value(second))
        return measure.rises ? a < b : b < a
      }
      guard let best, measure.isFar(measure.value(chosen), from: measure.value(best)) else { return nil }
      return "\(measure.name) \(ScoreTable.text(measure.value(chosen))), "
        + "\(ScoreTable.text(measure.value(best))) in epoch \(best.epoch)"
    }
    if !far.isEmpty {
      lines.append(
        "The chosen epoch \(chosen.epoch) is far from the best on valid by another measure: "
          + far.joined(separator: "; ") + ". Another --select may suit better.")
    }
    return lines
  }

  // MARK: One modality alone

  /// The scores that decide whether one modality does better than all of them, and whether higher is better.
  private static let decisive = ["mae": false, "correlation": true, "f1": true, "unweighted_accuracy": true]

  private var ablationLines: [String] {
    if outcome.configuration.modalities.count < 2 { return [] }
    return results.ablation.compactMap { modality, alone in
      let better = zip(alone.named, results.test.named).compactMap { own, fused -> String? in
        guard let rises = Self.decisive[own.name], rises ? own.value > fused.value : own.value < fused.value else {
          return nil
        }
        return "\(ScoreTable.heading(own.name)) \(ScoreTable.text(own.value)) against \(ScoreTable.text(fused.value))"
      }
      if better.isEmpty { return nil }
      return "\(modality) alone does better on test than all modalities together: \(better.joined(separator: ", "))."
    }
  }

  // MARK: Classes

  private var classLines: [String] {
    switch results.test {
    case .sentiment, .scale: return []
    case .classes(let matrix):
      let predicted = matrix.counts.indices.map { column in matrix.counts.reduce(0) { $0 + $1[column] } }
      return Self.lines(outcome.labelNames, matrix.classes.map(\.support), predicted, of: matrix.sampleCount)
    case .emotions(let scores):
      return Self.lines(
        outcome.labelNames, scores.emotions.map { $0.classes[1].support },
        scores.emotions.map { $0.counts[0][1] + $0.counts[1][1] }, of: scores.sampleCount)
    }
  }

  private static func lines(_ names: [String], _ supports: [Int], _ predicted: [Int], of count: Int) -> [String] {
    let all = zip(names, zip(supports, predicted)).map { (name: $0, support: $1.0, predicted: $1.1) }
    let never = all.filter { $0.predicted == 0 && $0.support > 0 }
    let always = all.filter { $0.predicted == count && $0.support < count }
    var lines: [String] = []
    if !never.isEmpty {
      let list = never.map { "\($0.name) (\($0.support) of \(count) samples)" }.joined(separator: ", ")
      lines.append("Never predicted on test: \(list).")
    }
    if !always.isEmpty {
      let list = always.map { "\($0.name) (correct for \($0.support) of \(count))" }.joined(separator: ", ")
      lines.append("Predicted for every test sample: \(list).")
    }
    return lines
  }
}
