import TensorCore

/// The outer product of three embeddings with a 1 before each (Zadeh et al., "Tensor fusion network", 2017):
/// [samples, width] three times → [samples, (width + 1)³].
final class TensorProduct: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  // Each embedding is used by this layer alone.
  var addsToInputs = [false, false, false]
  let backwardStageCount = 1
  private let memory: NetworkMemory

  /// Plans the layer.
  init(_ builder: NetworkBuilder, name: String, inputs: [Slot]) {
    self.name = name
    self.inputs = inputs
    memory = builder.memory
    output = builder.slot("\(name).output", width: inputs.reduce(1) { $0 * ($1.width + 1) })
    describe(in: builder)
  }

  func forward(_ pass: Pass, _ share: Share) {
    let samples = share.range(of: pass.samples)
    let values = memory.arenas.values
    FusionKernel.outerProduct(
      inputs[0].matrix(in: values, samples: samples), inputs[1].matrix(in: values, samples: samples),
      inputs[2].matrix(in: values, samples: samples), into: output.matrix(in: values, samples: samples))
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [samples, (width + 1)³] → [samples, width] three times; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    let (values, slopes) = (memory.arenas.values, memory.arenas.slopes)
    FusionKernel.outerProductBackward(
      output.matrix(in: slopes, samples: samples), inputs[0].matrix(in: values, samples: samples),
      inputs[1].matrix(in: values, samples: samples), inputs[2].matrix(in: values, samples: samples),
      into: (
        inputs[0].matrix(in: slopes, samples: samples), inputs[1].matrix(in: slopes, samples: samples),
        inputs[2].matrix(in: slopes, samples: samples)
      ))
  }

  private func describe(in builder: NetworkBuilder) {
    func node(_ operation: String, _ inputs: [String], _ output: String) {
      builder.graph.nodes.append(GraphNode(operation, layer: name, inputs: inputs, outputs: [output]))
    }
    let padded = GraphNode.padded(inputs.map(\.name), layer: name, builder)
    builder.graph.constants["\(name).last"] = [2]
    builder.graph.constants["\(name).middle"] = [1]
    node("Unsqueeze", [padded[0], "\(name).last"], "\(name).columns")
    node("Unsqueeze", [padded[1], "\(name).middle"], "\(name).rows")
    node("Mul", ["\(name).columns", "\(name).rows"], "\(name).pairs")
    builder.graph.constants["\(name).pairs_shape"] = [-1, (inputs[0].width + 1) * (inputs[1].width + 1), 1]
    node("Reshape", ["\(name).pairs", "\(name).pairs_shape"], "\(name).pair_columns")
    node("Unsqueeze", [padded[2], "\(name).middle"], "\(name).third")
    node("Mul", ["\(name).pair_columns", "\(name).third"], "\(name).triples")
    builder.graph.constants["\(name).output_shape"] = [-1, output.width]
    node("Reshape", ["\(name).triples", "\(name).output_shape"], output.name)
  }
}

extension GraphNode {
  /// Puts a 1 before each vector: [batch, width] → [batch, width + 1]; returns the new names.
  static func padded(_ values: [String], layer: String, _ builder: NetworkBuilder) -> [String] {
    builder.graph.constants["\(layer).pads"] = [0, 1, 0, 0]
    builder.graph.nodes.append(
      GraphNode("Constant", layer: layer, inputs: [], outputs: ["\(layer).one"], attributes: ["value_float": .float(1)]))
    return values.map { value in
      let name = "\(layer).\(value).padded"
      builder.graph.nodes.append(
        GraphNode("Pad", layer: layer, inputs: [value, "\(layer).pads", "\(layer).one"], outputs: [name]))
      return name
    }
  }
}
