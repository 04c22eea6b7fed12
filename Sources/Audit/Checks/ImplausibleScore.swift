import Corpora
import Foundation
import Leaks
import Metrics
import Runs
import Samples
import Text

/// `implausible-score`: a score beyond anything ever reached is more likely a leak than a discovery.
struct ImplausibleScore: AuditCheck {
  let id = "implausible-score"
  let severity = Severity.warning
  let leakage: LeakageType? = nil
  let meaning = "No test score is above what the field has reached."

  /// Two-sided 99 %: at most one in a hundred lucky test splits is called implausible.
  private static let deviations = 2.576

  func run(on subject: AuditSubject) throws -> Finding {
    guard let folder = subject.run else {
      return .undecidable("There is no score to judge.", advice: "Give the folder of the training run with --run.")
    }
    let runs = try RunRecord.read(folder)
    var judged: [Evidence] = []
    var beyond: [Evidence] = []
    for run in runs {
      for dataset in subject.datasets {
        let published = subject.corpora.corpus(named: dataset.corpus)?.publishedResults ?? []
        for (published, bounds) in Self.scores(of: run, on: dataset, published) {
          let evidence = Self.evidence(run, dataset.corpus, published, bounds)
          if Self.isBeyond(published, bounds) { beyond.append(evidence) } else { judged.append(evidence) }
        }
      }
    }
    if let first = beyond.first {
      return .warn(
        first.text, evidence: beyond + judged,
        advice: "Look for duplicates, shared speakers and the label among the features before you report it.")
    }
    if judged.isEmpty {
      return .undecidable(
        "No published result is known for \(Phrase.list(Set(subject.datasets.map(\.corpus)).sorted())) and this task, or the "
          + "run has no test predictions.", advice: "Compare the scores with the literature yourself.")
    }
    return .pass(
      "\(Phrase.count(judged.count, "test score")) \(judged.count == 1 ? "lies" : "lie") within what has been published.",
      evidence: judged)
  }

  /// A score and its 99 % bounds.
  private struct Bounds {
    let value: Double
    let low: Double
    let high: Double
  }

  private static func isBeyond(_ published: PublishedResult, _ bounds: Bounds) -> Bool {
    published.measure == .meanAbsoluteError ? bounds.high < published.value : bounds.low > published.value
  }

  private static func evidence(
    _ run: RunRecord, _ corpus: String, _ published: PublishedResult, _ bounds: Bounds
  ) -> Evidence {
    let prefix = run.name.isEmpty ? "" : run.name + ": "
    return Evidence(
      text: "\(prefix)\(corpus) test \(published.measure.rawValue) \(bounds.value.fixed(4)) "
        + "(99 % bounds \(bounds.low.fixed(4)) to \(bounds.high.fixed(4))); the best published is \(published.value) "
        + "(\(published.source)).",
      facts: [
        "run": .string(run.name), "corpus": .string(corpus), "measure": .string(published.measure.rawValue),
        "value": .number(bounds.value), "low": .number(bounds.low), "high": .number(bounds.high),
        "published": .number(published.value), "source": .string(published.source),
      ])
  }

  private static func scores(
    of run: RunRecord, on dataset: AuditedDataset, _ published: [PublishedResult]
  ) -> [(PublishedResult, Bounds)] {
    published.compactMap { published in
      bounds(of: published.measure, run, corpus: dataset.corpus).map { (published, $0) }
    }
  }

  private static func bounds(of measure: PublishedResult.Measure, _ run: RunRecord, corpus: String) -> Bounds? {
    guard run.isRegression else { return classBounds(of: measure, run, corpus: corpus) }
    // Labels other than the sentiment have a different scale.
    guard let numbers = run.numbers(of: .test, corpus: corpus), numbers.labels.count > 3,
      run.results["label_names"]?.elements?.first?.text.map({ $0 == "sentiment" }) ?? true
    else { return nil }
    let scores = SentimentScores(predictions: numbers.predictions, labels: numbers.labels)
    switch measure {
    case .meanAbsoluteError:
      let errors = zip(numbers.predictions, numbers.labels).map { abs($0 - $1) }
      let half = deviations * Regression.standardDeviation(errors) / Double(errors.count).squareRoot()
      return Bounds(value: scores.mae, low: scores.mae - half, high: scores.mae + half)
    case .correlation:
      // Fisher's transformation: atanh(r) has the standard error 1/√(n − 3).
      guard scores.correlation.isFinite, abs(scores.correlation) < 1 else { return nil }
      let half = deviations / Double(numbers.labels.count - 3).squareRoot()
      let center = atanh(scores.correlation)
      return Bounds(value: scores.correlation, low: tanh(center - half), high: tanh(center + half))
    case .binaryAccuracy: return share(scores.acc2NonZero, of: numbers.labels.count { $0 != 0 })
    case .sevenClassAccuracy: return share(scores.acc7, of: numbers.labels.count)
    case .fourClassAccuracy, .sixClassAccuracy: return nil
    }
  }

  private static func classBounds(of measure: PublishedResult.Measure, _ run: RunRecord, corpus: String) -> Bounds? {
    let classCount = run.results["label_names"]?.elements?.count
    guard measure == .fourClassAccuracy && classCount == 4 || measure == .sixClassAccuracy && classCount == 6,
      let answers = run.answers?.filter({ $0.split == .test && !$0.label.isEmpty && ($0.corpus ?? corpus) == corpus }),
      !answers.isEmpty
    else { return nil }
    return share(Double(answers.count { $0.label == $0.prediction }) / Double(answers.count), of: answers.count)
  }

  /// Returns Wilson's interval for a proportion.
  private static func share(_ value: Double, of count: Int) -> Bounds? {
    guard value.isFinite, count > 0 else { return nil }
    let n = Double(count)
    let square = deviations * deviations
    let center = (value + square / (2 * n)) / (1 + square / n)
    let half = deviations / (1 + square / n) * (value * (1 - value) / n + square / (4 * n * n)).squareRoot()
    return Bounds(value: value, low: center - half, high: center + half)
  }
}
