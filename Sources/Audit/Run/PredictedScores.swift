import Metrics
import Runs
import Samples
import Tables
import Text

/// The scores that predictions give, under the names that results.json has for them.
struct PredictedScores {
  /// The number of samples with a label.
  let sampleCount: Int
  let values: [String: Double]

  /// Scores of numbers, of which sentiment has some more.
  init(predictions: [Double], labels: [Double]) {
    let scores = SentimentScores(predictions: predictions, labels: labels)
    sampleCount = labels.count
    values = [
      "mae": scores.mae, "mse": scores.mse, "correlation": scores.correlation, "ccc": scores.concordance,
      "acc2_has0": scores.acc2HasZero, "f1_has0": scores.f1HasZero, "acc2_non0": scores.acc2NonZero,
      "f1_non0": scores.f1NonZero, "acc5": scores.acc5, "acc7": scores.acc7,
    ]
  }

  private init(sampleCount: Int, values: [String: Double]) {
    (self.sampleCount, self.values) = (sampleCount, values)
  }

  /// Scores of a run's answers; nil if its task, or a name among the answers, is unknown.
  init?(_ answers: [PredictionsFile.Answer], of run: RunRecord) {
    let known = answers.filter { !$0.label.isEmpty }
    let names = (run.results["label_names"]?.elements ?? []).compactMap(\.text).map(SpreadsheetText.cell)
    switch run.task {
    case "regression":
      let pairs = known.compactMap { answer -> (Double, Double)? in
        guard let label = Double(answer.label), let prediction = Double(answer.prediction) else { return nil }
        return (prediction, label)
      }
      self.init(predictions: pairs.map(\.0), labels: pairs.map(\.1))
    case "classification":
      let labels = known.compactMap { names.firstIndex(of: $0.label) }
      let predictions = known.compactMap { names.firstIndex(of: $0.prediction) }
      guard names.count > 1, labels.count == known.count, predictions.count == known.count else { return nil }
      let matrix = ConfusionMatrix(classCount: names.count, predictions: predictions, labels: labels)
      self.init(
        sampleCount: known.count,
        values: [
          "accuracy": matrix.accuracy, "unweighted_accuracy": matrix.unweightedAccuracy, "f1": matrix.weightedF1,
          "f1_macro": matrix.macroF1,
        ])
    case "multilabel":
      let (labels, predictions) = (known.map { Self.present($0.label) }, known.map { Self.present($0.prediction) })
      guard !names.isEmpty, (labels + predictions).allSatisfy({ $0.isSubset(of: names) }) else { return nil }
      let emotions = names.map { name in
        ConfusionMatrix(
          predictions: predictions.map { $0.contains(name) }, labels: labels.map { $0.contains(name) })
      }
      self.init(
        sampleCount: known.count,
        values: [
          "accuracy": Regression.mean(emotions.map(\.accuracy)),
          "unweighted_accuracy": Regression.mean(emotions.map(\.unweightedAccuracy)),
          "f1": Regression.mean(emotions.map(\.weightedF1)),
        ])
    default: return nil
    }
  }

  /// The emotions of an answer, which are separated by bars.
  private static func present(_ cell: String) -> Set<String> {
    cell == "none" ? [] : Set(cell.split(separator: "|").map(String.init))
  }
}
