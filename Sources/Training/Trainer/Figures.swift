import Metrics

/// The figures of an epoch: an error that is to fall, and what is to rise.
struct Figures {
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
