import TensorCore

/// `torch.nn.MultiheadAttention` from one sequence to another or within one, optionally with the sequence of the
/// queries added to its output.
///
/// Keys whose mask is 0 are not attended to (`key_padding_mask`). A query without any keys gets zeros before the last
/// projection, where PyTorch gives NaN.
final class MultiheadAttention: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs: [Bool]
  private let memory: NetworkMemory
  private let headCount: Int
  private let addsTokens: Bool
  private let dropout: Dropout
  // Offsets into the arenas, and room for the values that the backward pass needs.
  private let (inWeight, inBias, outWeight, outBias): (Int, Int, Int, Int)
  private let projections: [Projection]
  private let (queries, keys, values, context): (Slot, Slot, Slot, Slot)
  /// Attention weights: after softmax in the arena of values, after dropout in the arena of slopes.
  private let weights: Int
  private let scratch: Int

  /// A product with some of the rows of `in_proj_weight`.
  private struct Projection {
    let input: Slot
    let output: Slot
    let rows: Range<Int>
  }

  /// Plans the layer.
  ///
  /// - Parameters:
  ///   - keys: the sequence to attend to, as wide as that of the queries; nil for self-attention.
  ///   - number: the number of the layer for its dropout; nil for the next free one.
  ///   - dropout: the fraction of attention weights that are zeroed.
  ///   - addsTokens: whether the output is attention plus queries instead of attention alone.
  init(
    _ builder: NetworkBuilder, name: String, number: Int? = nil, queries: Slot, keys: Slot? = nil, headCount: Int,
    dropout: Double, addsTokens: Bool = false
  ) {
    let source = keys ?? queries
    self.name = name
    memory = builder.memory
    self.headCount = headCount
    self.addsTokens = addsTokens
    inputs = keys == nil ? [queries] : [queries, source]
    addsToInputs = inputs.map { _ in false }
    let width = queries.width
    (inWeight, inBias, outWeight, outBias) = Self.parameters(builder, name: name, width: width)
    if keys == nil {
      // A single product for all three.
      let all = builder.slot("\(name).projected", like: queries, width: 3 * width)
      projections = [Projection(input: queries, output: all, rows: 0..<3 * width)]
    } else {
      let query = builder.slot("\(name).queries", like: queries, width: width)
      let pairs = builder.slot("\(name).keys_values", like: source, width: 2 * width)
      projections = [
        Projection(input: queries, output: query, rows: 0..<width),
        Projection(input: source, output: pairs, rows: width..<3 * width),
      ]
    }
    let (first, last) = (projections[0].output, projections[projections.count - 1].output)
    let start = last.width - 2 * width
    self.queries = first.columns(0..<width, name: "\(name).q")
    self.keys = last.columns(start..<start + width, name: "\(name).k")
    values = last.columns(start + width..<start + 2 * width, name: "\(name).v")
    context = builder.slot("\(name).context", like: queries, width: width)
    output = builder.slot("\(name).output", like: queries, width: width)
    let count = headCount * queries.longest * source.longest
    weights = builder.values(builder.capacity * count)
    scratch = builder.values(2 * Arenas.aligned(source.longest))
    self.dropout = Dropout(builder, probability: dropout, width: count, number: number)
    describe(in: builder, headCount: headCount, addsTokens: addsTokens)
  }

  /// Registers the layer's tensors in PyTorch's order and returns their offsets.
  static func parameters(_ builder: NetworkBuilder, name: String, width: Int) -> (Int, Int, Int, Int) {
    (
      builder.parameter("\(name).in_proj_weight", [3 * width, width], .xavier(fanIn: width, fanOut: 3 * width)),
      builder.parameter("\(name).in_proj_bias", [3 * width], .constant(0)),
      builder.parameter("\(name).out_proj.weight", [width, width], .linear(fanIn: width)),
      builder.parameter("\(name).out_proj.bias", [width], .constant(0))
    )
  }

  func forward(_ pass: Pass, _ share: Share) {
    // queries [rows, E], keys [other rows, E] → projected [rows, E], [other rows, 2E] → context [rows, E] → output; a
    // share is a range of samples.
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    for index in 0..<projections.count {
      let projection = projections[index]
      let y = projection.output.matrix(in: arenas.values, samples: samples)
      Products.multiplyTransposed(
        projection.input.matrix(in: arenas.values, samples: samples), inMatrix(arenas.parameters, projection.rows),
        into: y)
      LinearKernel.addBias(
        arenas.parameters[inBias + projection.rows.lowerBound, count: projection.rows.count], to: y)
    }
    let mask = dropout.mask(pass, share)
    for sample in samples {
      kernel(sample).forward(
        into: context.matrix(in: arenas.values, samples: sample..<sample + 1), dropout: mask, row: sample)
    }
    let y = output.matrix(in: arenas.values, samples: samples)
    if addsTokens { LinearKernel.copy(inputs[0].matrix(in: arenas.values, samples: samples), into: y) }
    Products.multiplyTransposed(
      context.matrix(in: arenas.values, samples: samples), outMatrix(arenas.parameters), into: y, adding: addsTokens)
    LinearKernel.addBias(arenas.parameters[outBias, count: output.width], to: y)
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // output [rows, E] → stage 0: queries [rows, E] and keys [other rows, E], a share of the samples; stage 1: the four
    // parameters, a share of the outputs.
    if stage == 0 {
      backwardTokens(pass, share)
    } else {
      backwardParameters(pass, share)
    }
  }

  private func backwardTokens(_ pass: Pass, _ share: Share) {
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    let gradient = output.matrix(in: arenas.slopes, samples: samples)
    Products.multiply(
      gradient, outMatrix(arenas.parameters), into: context.matrix(in: arenas.slopes, samples: samples))
    let lane = share == .secondHalf ? Arenas.aligned(keys.longest) : 0
    for sample in samples {
      let one = sample..<sample + 1
      kernel(sample).backward(
        context.matrix(in: arenas.slopes, samples: one), dropoutScale: dropout.scale(pass),
        queryGradient: queries.matrix(in: arenas.slopes, samples: one),
        keyGradient: keys.matrix(in: arenas.slopes, samples: one),
        valueGradient: values.matrix(in: arenas.slopes, samples: one),
        scratch: arenas.values[scratch + lane, count: keys.longest])
    }
    for index in 0..<projections.count {
      let projection = projections[index]
      let inputGradient = projection.input.matrix(in: arenas.slopes, samples: samples)
      let isAdded = addsTokens && index == 0
      if isAdded { LinearKernel.copy(gradient, into: inputGradient, adding: addsToInputs[0]) }
      Products.multiply(
        projection.output.matrix(in: arenas.slopes, samples: samples), inMatrix(arenas.parameters, projection.rows),
        into: inputGradient, adding: isAdded || addsToInputs[index])
    }
  }

  private func backwardParameters(_ pass: Pass, _ share: Share) {
    let arenas = memory.arenas
    let samples = 0..<pass.samples
    let outputs = share.range(of: output.width, step: 4)
    let gradient = output.matrix(in: arenas.slopes, samples: samples).columns(outputs)
    let inner = context.matrix(in: arenas.values, samples: samples)
    Products.transposedMultiply(gradient, inner, into: outMatrix(arenas.gradients).rows(outputs))
    LinearKernel.sumRows(gradient, into: arenas.gradients[outBias + outputs.lowerBound, count: outputs.count])
    for index in 0..<projections.count {
      let projection = projections[index]
      let columns = share.range(of: projection.rows.count, step: 4)
      let slopes = projection.output.matrix(in: arenas.slopes, samples: samples).columns(columns)
      let x = projection.input.matrix(in: arenas.values, samples: samples)
      Products.transposedMultiply(slopes, x, into: inMatrix(arenas.gradients, projection.rows).rows(columns))
      LinearKernel.sumRows(
        slopes,
        into: arenas.gradients[inBias + projection.rows.lowerBound + columns.lowerBound, count: columns.count])
    }
  }

  /// Returns the attention kernel for one sample.
  private func kernel(_ sample: Int) -> AttentionKernel {
    let arenas = memory.arenas
    let one = sample..<sample + 1
    let count = headCount * queries.longest * keys.longest
    let start = weights + sample * count
    return AttentionKernel(
      queries: queries.matrix(in: arenas.values, samples: one), keys: keys.matrix(in: arenas.values, samples: one),
      values: values.matrix(in: arenas.values, samples: one), headCount: headCount,
      keyMask: keys.ragged?.mask(of: sample), weights: arenas.values[start, count: count],
      dropped: arenas.slopes[start, count: count])
  }

  /// Returns some rows of `in_proj_weight`, from the arena of parameters or of gradients.
  private func inMatrix(_ arena: Arenas.Arena, _ rows: Range<Int>) -> Matrix {
    let width = output.width
    return Matrix(
      arena[inWeight + rows.lowerBound * width, count: rows.count * width], rows: rows.count, columns: width)
  }

  private func outMatrix(_ arena: Arenas.Arena) -> Matrix {
    Matrix(arena[outWeight, count: output.width * output.width], rows: output.width, columns: output.width)
  }
}

