import Metrics
import Runs
import Samples
import Testing
import Text

@testable import Training

@Suite("Results of a run")
struct RunResultsTests {
  @Test("results.json has the original's keys and our own")
  func keys() throws {
    let json = RunResults(try ExampleOutcome.make()).json
    for key in [
      "best_validation_correlation", "test_correlation", "test_mae", "test_loss", "total_samples", "training_epochs",
      "train_samples", "val_samples", "test_samples", "acc2_has0", "f1_has0", "acc2_non0", "f1_non0", "acc5", "acc7",
      "model", "parameters", "seed", "threads", "manifest_sha256", "baseline", "corpora", "arithmetic",
    ] {
      #expect(json[key] != nil, "\(key)")
    }
    #expect(json["best_validation_correlation"]?.doubleValue == 0.5)
    #expect(json["total_samples"]?.intValue == 12)
    #expect(json["training_epochs"]?.intValue == 3)
    #expect(json["parameters"]?.intValue == 490_849)
    #expect(abs((json["test_mae"]?.doubleValue ?? 0) - 0.65) < 1e-6)
    #expect(json["manifest_sha256"]?.elements?.count == 1)
  }

  @Test("the baseline predicts the mean of the train labels, so it has errors but no correlation")
  func baseline() throws {
    guard case .sentiment(let scores) = RunResults(try ExampleOutcome.make()).baseline else {
      Issue.record("a baseline of another task")
      return
    }
    #expect(scores.mae == 1)  // labels 1, −1, 0, 2 against 0.5
    #expect(scores.correlation.isNaN)
  }

  @Test("classes are scored by accuracy, recall and F1, next to the most frequent class")
  func classes() throws {
    let results = RunResults(try ExampleOutcome.make(task: .classification))
    #expect(results.json["accuracy"]?.doubleValue == 0.75)
    #expect(results.json["confusion_matrix"]?.elements?.count == 3)
    #expect(results.json["best_validation_f1"]?.doubleValue == 0.5)
    #expect(results.json["baseline"]?["accuracy"]?.doubleValue == 0.5)
    #expect(results.text.contains("most frequent class"))
  }

  @Test("a label outside the model's classes counts as missing", arguments: [Float(3), -1, 0.5, .infinity])
  func foreignClass(label: Float) throws {
    var outcome = try ExampleOutcome.make(task: .classification)
    outcome.predictions = outcome.predictions.filter { $0.split == .test }
    outcome.predictions[0].label = label
    #expect(RunResults(outcome).test.sampleCount == 3)
  }

  @Test("several corpora are scored together and separately")
  func corpora() throws {
    let results = RunResults(try ExampleOutcome.make(corpora: 2))
    #expect(results.json["corpora"]?.elements?.count == 2)
    #expect(results.json["corpora"]?.elements?[1]["test"]?["samples"]?.intValue == 4)
    #expect(results.table.rows.map(\.name) == ["crossmodal", "  CORPUS-0", "  CORPUS-1", "train mean"])
  }

  @Test("the history has one entry per epoch, and undefined values are null")
  func history() {
    let json = RunHistory(ExampleOutcome.history, task: .regression).json
    for key in [
      "train_mae", "val_mae", "train_correlation", "val_correlation", "train_loss", "val_loss", "learning_rate",
      "seconds",
    ] {
      #expect(json[key]?.elements?.count == 3, "\(key)")
    }
    #expect(json.canonicalText.contains("\"train_correlation\":[null,0.4,"))
  }

