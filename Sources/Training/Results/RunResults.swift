import Metrics
import Processor
import Runs
public import Samples
public import Text

/// The results of a run: the scores of both held-out splits, beside those of baselines that learn next to nothing.
public struct RunResults: Sendable {
  /// The outcome of training.
  public let outcome: TrainingOutcome
  /// The scores by split, for valid and test.
  public let scores: [Split: RunScores]
  /// The test scores of always predicting the mean of the train labels, or their most frequent class.
  public let baseline: RunScores
  /// The test scores of each prepared folder, in order.
  public let corpora: [RunScores]
  /// The test scores of models that saw only one modality; empty if none were trained.
  public var ablation: [(modality: Modality, scores: RunScores)] = []

  /// Scores the outcome of training.
  public init(_ outcome: TrainingOutcome) {
    self.outcome = outcome
    let task = outcome.configuration.task
    let kind = ScoreKind(
      task, labelNames: outcome.labelNames, labels: outcome.trainLabels + outcome.predictions.map(\.label))
    func scored(_ predictions: [Prediction]) -> RunScores { RunScores(predictions, kind) }
    let bySplit = Dictionary(grouping: outcome.predictions, by: \.split)
    let test = bySplit[.test] ?? []
    scores = [.valid: scored(bySplit[.valid] ?? []), .test: scored(test)]
    let answer = Self.constantAnswer(outcome.trainLabels, task: task, classCount: outcome.labelNames.count)
    baseline = scored(
      test.map {
        Prediction(
          id: $0.id, split: .test, corpus: $0.corpus, label: $0.label, prediction: answer[0],
          scores: task == .multilabel ? answer : [], labels: $0.labels)
      })
    corpora = outcome.corpora.indices.map { corpus in scored(test.filter { $0.corpus == corpus }) }
  }

  /// The test scores.
  public var test: RunScores { scores[.test] ?? baseline }

  /// Whether there was a valid split to choose the epoch by.
  var hasValid: Bool { !outcome.configuration.keepsLastEpoch }

  /// The record of the best epoch; nil if no epoch was run.
  var bestRecord: EpochRecord? { outcome.history.first { $0.epoch == outcome.bestEpoch } }

  /// The name of the baseline in tables.
  var baselineName: String {
    switch outcome.configuration.task {
    case .regression: "train mean"
    case .classification: "most frequent class"
    case .multilabel: "most frequent"
    }
  }

  /// Returns the best prediction that ignores all features: the mean for squared errors, the most frequent class for
  /// accuracy.
  ///
  /// For multilabel, 1 or 0 for each emotion, whichever is more frequent.
  private static func constantAnswer(_ labels: [Float], task: TrainingTask, classCount: Int) -> [Float] {
    let known = labels.filter { !$0.isNaN }
    switch task {
    case .regression: return [Float(Regression.mean(known.map(Double.init)))]
    case .classification:
      var counts = [Int](repeating: 0, count: max(classCount, 1))
      for label in known { counts[Int(label)] += 1 }
      return [Float(counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0)]
    case .multilabel:
      return (0..<classCount).map { emotion in
        let own = stride(from: emotion, to: labels.count, by: classCount).map { labels[$0] }
        return 2 * own.count { $0 > 0 } > own.count ? 1 : 0
      }
    }
  }
}

extension RunResults {
  /// The test scores beside those of the baselines, and those of each corpus if there are several.
  var table: ScoreTable {
    var table = ScoreTable("test split")
    table.add(outcome.configuration.model.rawValue, test)
    if corpora.count > 1 {
      for (name, scores) in zip(CorpusRecord.names(outcome.corpora), corpora) { table.add("  " + name, scores) }
    }
    for (modality, scores) in ablation { table.add("\(modality) alone", scores) }
    table.add(baselineName, baseline)
    return table
  }

  /// The test scores of each emotion; nil for other tasks.
  var emotionTable: ScoreTable? {
    guard case .emotions(let scores) = test else { return nil }
    var table = ScoreTable("emotion")
    for (name, matrix) in zip(outcome.labelNames, scores.emotions) {
      let there = matrix.classes[1]
      let cells = [
        ("accuracy", matrix.accuracy), ("unweighted_accuracy", matrix.unweightedAccuracy), ("f1", matrix.weightedF1),
      ]
      .map { (name: $0.0, value: ScoreTable.text($0.1)) }
      table.add(name, cells: cells + [("samples", there.support.grouped), ("recall", ScoreTable.text(there.recall))])
    }
    return table
  }

