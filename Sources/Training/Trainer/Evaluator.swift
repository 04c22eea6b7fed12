import Storage
import TensorCore

extension ModelKind {
  /// Samples that are predicted at once, at least; sequences take much more room than vectors.
  var evaluationBatch: Int { takesSequences ? 32 : 64 }
}

/// Predicts for whole splits in evaluation mode.
final class Evaluator {
  private let network: Network
  private let gatherer: BatchGatherer

  init(network: Network, gatherer: BatchGatherer) {
    self.network = network
    self.gatherer = gatherer
  }

  /// The predictions for a split, [samples, outputs], in its order.
  ///
  /// - Throws: `DataError` 65 when one is not finite: no score of it would mean anything.
  func predictions(for set: SampleSet) throws -> [Float] {
    let predictions = unchecked(set)
    if let bad = predictions.firstIndex(where: { !$0.isFinite }) {
      throw DataError(
        .badData, place: set.ids[bad / network.output.width], "the model answers \(predictions[bad])",
        expected: "a finite number", advice: "The weights are damaged, or the training that gave them went astray.")
    }
    return predictions
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
          let predictions = network.predictions(end - start)
          // The output's rows follow each other.
          let count = (end - start) * outputs
          result.part(from: start * outputs, count: count).take(
            UnsafeBufferPointer(start: predictions.base, count: count))
        }
      }
    }
    return result
  }
}