  @Test("ids with commas and quotes survive CSV")
  func csv() throws {
    let outcome = try ExampleOutcome.make()
    let text = PredictionsFile.csv(outcome.predictions, labelNames: outcome.labelNames, corpora: outcome.corpora)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "id,split,label,prediction")
    #expect(lines[1] == "\"valid0,\"\"x\"\"\",valid,1.0,0.5")
    #expect(lines.count == 9)
  }

  @Test("predictions list class probabilities, the corpus if there are several, and blanks for missing labels")
  func csvColumns() throws {
    var outcome = try ExampleOutcome.make(task: .classification, corpora: 2)
    outcome.predictions[0].label = .nan
    let lines = PredictionsFile.csv(outcome.predictions, labelNames: outcome.labelNames, corpora: outcome.corpora)
      .split(separator: "\n")
    #expect(lines[0] == "id,split,label,prediction,score_happy,score_sad,score_angry,corpus")
    #expect(lines[1].hasSuffix(",valid,,happy,0.25,0.5,0.25,CORPUS-0"))
  }

  @Test("ids are never altered, names that look like formulas get an apostrophe, and terminals get escapes")
  func csvFormulas() throws {
    var outcome = try ExampleOutcome.make(task: .classification, corpora: 2)
    outcome.predictions[0].id = "=-qX\u{1b}\n[0]"
    func first(isForTerminal: Bool) -> Substring? {
      PredictionsFile.csv(
        outcome.predictions, labelNames: ["=HYPERLINK(1)", "-sad", "1"], corpora: outcome.corpora,
        isForTerminal: isForTerminal
      ).split(separator: "\n", maxSplits: 1)[1].split(separator: "CORPUS-0").first
    }
    #expect(first(isForTerminal: false) == "\"=-qX\u{1b}\n[0]\",valid,'=HYPERLINK(1),'=HYPERLINK(1),0.25,0.5,0.25,")
    #expect(first(isForTerminal: true) == "=-qX\\u{1B}\\u{A}[0],valid,'=HYPERLINK(1),'=HYPERLINK(1),0.25,0.5,0.25,")
  }

  @Test("several seeds give mean and deviation")
  func seeds() throws {
    var outcomes = [try ExampleOutcome.make(), try ExampleOutcome.make()]
    outcomes[1].configuration.seed = 43
    for index in outcomes[1].predictions.indices { outcomes[1].predictions[index].prediction += 1 }
    let results = SeedResults(outcomes.map(RunResults.init))
    let means = [0.65, (0.5 + 0 + 1.1 + 2) / 4].reduce(0, +) / 2
    #expect(abs((results.json["mean"]?["mae"]?.doubleValue ?? 0) - means) < 1e-6)
    #expect(results.json["seeds"] == [42, 43])
    #expect(results.text.contains("± std"))
  }

  @Test(
    "emotions are scored one by one and on average, next to the baseline, without unlabelled samples")
  func emotions() throws {
    let results = RunResults(try ExampleOutcome.make(task: .multilabel))
    guard case .emotions(let scores) = results.test, case .emotions(let baseline) = results.baseline else {
      Issue.record("scores of another task")
      return
    }
    #expect(scores.sampleCount == 3)
    // Only happy is predicted; happy is always present, sad once, angry never.
    #expect(scores.emotions.map(\.accuracy) == [1, 2.0 / 3, 1])
    #expect(scores.emotions.map(\.unweightedAccuracy) == [1, 0.5, 1])
    // More than half of the train samples are happy, and one in three is sad.
    #expect(baseline.emotions.map(\.accuracy) == [1, 2.0 / 3, 1])
    let json = results.json
    #expect(json["emotions"]?["sad"]?["unweighted_accuracy"]?.doubleValue == 0.5)
    #expect(json["emotions"]?["sad"]?["confusion_matrix"]?.elements?.count == 2)
    #expect(json["best_validation_f1"]?.doubleValue == 0.5)
    #expect(results.text.contains("emotion"))
    let csv = PredictionsFile.csv(
      results.outcome.predictions, labelNames: results.outcome.labelNames, corpora: results.outcome.corpora)
    let lines = csv.split(separator: "\n").map(String.init)
    #expect(lines[0] == "id,split,label,prediction,score_happy,score_sad,score_angry")
    #expect(lines[2] == "valid1,valid,happy|sad,happy,0.75,0.25,0.125")
    #expect(lines[4] == "valid3,valid,,happy,0.75,0.25,0.125")
  }
}
