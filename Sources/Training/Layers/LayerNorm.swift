import TensorCore

/// `torch.nn.LayerNorm` over the columns.
final class LayerNorm: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false]
  private let memory: NetworkMemory
  private let input: Slot
  private let normalised: Slot
  private let (weight, bias, inverseDeviation): (Int, Int, Int)

  /// Plans the layer; `name` is the prefix of its state-dict names.
  init(_ builder: NetworkBuilder, name: String, input: Slot) {
    self.name = name
    memory = builder.memory
    self.input = input
    inputs = [input]
    weight = builder.parameter("\(name).weight", [input.width], .constant(1))
    bias = builder.parameter("\(name).bias", [input.width], .constant(0))
    normalised = builder.slot("\(name).normalised", like: input, width: input.width)
    output = builder.slot("\(name).output", like: input, width: input.width)
    inverseDeviation = builder.values(builder.rowCapacity(of: input))
    builder.graph.nodes.append(
      GraphNode(
        "LayerNormalization", layer: name, inputs: [input.name, "\(name).weight", "\(name).bias"],
        outputs: [output.name], attributes: ["axis": .int(-1), "epsilon": .float(LayerNormKernel.epsilon)]))
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, columns] → [rows, columns]; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    LayerNormKernel.forward(
      input.matrix(in: arenas.values, samples: samples), weight: arenas.parameters.base + weight,
      bias: arenas.parameters.base + bias, normalised: normalised.matrix(in: arenas.values, samples: samples),
      inverseDeviation: arenas.values.base + inverseDeviation + input.rows(of: samples).lowerBound,
      into: output.matrix(in: arenas.values, samples: samples))
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [rows, columns] → weight and bias [columns], and [rows, columns]; the first lane does all of it, since the sums run
    // over all rows.
    if stage != 0 || share == .secondHalf { return }
    let samples = 0..<pass.samples
    let arenas = memory.arenas
    LayerNormKernel.backward(
      output.matrix(in: arenas.slopes, samples: samples),
      normalised: normalised.matrix(in: arenas.values, samples: samples),
      inverseDeviation: arenas.values.base + inverseDeviation, weight: arenas.parameters.base + weight,
      weightGradient: arenas.gradients.base + weight, biasGradient: arenas.gradients.base + bias,
      into: input.matrix(in: arenas.slopes, samples: samples), adding: addsToInputs[0])
  }
}
