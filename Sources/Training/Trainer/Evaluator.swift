import Metrics
import TensorCore
import Text

extension ModelKind {
  /// Samples that are predicted at once, at least; sequences take much more room than vectors.
  var evaluationBatch: Int { takesSequences ? 32 : 64 }
}

/// Predicts for whole splits in evaluation mode.
final class Evaluator {
  private let network: Network
  private let gatherer: BatchGatherer
  private let weights: String

  /// - Parameter weights: the file that the weights are of, for messages.
  init(network: Network, gatherer: BatchGatherer, weights: String = "the weights") {
    self.network = network
    self.gatherer = gatherer
    self.weights = weights
  }

  /// The predictions for a split, [samples, outputs], in its order.
  ///
  /// - Parameter diverged: makes the error for a sample whose answer is not finite, where the weights are being learned.
  /// - Throws: that error, or `DataError` 65, when one is not finite: no score of it would mean anything.
  func predictions(
    for set: SampleSet, diverged: ((_ problem: String) -> DataError)? = nil
  ) throws -> [Float] {
    let predictions = unchecked(set)
    guard let bad = predictions.firstIndex(where: { !$0.isFinite }) else { return predictions }
    let (id, answer) = (set.ids[bad / network.output.width], predictions[bad].isNaN ? "nan" : "\(predictions[bad])")
    if let diverged { throw diverged("the model answers \(answer) for \(id)") }
    throw DataError(
      .badData, file: weights, place: id, "the model answers \(answer)", expected: "a finite number",
      advice: "The weights are damaged, or the training that gave them went astray.")
  }

  private func unchecked(_ set: SampleSet) -> [Float] {
    let outputs = network.output.width
    let order = (0..<set.count).map { Int32($0) }
    var result = [Float](repeating: 0, count: set.count * outputs)
    result.withUnsafeMutableBufferPointer { result in
      order.withUnsafeBufferPointer { order in
        // Pieces of the same size whatever the threads: a product's bits depend on its shape.
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

/// The figures of an epoch: an error that is to fall, and what is to rise.
struct EpochFigures {
  /// The mean absolute error; for classification the share of wrong answers, for multilabel its mean over the emotions.
  let meanAbsoluteError: Double
  /// Pearson's r; for classification the weighted F1, for multilabel its mean over the emotions.
  let correlation: Double
  /// Lin's concordance; NaN for classification and multilabel.
  var concordance = Double.nan
  /// The mean recall of the classes that occur, for multilabel its mean over the emotions; NaN for regression.
  var unweightedAccuracy = Double.nan

  /// - Parameters:
  ///   - predictions: [samples, outputs].
  ///   - outputs: 1 for regression, else the number of classes or emotions.
  init(_ predictions: [Float], _ labels: [Float], outputs: Int, task: TrainingTask) {
    if task == .multilabel {
      // A probability of one half is a score of 0.
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
