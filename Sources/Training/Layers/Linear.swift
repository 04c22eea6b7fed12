import TensorCore

/// `torch.nn.Linear`: `y = x · wᵀ + b`.
final class Linear: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false]
  private let memory: NetworkMemory
  private let input: Slot
  /// Whether the input is the output of a layer, and so needs a gradient, rather than data.
  private let passesGradient: Bool
  private let weight: Int
  private let bias: Int

  /// Plans the layer; `name` is the prefix of its state-dict names.
  ///
  /// - Parameters:
  ///   - output: the slot for the result; nil to make one.
  ///   - passesGradient: `false` if the input is data.
  init(
    _ builder: NetworkBuilder, name: String, input: Slot, width: Int, output: Slot? = nil, passesGradient: Bool = true
  ) {
    self.name = name
    memory = builder.memory
    self.input = input
    self.passesGradient = passesGradient
    inputs = passesGradient ? [input] : []
    weight = builder.parameter("\(name).weight", [width, input.width], .linear(fanIn: input.width))
    bias = builder.parameter("\(name).bias", [width], .linear(fanIn: input.width))
    self.output = output ?? builder.slot("\(name).output", like: input, width: width)
    if input.ragged == nil {
      builder.graph.nodes.append(.gemm(name, input: input.name, output: self.output.name))
    } else {
      builder.sequenceProduct(
        layer: name, input: input.name, weight: "\(name).weight", bias: "\(name).bias", output: self.output.name)
    }
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, inputs] · [outputs, inputs]ᵀ + [outputs] → [rows, outputs]; a share is a range of outputs.
    let columns = share.range(of: output.width, step: 4)
    let arenas = memory.arenas
    let y = output.matrix(in: arenas.values, samples: 0..<pass.samples).columns(columns)
    let x = input.matrix(in: arenas.values, samples: 0..<pass.samples)
    Products.multiplyTransposed(x, weights(arenas.parameters).rows(columns), into: y)
    LinearKernel.addBias(arenas.parameters[bias + columns.lowerBound, count: columns.count], to: y)
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [rows, outputs] → stage 0: weights [outputs, inputs], a share of the outputs; stage 1: [rows, inputs], a
    // share of the samples.
    let arenas = memory.arenas
    let samples = 0..<pass.samples
    let gradient = output.matrix(in: arenas.slopes, samples: samples)
    if stage == 0 {
      let columns = share.range(of: output.width, step: 4)
      let x = input.matrix(in: arenas.values, samples: samples)
      Products.transposedMultiply(gradient.columns(columns), x, into: weights(arenas.gradients).rows(columns))
      LinearKernel.sumRows(
        gradient.columns(columns), into: arenas.gradients[bias + columns.lowerBound, count: columns.count])
    } else if passesGradient {
      let samples = share.range(of: pass.samples)
      Products.multiply(
        output.matrix(in: arenas.slopes, samples: samples), weights(arenas.parameters),
        into: input.matrix(in: arenas.slopes, samples: samples), adding: addsToInputs[0])
    }
  }

  private func weights(_ arena: Arenas.Arena) -> Matrix {
    Matrix(
      arena[weight, count: output.width * input.width], rows: output.width, columns: input.width)
  }
}

extension GraphNode {
  /// Makes the graph's node for PyTorch's `Linear`, whose weight is [outputs, inputs].
  static func gemm(_ layer: String, input: String, output: String) -> GraphNode {
    GraphNode(
      "Gemm", layer: layer, inputs: [input, "\(layer).weight", "\(layer).bias"], outputs: [output],
      attributes: ["transB": .int(1)])
  }
}
