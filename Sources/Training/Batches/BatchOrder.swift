import TensorCore

/// The samples of an epoch, in batches.
struct BatchOrder: ~Copyable {
  /// The samples in the order of the epoch.
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

  /// Puts the samples in the order of an epoch, which depends on seed and epoch alone.
  mutating func begin(epoch: Int) {
    for index in order.indices { order[index] = Int32(index) }
    if !shuffles || order.count < 2 { return }
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      let word = generator.word(at: last, stream: RandomStream.shuffle, step: UInt64(epoch))
      // Lemire's reduction: the bias is below count / 2³².
      order.swapAt(last, Int(UInt64(word) * UInt64(last + 1) >> 32))
    }
  }

  /// Batches in an epoch.
  ///
  /// A last batch of one sample, which batch normalisation cannot take, joins the one before it.
  var batchCount: Int { Self.batchCount(count: order.count, batch: batch) }

  /// The batches of so many samples.
  static func batchCount(count: Int, batch: Int) -> Int {
    let full = count / batch
    let rest = count % batch
    return rest > 1 || full == 0 ? full + (rest > 0 ? 1 : 0) : full
  }

  /// The samples of the largest batch.
  static func capacity(count: Int, batch: Int) -> Int { min(count, count % batch == 1 ? batch + 1 : batch) }

  /// The samples of a batch; valid until the next `begin(epoch:)`.
  func samples(of number: Int) -> UnsafeBufferPointer<Int32> {
    let end = number == batchCount - 1 ? order.count : (number + 1) * batch
    return UnsafeBufferPointer(rebasing: order[number * batch..<end])
  }
}