  /// The contents of results.json: the original project's keys, and our own.
  public var json: JSONValue {
    let configuration = outcome.configuration
    let moved: Set<String> = ["mae", "mse", "correlation", "ccc"]
    let scored = test.json(outcome.labelNames)
    var members = scored.filter { $0.key != "samples" && !moved.contains($0.key) }
    let validation: JSONValue = hasValid ? .number(bestRecord?.validScore ?? .nan) : .null
    switch test {
    case .sentiment, .scale:
      members["best_validation_correlation"] = validation
      for (name, value) in scored where moved.contains(name) { members["test_" + name] = value }
    case .classes, .emotions: members["best_validation_f1"] = validation
    }
    members["test_loss"] = .number(outcome.testLoss)
    members["training_epochs"] = .integer(outcome.history.count)
    members["best_epoch"] = .integer(outcome.bestEpoch)
    let counts = Split.allCases.map { split in outcome.corpora.map { $0.samples[split] ?? 0 }.reduce(0, +) }
    for (key, count) in zip(["train_samples", "val_samples", "test_samples"], counts) { members[key] = .integer(count) }
    members["total_samples"] = .integer(counts.reduce(0, +))
    members["format"] = .string(RunFile.format)
    members["model"] = .string(configuration.model.rawValue)
    members["parameters"] = .integer(outcome.parameterCount)
    members["seed"] = configuration.seedJSON
    members["threads"] = .integer(configuration.threads)
    members["arithmetic"] = Arithmetic.used
    members["manifest_sha256"] = .array(outcome.corpora.map { .string($0.manifestSHA256) })
    members["label_names"] = .array(outcome.labelNames.map { .string($0) })
    members["config"] = configuration.fingerprinted
    members["validation"] = hasValid ? .object((scores[.valid] ?? baseline).json(outcome.labelNames)) : .null
    if outcome.labelsAreShares { members["label_shares"] = true }
    members["baseline"] = .object(baseline.json(outcome.labelNames).merging(["name": .string(baselineName)]) { $1 })
    members["corpora"] = .array(
      zip(outcome.corpora, corpora).map {
        .object($0.json.merging(["test": .object($1.json(outcome.labelNames))]) { $1 })
      })
    members["warnings"] = .array(ReadThisFirst(self).lines.map { .string($0) })
    if !outcome.allowedLeaks.isEmpty {
      members["allowed_leaks"] = .array(
        outcome.allowedLeaks.map { ["check": .string($0.check), "summary": .string($0.summary)] })
    }
    if !ablation.isEmpty {
      members["ablation"] = .object(
        Dictionary(
          uniqueKeysWithValues: ablation.map { ($0.modality.rawValue, .object($0.scores.json(outcome.labelNames))) }))
    }
    return .object(members)
  }

  /// The text that the program prints.
  public var text: String {
    let configuration = outcome.configuration
    let validation = ScoreTable.text(bestRecord?.validScore ?? .nan)
    let measure = configuration.task == .regression ? "r" : "F1"
    return """
      \(configuration.model.rawValue): \(outcome.parameterCount.counted("parameter")), \
      \(outcome.history.count.counted("epoch")), \
      \(hasValid ? "best epoch \(outcome.bestEpoch) with validation \(measure) \(validation)" : "of which the last is kept: there is no valid split").

      \(table.text)\(emotionTable.map { "\n" + $0.text } ?? "")
      """
  }
}

extension TrainingConfiguration {
  /// The seed as JSON: a number, or a string if it does not fit a signed integer.
  var seedJSON: JSONValue { Int(exactly: seed).map { .integer($0) } ?? .string(String(seed)) }
}

extension CorpusRecord {
  /// Returns the names that tell corpora apart: each corpus's own name, or its folder if two share a name.
  static func names(_ corpora: [CorpusRecord]) -> [String] {
    let datasets = corpora.map(\.dataset)
    return Set(datasets).count == datasets.count ? datasets : corpora.map(\.folder)
  }

  /// The record as stored in results.json.
  var json: [String: JSONValue] {
    [
      "folder": .string(folder), "dataset": .string(dataset), "granularity": .string(granularity),
      "manifest_sha256": .string(manifestSHA256), "scalers_sha256": .string(scalersSHA256),
      "samples": .object(Dictionary(uniqueKeysWithValues: samples.map { ($0.key.rawValue, .integer($0.value)) })),
      "widths": .object(Dictionary(uniqueKeysWithValues: widths.map { ($0.key.rawValue, .integer($0.value)) })),
    ]
  }
}
