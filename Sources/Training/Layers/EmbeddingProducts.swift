import Samples
import TensorCore

/// The outer product of three embeddings, each prefixed with a 1 (Zadeh et al., "Tensor fusion network", 2017):
/// [samples, width] three times → [samples, (width + 1)³].
final class TensorProduct: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  // Only this layer uses the embeddings.
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
  /// Prefixes each vector with a 1, [batch, width] → [batch, width + 1], and returns the new names.
  static func padded(_ values: [String], layer: String, _ builder: NetworkBuilder) -> [String] {
    builder.graph.constants["\(layer).pads"] = [0, 1, 0, 0]
    builder.graph.nodes.append(
      GraphNode("Constant", layer: layer, inputs: [], outputs: ["\(layer).one"], attributes: ["value_float": .float(1)])
    )
    return values.map { value in
      let name = "\(layer).\(value).padded"
      builder.graph.nodes.append(
        GraphNode("Pad", layer: layer, inputs: [value, "\(layer).pads", "\(layer).one"], outputs: [name]))
      return name
    }
  }
}

/// Tensor fusion with low-rank factors (Liu et al., "Efficient low-rank multimodal fusion", 2018): each embedding,
/// prefixed with a 1, is multiplied by factors of its own, and the products over the modalities are summed over the
/// ranks. [samples, width] three times → [samples, outputs].
final class LowRankProduct: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  // Only this layer uses the embeddings.
  var addsToInputs = [false, false, false]
  let backwardStageCount = 1
  private let memory: NetworkMemory
  private let rankCount: Int
  /// For each modality: [ranks, width + 1, outputs].
  private let factors: [Int]
  private let (weights, bias): (Int, Int)
  /// For each modality: [samples, ranks · outputs].
  private let products: [Slot]

  /// Plans the layer; `name` is the prefix of its state-dict names.
  init(_ builder: NetworkBuilder, name: String, inputs: [Slot], width: Int, rankCount: Int) {
    self.name = name
    self.inputs = inputs
    self.rankCount = rankCount
    memory = builder.memory
    factors = zip(inputs, Modality.allCases).map { input, modality in
      // The weights of the constant 1 start at 1, so that each modality contributes by itself. If they start at small
      // numbers, as in the paper's code, the product of all three swamps it and dropout leaves nothing to learn from.
      builder.parameter(
        "\(name).\(modality)_factor", [rankCount, input.width + 1, width],
        .uniformAfterOnes(
          bound: 1 / Float(input.width + 1).squareRoot(), rows: input.width + 1, columns: width))
    }
    weights = builder.parameter("\(name).weights", [rankCount], .constant(1 / Float(rankCount).squareRoot()))
    bias = builder.parameter("\(name).bias", [width], .constant(0))
    products = Modality.allCases.map { builder.slot("\(name).\($0)_product", width: rankCount * width) }
    output = builder.slot("\(name).output", width: width)
    describe(in: builder)
  }

  func forward(_ pass: Pass, _ share: Share) {
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    for index in 0..<inputs.count {
      let x = inputs[index].matrix(in: arenas.values, samples: samples)
      for rank in 0..<rankCount {
        let part = product(index, rank, arenas.values, samples)
        Products.multiply(x, factor(index, rank, arenas.parameters), into: part)
        LinearKernel.addBias(constant(index, rank, arenas.parameters), to: part)
      }
    }
    let all = matrices(arenas.values, samples)
    FusionKernel.rankSum(
      all.0, all.1, all.2, weights: arenas.parameters[weights, count: rankCount],
      bias: arenas.parameters[bias, count: output.width], into: output.matrix(in: arenas.values, samples: samples))
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [samples, outputs] → factors, weights and bias, and [samples, width] three times; one lane does all of it.
    if share == .secondHalf { return }
    let samples = 0..<pass.samples
    let arenas = memory.arenas
    let values = matrices(arenas.values, samples)
    FusionKernel.rankSumBackward(
      output.matrix(in: arenas.slopes, samples: samples), values.0, values.1, values.2,
      weights: arenas.parameters[weights, count: rankCount], into: matrices(arenas.slopes, samples),
      weightGradient: arenas.gradients[weights, count: rankCount],
      biasGradient: arenas.gradients[bias, count: output.width])
    for index in 0..<inputs.count {
      let x = inputs[index].matrix(in: arenas.values, samples: samples)
      for rank in 0..<rankCount {
        let slope = product(index, rank, arenas.slopes, samples)
        Products.transposedMultiply(x, slope, into: factor(index, rank, arenas.gradients))
        LinearKernel.sumRows(slope, into: constant(index, rank, arenas.gradients))
        Products.multiplyTransposed(
          slope, factor(index, rank, arenas.parameters),
          into: inputs[index].matrix(in: arenas.slopes, samples: samples),
          adding: rank > 0)
      }
    }
  }

  /// Returns one rank's factor without the row for the constant 1: [width, outputs].
  private func factor(_ index: Int, _ rank: Int, _ arena: Arenas.Arena) -> Matrix {
    let (rows, columns) = (inputs[index].width, output.width)
    return Matrix(
      arena[start(index, rank) + columns, count: rows * columns], rows: rows, columns: columns)
  }

  /// Returns the row for the constant 1: [outputs].
  private func constant(_ index: Int, _ rank: Int, _ arena: Arenas.Arena) -> Vector {
    arena[start(index, rank), count: output.width]
  }

  /// Returns the offset of one rank's factor.
  private func start(_ index: Int, _ rank: Int) -> Int {
    factors[index] + rank * (inputs[index].width + 1) * output.width
  }

  private func matrices(_ arena: Arenas.Arena, _ samples: Range<Int>) -> (Matrix, Matrix, Matrix) {
    (
      products[0].matrix(in: arena, samples: samples), products[1].matrix(in: arena, samples: samples),
      products[2].matrix(in: arena, samples: samples)
    )
  }

  private func product(_ index: Int, _ rank: Int, _ arena: Arenas.Arena, _ samples: Range<Int>) -> Matrix {
    products[index].matrix(in: arena, samples: samples).columns(rank * output.width..<(rank + 1) * output.width)
  }

  private func describe(in builder: NetworkBuilder) {
    func node(
      _ operation: String, _ inputs: [String], _ output: String, _ attributes: [String: GraphNode.Attribute] = [:]
    ) {
      builder.graph.nodes.append(
        GraphNode(operation, layer: name, inputs: inputs, outputs: [output], attributes: attributes))
    }
    let padded = GraphNode.padded(inputs.map(\.name), layer: name, builder)
    // [batch, width + 1] · [ranks, width + 1, outputs] → [ranks, batch, outputs]
    let names = zip(padded, Modality.allCases).map { value, modality in
      node("MatMul", [value, "\(name).\(modality)_factor"], "\(name).\(modality)_ranks")
      return "\(name).\(modality)_ranks"
    }
    node("Mul", [names[0], names[1]], "\(name).pairs")
    node("Mul", ["\(name).pairs", names[2]], "\(name).triples")
    builder.graph.constants["\(name).weights_shape"] = [rankCount, 1, 1]
    builder.graph.constants["\(name).rank_axis"] = [0]
    node("Reshape", ["\(name).weights", "\(name).weights_shape"], "\(name).rank_weights")
    node("Mul", ["\(name).triples", "\(name).rank_weights"], "\(name).weighted")
    node("ReduceSum", ["\(name).weighted", "\(name).rank_axis"], "\(name).sum", ["keepdims": .int(0)])
    node("Add", ["\(name).sum", "\(name).bias"], output.name)
  }
}
