import Leaks
import Metrics
import Runs
import Samples
import Text

/// What a leak does to the score of a finished run, from the run's own predictions: the score on all test samples, less the
/// score on those that the leak does not help.
///
/// Nothing is trained again. Where the samples that the leak helps are harder or easier than the others, that shows in the
/// difference too, which the fixed model's does not have.
struct RunEffect {
  /// The mean over the runs of what each loses on a test sample; nil where a run has no answer.
  private let losses: [Double?]
  private let offending: OffendingSamples
  private let split: Split
  private let runs: [RunRecord]

  init(_ runs: [RunRecord], _ offending: OffendingSamples, _ samples: EffectSamples, _ split: Split) throws {
    self.runs = runs
    self.offending = offending
    self.split = split
    let answers = runs.map { run in
      Dictionary(
        (run.answers ?? []).filter { $0.split == split }.map { (Key(id: $0.id, corpus: $0.corpus), $0) }
      ) { first, _ in first }
    }
    losses = offending.test.map { index in
      let (id, corpus) = (samples.sample(index).id, samples.dataset(of: index).corpus)
      var sum = 0.0
      for (run, answers) in zip(runs, answers) {
        guard let answer = answers[Key(id: id, corpus: corpus)] ?? answers[Key(id: id, corpus: nil)],
          let loss = Self.loss(answer, run)
        else { return nil }
        sum += loss
      }
      return sum / Double(runs.count)
    }
  }

  private struct Key: Hashable {
    let id: String
    let corpus: String?
  }

  /// How far a number is off, or 1 for a wrong class; nil without a label.
  private static func loss(_ answer: PredictionsFile.Answer, _ run: RunRecord) -> Double? {
    if answer.label.isEmpty { return nil }
    guard run.isRegression else { return answer.label == answer.prediction ? 0 : 1 }
    guard let label = Double(answer.label), let prediction = Double(answer.prediction) else { return nil }
    let loss = abs(label - prediction)
    return loss.isFinite ? loss : nil
  }

  /// The effect, as a finding has it.
  ///
  /// - Parameter fewest: parts that hang together which are needed on both sides.
  func effect(as kind: String, fewest: Int) -> LeakEffect {
    let name = "the run's model"
    func obstacle(_ reason: String) -> LeakEffect {
      LeakEffect(kind: kind, model: name, outcome: .failure(LeakEffect.Obstacle(reason: reason)))
    }
    let known = losses.indices.filter { losses[$0] != nil }
    let (values, clusters, isOffended) = (
      known.compactMap { losses[$0] }, known.map { offending.clusterings[0][$0] },
      known.map { offending.isOffended[$0] }
    )
    let parts = [true, false].map { side in
      Set(zip(clusters, isOffended).filter { $1 == side }.map(\.0)).count
    }
    if known.isEmpty { return obstacle("it has no predictions of \(split) samples.") }
    if parts[1] < fewest {
      return obstacle("the leak helps nearly all \(split) samples that it predicts, so there is none to compare with.")
    }
    if parts[0] < fewest { return obstacle("it predicts too few \(split) samples that the leak helps.") }
    let interval = EffectInterval(values, clusters: clusters, isOffended: isOffended)
    let loss = Regression.mean(values)
    let areNumbers = runs.allSatisfy(\.isRegression)
    let label = runs.first?.results["label_names"]?.elements?.first?.text ?? "the label"
    return LeakEffect(
      kind: kind, model: name,
      outcome: .success(
        LeakEffect.Measured(
          score: areNumbers ? "mean absolute error" : "accuracy", label: areNumbers ? label : "the class",
          growsBetter: !areNumbers, with: areNumbers ? loss : 1 - loss,
          difference: areNumbers ? interval.difference : -interval.difference,
          low: areNumbers ? interval.low : -interval.high, high: areNumbers ? interval.high : -interval.low,
          negligible: 0, split: split, samples: values.count, offended: isOffended.count { $0 }, parts: parts[0],
          offending: offending.offendingCount)))
  }
}
