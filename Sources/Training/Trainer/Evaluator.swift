import Metrics
import TensorCore
import Text

extension ModelKind {
  /// The minimum number of samples to predict at once; sequences take much more memory than vectors.
  var evaluationBatch: Int { takesSequences ? 32 : 64 }
}

/// Makes predictions for whole splits in evaluation mode.
final class Evaluator {
  private let network: Network
  private let gatherer: BatchGatherer
  private let weights: String

  /// - Parameter weights: the file that the weights come from, for messages.
  init(network: Network, gatherer: BatchGatherer, weights: String = "the weights") {
    self.network = network
    self.gatherer = gatherer
    self.weights = weights
  }

  /// Returns the predictions for a split, [samples, outputs], in the split's order.
  ///
  /// - Parameter diverged: makes the error for a sample whose prediction is not finite, while the weights are still
  ///   being learned.
  /// - Throws: that error, or `DataError` 65, if a prediction is not finite, as no score would mean anything then.
  func predictions(
    for set: SampleSet, diverged: ((_ problem: String) -> DataError)? = nil
  ) throws -> [Float] {
    let predictions = unchecked(set)
    guard let bad = predictions.firstIndex(where: { !$0.isFinite }) else { return predictions }
    let (id, answer) = (set.ids[bad / network.output.width], predictions[bad].isNaN ? "nan" : "\(predictions[bad])")
    if let diverged { throw diverged("the model predicts \(answer) for \(id)") }
    throw DataError(
      .badData, file: weights, place: id, "the model predicts \(answer)", expected: "a finite number",
      advice: "The weights are damaged, or the training that produced them diverged.")
  }

  private func unchecked(_ set: SampleSet) -> [Float] {
    let outputs = network.output.width
    let order = (0..<set.count).map { Int32($0) }
    var result = [Float](repeating: 0, count: set.count * outputs)
    result.withUnsafeMutableBufferPointer { result in
      order.withUnsafeBufferPointer { order in
        // Pieces have the same size whatever the number of threads, because a product's bits depend on its shape.
        for start in stride(from: 0, to: order.count, by: network.capacity) {
          let end = min(start + network.capacity, order.count)
          gatherer.choose(UnsafeBufferPointer(rebasing: order[start..<end]), of: set)
          network.forward(Pass(samples: end - start, isTraining: false, step: 0), gather: gatherer)
          result.part(from: start * outputs, count: (end - start) * outputs).take(
            UnsafeBufferPointer(network.predictions(end - start)))
        }
      }
    }
    return result
  }
}

/// The figures of an epoch: an error, which should fall, and scores, which should rise.
struct EpochFigures {
  /// The mean absolute error; for classification, the share of wrong predictions; for multilabel, the mean of that
  /// share over the emotions.
  let meanAbsoluteError: Double
  /// Pearson's r; for classification, the weighted F1; for multilabel, its mean over the emotions.
  let correlation: Double
  /// Lin's concordance; NaN for classification and multilabel.
  var concordance = Double.nan
  /// The mean recall of the classes that occur; for multilabel, its mean over the emotions; NaN for regression.
  var unweightedAccuracy = Double.nan

  /// - Parameters:
  ///   - predictions: [samples, outputs].
  ///   - outputs: 1 for regression, otherwise the number of classes or emotions.
  init(_ predictions: [Float], _ labels: [Float], outputs: Int, task: TrainingTask) {
    if task == .multilabel {
      // A probability of one half corresponds to a score of 0.
      let scores = EmotionScores(predictions: predictions.map { $0 >= 0 }, labels: labels, count: outputs)
      (meanAbsoluteError, correlation) = (1 - scores.accuracy, scores.weightedF1)
      unweightedAccuracy = scores.unweightedAccuracy
      return
    }
    if task == .regression {
      let (x, y) = (predictions.map { Double($0) }, labels.map { Double($0) })
      meanAbsoluteError = Regression.meanAbsoluteError(x, y)
      correlation = Regression.correlation(x, y)
      concordance = Regression.concordance(x, y)
      return
    }
    let classes = labels.indices.map { Answer(predictions, sample: $0, outputs: outputs).best }
    let matrix = ConfusionMatrix(classCount: outputs, predictions: classes, labels: labels.map { Int($0) })
    meanAbsoluteError = 1 - matrix.accuracy
    correlation = matrix.weightedF1
    unweightedAccuracy = matrix.unweightedAccuracy
  }
}
