import TensorCore

/// A place in a network where values are zeroed in training: `torch.nn.Dropout` over rows of one width.
struct Dropout {
  private let memory: NetworkMemory
  private let probability: Double
  private let width: Int
  private let stream: UInt32
  private let words: Int

  /// Plans room for the random words of a row, for each lane.
  ///
  /// - Parameter number: of the place, unlike any other's in the network; nil takes the next free one.
  init(_ builder: NetworkBuilder, probability: Double, width: Int, number: Int? = nil) {
    memory = builder.memory
    self.probability = probability
    self.width = width
    stream = RandomStream.dropout(number ?? builder.dropoutNumber())
    words = builder.words(2 * Arenas.aligned(width))
  }

  /// What is zeroed in a pass; nil where nothing is.
  func mask(_ pass: Pass, _ share: Share) -> DropoutMask? {
    if !pass.isTraining || probability == 0 { return nil }
    return DropoutMask(
      generator: memory.generator, stream: stream, step: pass.step, probability: probability, width: width,
      words: memory.arenas.words(
        words + (share == .secondHalf ? Arenas.aligned(width) : 0), count: Arenas.aligned(width)))
  }

  /// What kept values are multiplied by.
  func scale(_ pass: Pass) -> Float { pass.isTraining && probability > 0 ? Float(1 / (1 - probability)) : 1 }
}
