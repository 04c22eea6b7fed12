extension MultiheadAttention {
  /// Writes attention out in plain operations: projections, heads, softmax, heads, projection.
  func describe(in builder: NetworkBuilder, headCount: Int, addsTokens: Bool) {
    if inputs[0].ragged == nil {
      describeTokens(in: builder, headCount: headCount, addsTokens: addsTokens)
    } else {
      describeSequences(in: builder, headCount: headCount)
    }
  }

  /// Over a fixed number of tokens: [batch, tokens, width].
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

  /// From one padded sequence to another: [batch, rows, width] and [batch, other rows, width].
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
