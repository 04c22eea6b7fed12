import Samples
import TensorCore

/// Writes a batch's features into the network's inputs: the first modality on one lane, the others on the other.
final class BatchGatherer: LaneWork {
  private let network: Network
  /// Whether each modality is shown to the model; the others are zeros.
  private let isShown: [Bool]
  private var set: SampleSet?
  private var samples = UnsafeBufferPointer<Int32>(start: nil, count: 0)

  init(network: Network, modalities: [Modality]) {
    self.network = network
    isShown = Modality.allCases.map { modalities.contains($0) }
  }

  /// Chooses the batch; `samples` must stay alive until the pass is over.
  func choose(_ samples: UnsafeBufferPointer<Int32>, of set: SampleSet) {
    self.samples = samples
    self.set = set
  }

  func perform(_ job: Int, lane: Int) {
    guard let set else { return }
    for index in network.inputs.indices where (index == 0) == (lane == 0) {
      if network.takesSequences {
        set.sequences[index].gather(
          samples, into: network.inputs[index], of: network.memory.arenas.values, isShown: isShown[index])
        continue
      }
      let input = network.inputs[index].matrix(in: network.memory.arenas.values, samples: 0..<samples.count)
      if isShown[index] {
        set.features[index].gather(samples, into: input)
      } else {
        for row in 0..<input.rows { input.vector(row).update(repeating: 0) }
      }
    }
  }
}
