/// The model's graph, written as layers are planned.
extension NetworkBuilder {
  /// Adds an operation with one output.
  func node(
    _ operation: String, layer: String, _ inputs: [String], _ output: String,
    _ attributes: [String: GraphNode.Attribute] = [:]
  ) {
    graph.nodes.append(
      GraphNode(operation, layer: layer, inputs: inputs, outputs: [output], attributes: attributes))
  }

  /// Adds a whole-number tensor and returns its name.
  func constant(_ name: String, _ values: [Int]) -> String {
    graph.constants[name] = values
    return name
  }

  /// Says that `output = input · weightᵀ + bias` for sequences: [batch, rows, inputs] → [batch, rows, outputs]. ONNX's
  /// `Gemm` takes no more than two axes.
  ///
  /// - Parameter step: what the values on the way are called, after the layer.
  func sequenceProduct(layer: String, input: String, weight: String, bias: String, output: String, step: String = "") {
    let prefix = "\(layer).\(step)"
    node("Transpose", layer: layer, [weight], "\(prefix)weight_transposed", ["perm": .ints([1, 0])])
    node("MatMul", layer: layer, [input, "\(prefix)weight_transposed"], "\(prefix)product")
    node("Add", layer: layer, ["\(prefix)product", bias], output)
  }

  /// Prepares a modality's mask, [batch, rows], for attention: what is added to the scores of its rows as keys, and what
  /// their weights are multiplied by, [batch, 1, 1, rows] both.
  ///
  /// Where no row is valid, softmax spreads the weight evenly over rows that then count 0: attention gives zeros.
  func keyMask(_ mask: String) {
    let layer = mask  // of no layer's own
    let axes = constant("\(mask).axes", [1, 2])
    node("Unsqueeze", layer: layer, [mask, axes], "\(mask).keys")
    node("Constant", layer: layer, [], "\(mask).one", ["value_float": .float(1)])
    node("Constant", layer: layer, [], "\(mask).large", ["value_float": .float(1e9)])
    node("Sub", layer: layer, ["\(mask).keys", "\(mask).one"], "\(mask).gaps")
    node("Mul", layer: layer, ["\(mask).gaps", "\(mask).large"], "\(mask).scores")
  }
}