extension MultiheadAttention {
  /// Adds the attention to the graph in elementary operations: projections, splitting into heads, softmax, joining the
  /// heads, projection.
  func describe(in builder: NetworkBuilder, headCount: Int, addsTokens: Bool) {
    if inputs[0].ragged == nil {
      describeTokens(in: builder, headCount: headCount, addsTokens: addsTokens)
    } else {
      describeSequences(in: builder, headCount: headCount)
    }
  }

  /// Attention over a fixed number of tokens: [batch, tokens, width].
  private func describeTokens(in builder: NetworkBuilder, headCount: Int, addsTokens: Bool) {
    let tokens = inputs[0]
    let (count, width) = (tokens.tokens, tokens.width)
    func value(_ step: String) -> String { "\(name).\(step)" }
    func node(
      _ operation: String, _ inputs: [String], _ output: String, _ attributes: [String: GraphNode.Attribute] = [:]
    ) {
      builder.graph.nodes.append(
        GraphNode(operation, layer: name, inputs: inputs, outputs: [output], attributes: attributes))
    }
    func constant(_ step: String, _ values: [Int]) -> String {
      builder.graph.constants[value(step)] = values
      return value(step)
    }
    node("Reshape", [tokens.name, constant("rows_shape", [-1, width])], value("rows"))
    node(
      "Gemm", [value("rows"), value("in_proj_weight"), value("in_proj_bias")], value("qkv_rows"), ["transB": .int(1)])
    node(
      "Reshape", [value("qkv_rows"), constant("qkv_shape", [-1, count, 3, headCount, width / headCount])],
      value("qkv"))
    // [batch, tokens, 3, heads, head width] → [3, batch, heads, tokens, head width]
    node("Transpose", [value("qkv")], value("heads"), ["perm": .ints([2, 0, 3, 1, 4])])
    builder.graph.nodes.append(
      GraphNode(
        "Split", layer: name, inputs: [value("heads"), constant("thirds", [1, 1, 1])],
        outputs: [value("q"), value("k"), value("v")], attributes: ["axis": .int(0)]))
    node("Transpose", [value("k")], value("k_transposed"), ["perm": .ints([0, 1, 2, 4, 3])])
    node("MatMul", [value("q"), value("k_transposed")], value("scores"))
    node("Constant", [], value("scale"), ["value_float": .float(1 / Float(width / headCount).squareRoot())])
    node("Mul", [value("scores"), value("scale")], value("scaled_scores"))
    node("Softmax", [value("scaled_scores")], value("weights"), ["axis": .int(-1)])
    node("MatMul", [value("weights"), value("v")], value("head_context"))
    node("Transpose", [value("head_context")], value("context_tokens"), ["perm": .ints([0, 1, 3, 2, 4])])
    node("Reshape", [value("context_tokens"), value("rows_shape")], value("context"))
    let attended = addsTokens ? value("attended") : value("attended_tokens")
    node(
      "Gemm", [value("context"), value("out_proj.weight"), value("out_proj.bias")], attended, ["transB": .int(1)])
    if addsTokens { node("Add", [attended, value("rows")], value("attended_tokens")) }
    node(
      "Reshape", [value("attended_tokens"), constant("tokens_shape", [-1, count, width])], value("output"))
  }

