import Metrics

/// The two figures of an epoch, one to fall and one to rise.
struct Figures {
  /// The mean absolute error; for classification the share of wrong answers.
  let meanAbsoluteError: Double
  /// Pearson's r; for classification the weighted F1.
  let correlation: Double

  /// - Parameters:
  ///   - predictions: [samples, outputs].
  ///   - outputs: 1 for regression, else the number of classes.
  init(_ predictions: [Float], _ labels: [Float], outputs: Int) {
    if outputs == 1 {
      let (x, y) = (predictions.map { Double($0) }, labels.map { Double($0) })
      meanAbsoluteError = Regression.meanAbsoluteError(x, y)
      correlation = Regression.correlation(x, y)
      return
    }
    let classes = labels.indices.map { Answer(predictions, sample: $0, outputs: outputs).best }
    let matrix = ConfusionMatrix(classCount: outputs, predictions: classes, labels: labels.map { Int($0) })
    meanAbsoluteError = 1 - matrix.accuracy
    correlation = matrix.weightedF1
  }
}
