import TensorCore

/// `torch.nn.ReLU`, then dropout, in the memory of its input.
final class ReLU: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  // The gradient is changed where it stands.
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