  /// Attention from one padded sequence to another: [batch, rows, width] and [batch, other rows, width].
  private func describeSequences(in builder: NetworkBuilder, headCount: Int) {
    guard let source = inputs[inputs.count - 1].ragged else { return }
    let width = output.width
    func value(_ step: String) -> String { "\(name).\(step)" }
    func node(
      _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [String: GraphNode.Attribute] = [:]
    ) {
      builder.graph.nodes.append(
        GraphNode(operation, layer: name, inputs: inputs, outputs: outputs.map(value), attributes: attributes))
    }
    func product(_ input: String, _ parts: (weight: String, bias: String), _ output: String) {
      builder.sequenceProduct(
        layer: name, input: input, weight: value(parts.weight), bias: value(parts.bias), output: value(output),
        step: output + "_")
    }
    let (thirds, two) = (value("thirds"), value("pair"))
    if inputs.count == 1 {
      product(inputs[0].name, ("in_proj_weight", "in_proj_bias"), "projected")
      builder.graph.constants[thirds] = [width, width, width]
      node("Split", [value("projected"), thirds], ["q", "k", "v"], ["axis": .int(2)])
    } else {
      builder.graph.constants[thirds] = [width, 2 * width]
      node("Split", [value("in_proj_weight"), thirds], ["q_weight", "kv_weight"], ["axis": .int(0)])
      node("Split", [value("in_proj_bias"), thirds], ["q_bias", "kv_bias"], ["axis": .int(0)])
      product(inputs[0].name, ("q_weight", "q_bias"), "q")
      product(inputs[1].name, ("kv_weight", "kv_bias"), "kv")
      builder.graph.constants[two] = [width, width]
      node("Split", [value("kv"), two], ["k", "v"], ["axis": .int(2)])
    }
    // [batch, rows, width] → [batch, heads, rows, head width]; 0 keeps a size.
    builder.graph.constants[value("heads_shape")] = [0, 0, headCount, width / headCount]
    for (part, order) in [("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])] {
      node("Reshape", [value(part), value("heads_shape")], ["\(part)_split"])
      node("Transpose", [value("\(part)_split")], ["\(part)_heads"], ["perm": .ints(order)])
    }
    node("MatMul", [value("q_heads"), value("k_heads")], ["scores"])
    node("Constant", [], ["scale"], ["value_float": .float(1 / Float(width / headCount).squareRoot())])
    node("Mul", [value("scores"), value("scale")], ["scaled_scores"])
    node("Add", [value("scaled_scores"), "\(source.maskName).scores"], ["masked_scores"])
    node("Softmax", [value("masked_scores")], ["weights"], ["axis": .int(-1)])
    node("Mul", [value("weights"), "\(source.maskName).keys"], ["masked_weights"])
    node("MatMul", [value("masked_weights"), value("v_heads")], ["head_context"])
    node("Transpose", [value("head_context")], ["context_rows"], ["perm": .ints([0, 2, 1, 3])])
    builder.graph.constants[value("rows_shape")] = [0, 0, width]
    node("Reshape", [value("context_rows"), value("rows_shape")], ["context"])
    product(value("context"), ("out_proj.weight", "out_proj.bias"), "output")
  }
}
