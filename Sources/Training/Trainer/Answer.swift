import Samples
import TensorCore
import Text

/// What the scores of one sample say.
struct Answer {
  /// The class with the highest score, or the first one in a tie.
  let best: Int
  /// The softmax of the scores.
  let probabilities: [Float]

  /// - Parameter predictions: the scores, [samples, outputs].
  init(_ predictions: [Float], sample: Int, outputs: Int) {
    var scores = Array(predictions[sample * outputs..<(sample + 1) * outputs])
    scores.withUnsafeMutableBufferPointer { AttentionKernel.softmax($0) }
    best = scores.indices.max { scores[$0] < scores[$1] || scores[$0] == scores[$1] && $0 > $1 } ?? 0
    probabilities = scores
  }
}

extension SampleSet {
  /// Returns the samples with their predictions; `predictions` is [samples, outputs].
  func answers(_ predictions: [Float], outputs: Int, task: TrainingTask) -> [Prediction] {
    ids.indices.map { sample in
      var prediction = Prediction(
        id: ids[sample], split: split, corpus: folders[sample],
        label: scored[sample * (task == .multilabel ? outputs : 1)],
        prediction: predictions[sample])
      if task == .multilabel {
        let place = sample * outputs..<(sample + 1) * outputs
        prediction.scores = predictions[place].map { Float(1 / (1 + exponential(-Double($0)))) }
        prediction.labels = Array(labels[place])
        prediction.label = prediction.labels.reduce(0, +)
        prediction.prediction = Float(prediction.scores.count { $0 >= Prediction.threshold })
      } else if outputs > 1 {
        let answer = Answer(predictions, sample: sample, outputs: outputs)
        (prediction.prediction, prediction.scores) = (Float(answer.best), answer.probabilities)
        // The model cannot be scored on a class that it does not know.
        if !(0..<outputs).contains(where: { Float($0) == prediction.label }) { prediction.label = .nan }
      }
      return prediction
    }
  }

  /// Checks that every label is one of the classes, or consists of shares of them.
  ///
  /// - Throws: `DataError` 65 naming the first sample with any other label.
  func check(outputs: Int, task: TrainingTask) throws {
    if task != .classification { return }
    if labelWidth > 1 {
      for (sample, id) in ids.enumerated() {
        let shares = labels[sample * labelWidth..<(sample + 1) * labelWidth]
        let sum = shares.reduce(0) { $0 + Double($1) }
        // Shares are stored as float32.
        if shares.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= 1e-4 { continue }
        throw DataError(
          .badData, place: id, "its shares of the classes add up to \(sum)", expected: "1, and none below 0",
          advice: "Prepare the folder again with --overwrite.")
      }
      return
    }
    for (id, label) in zip(ids, labels) where label < 0 || label >= Float(outputs) || label.rounded() != label {
      throw DataError(
        .badData, place: id, "its class is \(label)", expected: "one of the \(outputs) classes of the train split",
        advice: "Prepare the folder with another split, or leave the sample out.")
    }
  }
}
