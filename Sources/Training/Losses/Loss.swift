import TensorCore

/// A loss function. Predictions are [samples, outputs], row-major; sums are in float64.
protocol Loss: Sendable {
  /// Returns the loss, and adds `factor` times its gradient to `gradient` unless that is nil.
  ///
  /// - Precondition: the labels have the shape that the loss expects, and `gradient` has one value per prediction.
  func evaluate(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double
}

/// A batch of predictions with its labels.
struct LabelledBatch {
  /// [samples, outputs].
  let predictions: UnsafeBufferPointer<Float>
  /// [samples], or [samples, outputs].
  let labels: UnsafeBufferPointer<Float>
  /// The number of values predicted per sample.
  let outputs: Int

  /// - Precondition: the samples are complete, and all have the same number of labels.
  init(_ predictions: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Float>, outputs: Int) {
    precondition(
      outputs > 0 && predictions.count.isMultiple(of: outputs)
        && (labels.count == predictions.count || labels.count == predictions.count / outputs),
      "one label per sample, or one per output")
    self.predictions = predictions
    self.labels = labels
    self.outputs = outputs
  }

  var samples: Int { predictions.count / outputs }

  /// Ends the program if a prediction has no label of its own or no room for its gradient.
  fileprivate func requirePairs(_ gradient: Vector?) {
    precondition(labels.count == predictions.count, "one label a prediction")
    requireRoom(gradient)
  }

  /// Ends the program if a prediction has no room for its gradient.
  fileprivate func requireRoom(_ gradient: Vector?) {
    precondition(gradient == nil || gradient?.count == predictions.count, "one slope a prediction")
  }
}

/// `torch.nn.MSELoss`.
struct MSELoss: Loss {
  func evaluate(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double {
    batch.requirePairs(gradient)
    let (predictions, labels, count) = (batch.predictions, batch.labels, batch.predictions.count)
    var sum = 0.0
    for index in 0..<count {
      let difference = Double(predictions[index]) - Double(labels[index])
      sum += difference * difference
      gradient?[index] += Float(factor * 2 * difference / Double(count))
    }
    return sum / Double(count)
  }
}

/// `torch.nn.L1Loss`; its slope is 0 where the prediction equals the label.
struct L1Loss: Loss {
  func evaluate(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double {
    batch.requirePairs(gradient)
    let (predictions, labels, count) = (batch.predictions, batch.labels, batch.predictions.count)
    var sum = 0.0
    for index in 0..<count {
      let difference = Double(predictions[index]) - Double(labels[index])
      sum += difference.magnitude
      let slope: Double = difference > 0 ? 1 : difference < 0 ? -1 : 0
      gradient?[index] += Float(factor * slope / Double(count))
    }
    return sum / Double(count)
  }
}

/// 1 − r, with Pearson's r over the batch and 1e-8 added inside each of the two square roots, as in the original
/// project.
struct PearsonLoss: Loss {
  static let epsilon = 1e-8

  func evaluate(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double {
    batch.requirePairs(gradient)
    let (predictions, labels, count) = (batch.predictions, batch.labels, batch.predictions.count)
    let n = Double(count)
    var (meanX, meanY) = (0.0, 0.0)
    for index in 0..<count {
      meanX += Double(predictions[index])
      meanY += Double(labels[index])
    }
    meanX /= n
    meanY /= n
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      let (x, y) = (Double(predictions[index]) - meanX, Double(labels[index]) - meanY)
      xx += x * x
      yy += y * y
      xy += x * y
    }
    let (deviationX, deviationY) = ((xx / n + Self.epsilon).squareRoot(), (yy / n + Self.epsilon).squareRoot())
    let covariance = xy / n
    let correlation = covariance / (deviationX * deviationY)
    if let gradient {
      for index in 0..<count {
        let (x, y) = (Double(predictions[index]) - meanX, Double(labels[index]) - meanY)
        let slope = (y / deviationY - correlation * x / deviationX) / (n * deviationX)
        gradient[index] -= Float(factor * slope)
      }
    }
    return 1 - correlation
  }
}

/// A weighted sum of losses.
struct WeightedLoss: Loss {
  let terms: [(weight: Double, loss: any Loss)]

