import TensorCore

/// A point in a network at which values are zeroed in training: `torch.nn.Dropout` over rows of one width.
struct Dropout {
  private let memory: NetworkMemory
  private let probability: Double
  private let width: Int
  private let stream: UInt32
  private let words: Int

  /// Plans room for the random words of a row, on each lane.
  ///
  /// - Parameter number: a number unlike that of any other dropout in the network; nil for the next free one.
  init(_ builder: NetworkBuilder, probability: Double, width: Int, number: Int? = nil) {
    memory = builder.memory
    self.probability = probability
    self.width = width
    stream = RandomStream.dropout(number ?? builder.dropoutNumber())
    words = builder.words(2 * Arenas.aligned(width))
  }

  /// Returns the mask of the values to zero in a pass; nil if none are.
  func mask(_ pass: Pass, _ share: Share) -> DropoutMask? {
    if !pass.isTraining || probability == 0 { return nil }
    return DropoutMask(
      generator: memory.generator, stream: stream, step: pass.step, probability: probability, width: width,
      words: memory.arenas.words(
        words + (share == .secondHalf ? Arenas.aligned(width) : 0), count: Arenas.aligned(width)))
  }

  /// Returns the factor that kept values are multiplied by.
  func scale(_ pass: Pass) -> Float { pass.isTraining && probability > 0 ? Float(1 / (1 - probability)) : 1 }
}

/// `torch.nn.ReLU` followed by dropout, in the memory of its input.
final class ReLU: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  // The gradient is changed in place.
  var addsToInputs = [false]
  let backwardStageCount = 1
  private let memory: NetworkMemory
  private let dropout: Dropout

  /// Plans the layer; nothing else may read `input`.
  init(_ builder: NetworkBuilder, name: String, input: Slot, dropout: Double) {
    self.name = name
    memory = builder.memory
    inputs = [input]
    var output = input
    output.name = "\(name).rectified"
    self.output = output
    self.dropout = Dropout(builder, probability: dropout, width: input.width)
    builder.node("Relu", layer: name, [input.name], output.name)
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, width] in place; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    LinearKernel.rectify(
      output.matrix(in: memory.arenas.values, samples: samples), dropout: dropout.mask(pass, share),
      firstRow: output.rows(of: samples).lowerBound)
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [rows, width] in place; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    LinearKernel.rectifyBackward(
      output.matrix(in: memory.arenas.slopes, samples: samples),
      output: output.matrix(in: memory.arenas.values, samples: samples), dropoutScale: dropout.scale(pass))
  }
}

/// `x + dropout(branch)`: joins a branch of a transformer to the values that bypass it.
final class Residual: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false, false]
  let backwardStageCount = 1
  private let memory: NetworkMemory
  private let dropout: Dropout

  /// Plans the layer; `x` and `branch` have the same rows and width.
  init(_ builder: NetworkBuilder, name: String, x: Slot, branch: Slot, dropout: Double) {
    self.name = name
    memory = builder.memory
    inputs = [x, branch]
    output = builder.slot("\(name).sum", like: x, width: x.width)
    self.dropout = Dropout(builder, probability: dropout, width: x.width)
    builder.node("Add", layer: name, [x.name, branch.name], output.name)
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, width] twice → [rows, width]; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    let values = memory.arenas.values
    let y = output.matrix(in: values, samples: samples)
    LinearKernel.copy(inputs[1].matrix(in: values, samples: samples), into: y)
    LinearKernel.drop(y, dropout.mask(pass, share), firstRow: output.rows(of: samples).lowerBound)
    LinearKernel.copy(inputs[0].matrix(in: values, samples: samples), into: y, adding: true)
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [rows, width] → [rows, width] twice; a share is a range of samples. The branch has no other use.
    let samples = share.range(of: pass.samples)
    let slopes = memory.arenas.slopes
    let gradient = output.matrix(in: slopes, samples: samples)
    let branch = inputs[1].matrix(in: slopes, samples: samples)
    LinearKernel.copy(gradient, into: branch)
    LinearKernel.drop(branch, dropout.mask(pass, share), firstRow: output.rows(of: samples).lowerBound)
    LinearKernel.copy(gradient, into: inputs[0].matrix(in: slopes, samples: samples), adding: addsToInputs[0])
  }
}
