import TensorCore

/// Runs optimisation steps one after another without allocating memory.
final class StepRunner {
  private let network: Network
  private let optimizer: Optimizer
  private let gatherer: BatchGatherer
  private let loss: any Loss
  private let set: SampleSet
  private let labels: Vector

  init(network: Network, optimizer: Optimizer, gatherer: BatchGatherer, loss: any Loss, set: SampleSet) {
    self.network = network
    self.optimizer = optimizer
    self.gatherer = gatherer
    self.loss = loss
    self.set = set
    labels = .allocate(capacity: network.capacity * set.labelWidth)
    labels.initialize(repeating: 0)
  }

  deinit { labels.deallocate() }

  /// Takes a step on one batch.
  ///
  /// - Parameters:
  ///   - samples: indices into the split.
  ///   - predictions: receives the predictions made before the step, in the batch's order.
  /// - Returns: the loss before the step, and the norm of the gradients before clipping. If either is not finite,
  ///   nothing has changed except the running statistics of batch normalisation.
  func step(
    _ samples: UnsafeBufferPointer<Int32>, learningRate: Double, predictions: Vector
  ) -> (loss: Double, norm: Double) {
    let (count, outputs) = (samples.count, network.output.width)
    precondition(count <= network.capacity, "a batch has room in the network")
    gatherer.choose(samples, of: set)
    network.forward(Pass(samples: count, isTraining: true, step: UInt64(optimizer.stepCount)), gather: gatherer)
    let width = set.labelWidth
    set.labels.withUnsafeBufferPointer { all in
      for (row, sample) in samples.enumerated() {
        for column in 0..<width { labels[row * width + column] = all[Int(sample) * width + column] }
      }
    }
    let output = UnsafeBufferPointer(network.predictions(count))
    predictions.take(output)
    let gradient = network.predictionGradient(count)
    gradient.update(repeating: 0)
    let batch = LabelledBatch(
      output, labels: UnsafeBufferPointer(labels.part(from: 0, count: count * width)), outputs: outputs)
    let loss = loss.evaluate(batch, factor: 1, addingTo: gradient)
    if !loss.isFinite { return (loss, .nan) }
    network.backward()
    return (loss, optimizer.step(learningRate: learningRate))
  }
}
