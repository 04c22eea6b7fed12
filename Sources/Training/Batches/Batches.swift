import Samples
import TensorCore

/// The samples of one epoch, divided into batches.
struct BatchOrder: ~Copyable {
  /// The samples in this epoch's order.
  private let order: UnsafeMutableBufferPointer<Int32>
  private let batch: Int
  private let shuffles: Bool
  private let generator: Philox

  init(count: Int, batch: Int, shuffles: Bool, seed: UInt64) {
    order = .allocate(capacity: count)
    _ = order.initialize(from: (0..<count).map { Int32($0) })
    self.batch = batch
    self.shuffles = shuffles
    generator = Philox(seed: seed)
  }

  deinit { order.deallocate() }

  /// Puts the samples into an epoch's order, which depends only on the seed and the epoch.
  mutating func begin(epoch: Int) {
    for index in order.indices { order[index] = Int32(index) }
    if !shuffles || order.count < 2 { return }
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      let word = generator.word(at: last, stream: RandomStream.shuffle, step: UInt64(epoch))
      // Lemire's reduction: the bias is below count / 2³².
      order.swapAt(last, Int(UInt64(word) * UInt64(last + 1) >> 32))
    }
  }

  /// The number of batches in an epoch.
  ///
  /// If the last batch would hold a single sample, which batch normalisation cannot handle, it is merged into the one
  /// before.
  var batchCount: Int { Self.batchCount(count: order.count, batch: batch) }

  /// Returns the number of batches that `count` samples make.
  static func batchCount(count: Int, batch: Int) -> Int {
    let full = count / batch
    let rest = count % batch
    return rest > 1 || full == 0 ? full + (rest > 0 ? 1 : 0) : full
  }

  /// Returns the number of samples in the largest batch.
  static func capacity(count: Int, batch: Int) -> Int { min(count, count % batch == 1 ? batch + 1 : batch) }

  /// Returns the samples of a batch; valid until the next call to `begin(epoch:)`.
  func samples(of number: Int) -> UnsafeBufferPointer<Int32> {
    let end = number == batchCount - 1 ? order.count : (number + 1) * batch
    return UnsafeBufferPointer(rebasing: order[number * batch..<end])
  }
}

/// Writes a batch's features into the network's inputs: the first modality on one lane, the others on the other lane.
final class BatchGatherer: LaneWork {
  private let network: Network
  /// Whether the model sees each modality; hidden modalities are fed as zeros.
  private let isShown: [Bool]
  private var set: SampleSet?
  private var samples = UnsafeBufferPointer<Int32>(start: nil, count: 0)

  init(network: Network, modalities: [Modality]) {
    self.network = network
    isShown = Modality.allCases.map { modalities.contains($0) }
  }

  /// Selects the batch; `samples` must stay alive until the pass is over.
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
