import Metrics
import Samples
import Testing
import Text

@testable import Training

@Suite("What a reader should know first")
struct ReadThisFirstTests {
  /// The lines for a run with 200 test samples of these classes.
  private func lines(_ pairs: [(label: Float, prediction: Float)]) throws -> [String] {
    var outcome = try ExampleOutcome.make(task: .classification)
    outcome.predictions = (0..<200).map { index in
      let pair = pairs[index % pairs.count]
      return Prediction(
        id: "\(index)", split: .test, corpus: 0, label: pair.label, prediction: pair.prediction, scores: [0, 0, 1])
    }
    return ReadThisFirst(RunResults(outcome)).lines
  }

  @Test("a class that is never or always predicted is named, with its samples or its accuracy")
  func classes() throws {
    let never = try lines([(0, 0), (1, 1), (2, 1), (1, 1)])
    #expect(never.contains("Never predicted on test: angry (50 of 200 samples)."))
    #expect(!never.contains { $0.hasPrefix("Predicted for every") })
    let always = try lines([(0, 1), (1, 1)])
    #expect(always.contains("Never predicted on test: happy (100 of 200 samples)."))
    #expect(always.contains("Predicted for every test sample: sad (correct for 100 of 200)."))
    // A class without a test sample need not be predicted.
    #expect(try !lines([(0, 0), (1, 1)]).contains { $0.contains("redicted") })
  }

  @Test("an emotion that is never or always predicted is named")
  func emotions() throws {
    let lines = ReadThisFirst(RunResults(try ExampleOutcome.make(task: .multilabel))).lines
    #expect(lines.contains("Never predicted on test: sad (1 of 3 samples)."))
    #expect(!lines.contains { $0.contains("happy (") })
  }

  @Test("an epoch far from the best by another measure is named with both figures")
  func epoch() throws {
    var outcome = try ExampleOutcome.make()
    outcome.history = [(0.900, 0.95, 1.2, 0.5), (0.899, 0.45, 0.6, 0.85), (0.7, 0.46, 0.59, 0.8)].enumerated().map {
      EpochRecord(
        epoch: $0 + 1, trainLoss: 1, trainError: 1, trainScore: 0.5, validLoss: $1.2, validError: $1.1,
        validScore: $1.0, validConcordance: $1.3, learningRate: 0.001, seconds: 1)
    }
    func lines(_ best: Int) -> [String] {
      outcome.bestEpoch = best
      return ReadThisFirst(RunResults(outcome)).lines.filter { $0.hasPrefix("The chosen epoch") }
    }
    #expect(
      lines(1) == [
        "The chosen epoch 1 is far from the best on valid by another measure: MAE 0.9500, 0.4500 in epoch 2; CCC 0.5000, "
          + "0.8500 in epoch 2; loss 1.2000, 0.5900 in epoch 3. Another --select may suit better."
      ])
    #expect(lines(2).isEmpty)
    #expect(lines(3).first?.contains("r 0.7000, 0.9000 in epoch 1") == true)
  }

  @Test("a modality that does better alone is named with the scores")
  func ablation() throws {
    var results = RunResults(try ExampleOutcome.make())
    results.ablation = [
      (.visual, .sentiment(SentimentScores(predictions: [1, -1, 0, 2], labels: [1, -1, 0, 2]))),
      (.audio, .sentiment(SentimentScores(predictions: [-1, 1, 0, -2], labels: [1, -1, 0, 2]))),
    ]
    let lines = ReadThisFirst(results).lines.filter { $0.contains("alone") }
    #expect(
      lines == [
        "visual alone does better on test than all modalities together: MAE 0.0000 against 0.6500, r 1.0000 "
          + "against \(ScoreTable.text(results.test.named[1].value))."
      ])
    #expect(results.json["warnings"]?.elements?.contains(.string(lines[0])) == true)
  }

  @Test("an allowed leak comes first")
  func leaks() throws {
    var outcome = try ExampleOutcome.make()
    outcome.allowedLeaks = [FolderConflict(check: "id-overlap", summary: "1 speaker in different splits")]
    let results = RunResults(outcome)
    #expect(
      ReadThisFirst(results).lines[0]
        == "Trained with a leak that --allow-leaks id-overlap allows: 1 speaker in different splits.")
    #expect(results.json["allowed_leaks"]?.elements?.first?["check"] == "id-overlap")
  }

  @Test(
    "numbers that are not a ±3 sentiment get errors, r and concordance, but no seven-class accuracy",
    arguments: [("valence", Float(2)), ("happy", 1), ("sentiment", 5)])
  func scale(name: String, shift: Float) throws {
    var outcome = try ExampleOutcome.make()
    outcome.labelNames = [name]
    for index in outcome.predictions.indices { outcome.predictions[index].label += shift }
    let results = RunResults(outcome)
    let names = results.test.named.map(\.name)
    #expect(names == ["mae", "correlation", "ccc", "mse"])
    let keys = Set((results.json.members ?? [:]).keys)
    #expect(keys.isSuperset(of: ["test_mae", "test_correlation", "test_ccc", "test_mse"]))
    #expect(keys.isDisjoint(with: ["acc2_has0", "acc2_non0", "acc5", "acc7", "f1_has0", "f1_non0"]))
    #expect(results.text.contains("CCC") && !results.text.contains("Acc-"))
    let page = try RunReport(results: results, command: "msa-train").html()
    #expect(!page.contains("Acc-") && page.contains("Lin&#39;s concordance") || page.contains("Lin's concordance"))
  }
}
