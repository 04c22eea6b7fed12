extension MultiheadAttention {
  /// Writes attention out in plain operations: projections, heads, softmax, heads, projection.
  func describe(in builder: NetworkBuilder, tokens: Slot, headCount: Int, addsTokens: Bool) {
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
}
