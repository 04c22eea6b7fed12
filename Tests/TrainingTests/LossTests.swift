import Testing

@testable import Training

/// A loss, and the place of its golden.
struct LossCase: CustomTestStringConvertible {
  let name: String
  let loss: any Loss
  /// The place of predictions and labels, if the loss has its own.
  var scores: String?
  var testDescription: String { name }

  static let all = [
    LossCase(name: "mse", loss: MSELoss()), LossCase(name: "l1", loss: L1Loss()),
    LossCase(name: "pearson", loss: PearsonLoss()), LossCase(name: "sentiment", loss: WeightedLoss.sentiment),
    LossCase(name: "cross_entropy", loss: CrossEntropyLoss(), scores: "loss.cross_entropy.scores"),
    LossCase(name: "bce", loss: BCEWithLogitsLoss(), scores: "loss.bce.scores"),
  ]

  func evaluate(_ predictions: [Float], _ labels: [Float], outputs: Int) -> (value: Double, gradient: [Float]) {
    var gradient = [Float](repeating: 0, count: predictions.count)
    let value = predictions.withUnsafeBufferPointer { predictions in
      labels.withUnsafeBufferPointer { labels in
        gradient.withUnsafeMutableBufferPointer {
          loss.evaluate(LabelledBatch(predictions, labels: labels, outputs: outputs), factor: 1, addingTo: $0)
        }
      }
    }
    return (value, gradient)
  }

  func inputs(_ golden: Golden) throws -> (predictions: [Float], labels: [Float], outputs: Int) {
    if let scores {
      return (try golden[scores], try golden["loss.\(name).labels"], try golden.shape(scores)[1])
    }
    return (try golden["loss.predictions"], try golden["loss.labels"], 1)
  }
}

@Test("a loss matches PyTorch's value and gradient", arguments: LossCase.all)
func lossParity(_ lossCase: LossCase) throws {
  let golden = try Golden("layers")
  let (predictions, labels, outputs) = try lossCase.inputs(golden)
  let (value, gradient) = lossCase.evaluate(predictions, labels, outputs: outputs)
  try #expect(difference([Float(value)], golden["loss.\(lossCase.name).value"]) < 1e-6)
  try #expect(difference(gradient, golden["loss.\(lossCase.name).gradient"]) < 1e-6)
}

@Test("a loss's gradient matches its slope by finite differences", arguments: LossCase.all)
func lossSlopes(_ lossCase: LossCase) throws {
  var (predictions, labels, outputs) = try lossCase.inputs(Golden("layers"))
  predictions[3] += 0.5  // away from the kink of |x|
  let gradient = lossCase.evaluate(predictions, labels, outputs: outputs).gradient
  for index in predictions.indices {
    var (above, below) = (predictions, predictions)
    above[index] += 1e-3
    below[index] -= 1e-3
    let rise =
      lossCase.evaluate(above, labels, outputs: outputs).value
      - lossCase.evaluate(below, labels, outputs: outputs).value
    let slope = rise / (Double(above[index]) - Double(below[index]))
    #expect(abs(slope - Double(gradient[index])) < 1e-5, "\(index)")
  }
}

@Test("cross-entropy with shares of classes is NumPy's, and with a whole share that of a class number")
func shares() {
  let loss = LossCase(name: "shares", loss: CrossEntropyLoss())
  let scores: [Float] = [0.5, -1.25, 2, 1.5, 0.25, -0.75]
  let (value, gradient) = loss.evaluate(scores, [0.5, 0.25, 0.25, 0, 1 / 3, 2 / 3], outputs: 3)
  // y·(logsumexp(s) − s) summed over the classes, and softmax(s) − y, each divided by the two samples, in float64.
  #expect(abs(value - 2.0212306295879614) < 1e-6)
  let slopes: [Float] = [-0.1615899, -0.1096366, 0.2712265, 0.3592202, -0.0637484, -0.2954718]
  #expect(difference(gradient, slopes) < 1e-6)
  let (one, slope) = loss.evaluate(scores, [2, 0], outputs: 3)
  let (whole, slopeOfWhole) = loss.evaluate(scores, [0, 0, 1, 1, 0, 0], outputs: 3)
  #expect(abs(one - whole) < 1e-12 && difference(slope, slopeOfWhole) < 1e-7)
}

@Test("constant predictions have correlation 0 and a finite gradient")
func constantPredictions() {
  let (value, gradient) = LossCase.all[2].evaluate([1, 1, 1], [1, 2, 4], outputs: 1)
  #expect(value == 1)
  #expect(!gradient.contains { !$0.isFinite })
}

/// A call that a loss must refuse: the lengths do not match, or a label is not a class.
private func evaluate(_ loss: any Loss, predictions: Int, labels: [Float], outputs: Int, gradient: Int) {
  let scores = [Float](repeating: 0, count: predictions)
  var slopes = [Float](repeating: 0, count: gradient)
  scores.withUnsafeBufferPointer { scores in
    labels.withUnsafeBufferPointer { labels in
      slopes.withUnsafeMutableBufferPointer {
        _ = loss.evaluate(LabelledBatch(scores, labels: labels, outputs: outputs), factor: 1, addingTo: $0)
      }
    }
  }
}

@Test("a loss traps on mismatched lengths")
func lossLengths() async {
  await #expect(processExitsWith: .failure) {
    evaluate(MSELoss(), predictions: 4, labels: [0, 0, 0], outputs: 1, gradient: 4)
  }
  await #expect(processExitsWith: .failure) {
    evaluate(L1Loss(), predictions: 4, labels: [0, 0, 0, 0], outputs: 1, gradient: 3)
  }
  await #expect(processExitsWith: .failure) {
    evaluate(PearsonLoss(), predictions: 4, labels: [0, 0], outputs: 2, gradient: 4)
  }
  await #expect(processExitsWith: .failure) {
    evaluate(CrossEntropyLoss(), predictions: 4, labels: [0, 2], outputs: 2, gradient: 4)
  }
  await #expect(processExitsWith: .failure) {
    evaluate(CrossEntropyLoss(), predictions: 4, labels: [0, -1], outputs: 2, gradient: 4)
  }
  await #expect(processExitsWith: .success) {
    evaluate(CrossEntropyLoss(), predictions: 4, labels: [0, 1], outputs: 2, gradient: 4)
  }
}