  /// The loss of the original project: 0.4 · (MSE + MAE) / 2 + 0.6 · (1 − r).
  static let sentiment = WeightedLoss(terms: [(0.2, MSELoss()), (0.2, L1Loss()), (0.6, PearsonLoss())])

  func evaluate(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double {
    var sum = 0.0
    for index in terms.indices {
      let weight = terms[index].weight
      sum += weight * terms[index].loss.evaluate(batch, factor: factor * weight, addingTo: gradient)
    }
    return sum
  }
}

/// `torch.nn.CrossEntropyLoss`: predictions are scores [samples, classes]; labels are class numbers [samples], or the
/// classes' shares [samples, classes], which add up to 1.
struct CrossEntropyLoss: Loss {
  func evaluate(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double {
    batch.requireRoom(gradient)
    let (samples, outputs, labels) = (batch.samples, batch.outputs, batch.labels)
    if outputs > 1, labels.count == batch.predictions.count {
      return evaluateShares(batch, factor: factor, addingTo: gradient)
    }
    precondition(labels.count == samples, "one class a sample")
    var sum = 0.0
    for sample in 0..<samples {
      let label = Int(labels[sample])
      precondition(label >= 0 && label < outputs, "a label is one of the classes")
      let scores = batch.predictions.part(from: sample * outputs, count: outputs)
      var largest = Double(scores[0])
      for output in 1..<outputs { largest = max(largest, Double(scores[output])) }
      var total = 0.0
      for output in 0..<outputs { total += exponential(Double(scores[output]) - largest) }
      sum += largest + logarithm(total) - Double(scores[label])
      guard let gradient else { continue }
      for output in 0..<outputs {
        let probability = exponential(Double(scores[output]) - largest) / total
        let slope = probability - (output == label ? 1 : 0)
        gradient[sample * outputs + output] += Float(factor * slope / Double(samples))
      }
    }
    return sum / Double(samples)
  }
}

extension CrossEntropyLoss {
  private func evaluateShares(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double {
    let (samples, outputs) = (batch.samples, batch.outputs)
    var sum = 0.0
    for sample in 0..<samples {
      let scores = batch.predictions.part(from: sample * outputs, count: outputs)
      let shares = batch.labels.part(from: sample * outputs, count: outputs)
      var largest = Double(scores[0])
      for output in 1..<outputs { largest = max(largest, Double(scores[output])) }
      var (total, mass) = (0.0, 0.0)
      for output in 0..<outputs {
        total += exponential(Double(scores[output]) - largest)
        mass += Double(shares[output])
      }
      let normaliser = largest + logarithm(total)
      for output in 0..<outputs { sum += Double(shares[output]) * (normaliser - Double(scores[output])) }
      guard let gradient else { continue }
      for output in 0..<outputs {
        let probability = exponential(Double(scores[output]) - largest) / total
        let slope = mass * probability - Double(shares[output])
        gradient[sample * outputs + output] += Float(factor * slope / Double(samples))
      }
    }
    return sum / Double(samples)
  }
}

/// `torch.nn.BCEWithLogitsLoss`: predictions are scores, labels 0 … 1, both [samples, outputs].
struct BCEWithLogitsLoss: Loss {
  func evaluate(_ batch: LabelledBatch, factor: Double, addingTo gradient: Vector?) -> Double {
    batch.requirePairs(gradient)
    let (predictions, labels, count) = (batch.predictions, batch.labels, batch.predictions.count)
    var sum = 0.0
    for index in 0..<count {
      let (score, label) = (Double(predictions[index]), Double(labels[index]))
      // log(1 + eˣ) − x·y, without overflow for large |x|.
      let small = exponential(-score.magnitude)
      sum += max(score, 0) - score * label + logarithm(1 + small)
      let probability = score >= 0 ? 1 / (1 + small) : small / (1 + small)
      gradient?[index] += Float(factor * (probability - label) / Double(count))
    }
    return sum / Double(count)
  }
}

extension TrainingTask {
  /// The loss that training minimises.
  var loss: any Loss {
    switch self {
    case .regression: WeightedLoss.sentiment
    case .classification: CrossEntropyLoss()
    case .multilabel: BCEWithLogitsLoss()
    }
  }
}
