import Text

/// A trained model as an ONNX file (onnx.proto3; the numbers below are its field numbers).
enum ONNXModel {
  /// IR 8 and opset 17 came with ONNX 1.12 (2022); every runtime since then reads them.
  private static let irVersion = 8
  private static let opset = 17

  private enum ElementType: Int {
    case float = 1
    case int64 = 7
  }

  /// Returns the bytes of the file.
  ///
  /// - Parameter metadata: texts to include, sorted by key.
  /// - Throws: `DataError` 70 if the graph uses a value that no node produces.
  static func bytes(_ graph: ModelGraph, parameters: [NamedTensor], metadata: [String: String]) throws -> [UInt8] {
    var opsets = ProtobufMessage()
    opsets.add(1, "")
    opsets.add(2, opset)
    var model = ProtobufMessage()  // ModelProto
    model.add(1, irVersion)
    model.add(2, "msa-train")
    model.add(7, try message(graph, parameters: parameters))
    model.add(8, opsets)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      var entry = ProtobufMessage()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    return model.bytes
  }

  private static func message(_ graph: ModelGraph, parameters: [NamedTensor]) throws -> ProtobufMessage {
    var message = ProtobufMessage()  // GraphProto
    let weights = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    var known = Set(graph.inputs.map(\.name)).union(weights.keys).union(graph.constants.keys)
    var used: Set<String> = []
    var counts: [String: Int] = [:]
    for node in graph.nodes {
      if let missing = node.inputs.first(where: { !$0.isEmpty && !known.contains($0) }) {
        throw DataError(.internalBug, place: node.layer, "\(node.operation) takes \(missing), which no node produces")
      }
      let name = node.layer + "/" + node.operation
      counts[name, default: 0] += 1
      message.add(1, Self.message(node, name: counts[name] == 1 ? name : "\(name)_\(counts[name] ?? 0)"))
      known.formUnion(node.outputs)
      used.formUnion(node.inputs)
    }
    message.add(2, "msa")
    for tensor in parameters where used.contains(tensor.name) { message.add(5, Self.message(tensor)) }
    for (name, values) in graph.constants.sorted(by: { $0.key < $1.key }) {
      let tensor = NamedTensor(name: name, shape: [values.count], values: .int64(values.map { Int64($0) }))
      message.add(5, Self.message(tensor))
    }
    for input in graph.inputs { message.add(11, Self.message(input)) }
    message.add(12, Self.message(graph.output))
    return message
  }

  private static func message(_ node: GraphNode, name: String) -> ProtobufMessage {
    var message = ProtobufMessage()  // NodeProto
    for input in node.inputs { message.add(1, input) }
    for output in node.outputs { message.add(2, output) }
    message.add(3, name)
    message.add(4, node.operation)
    for (key, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
      var attribute = ProtobufMessage()  // AttributeProto; 20 is its type
      attribute.add(1, key)
      switch value {
      case .float(let number):
        attribute.add(2, number)
        attribute.add(20, 1)
      case .int(let number):
        attribute.add(3, number)
        attribute.add(20, 2)
      case .ints(let numbers):
        for number in numbers { attribute.add(8, number) }
        attribute.add(20, 7)
      }
      message.add(5, attribute)
    }
    return message
  }

  private static func message(_ tensor: NamedTensor) -> ProtobufMessage {
    var message = ProtobufMessage()  // TensorProto; raw data are little-endian, as every supported machine is
    for size in tensor.shape { message.add(1, size) }
    switch tensor.values {
    case .float32(let values):
      message.add(2, ElementType.float.rawValue)
      message.add(8, tensor.name)
      message.add(9, values.withUnsafeBytes { Array($0) })
    case .int64(let values):
      message.add(2, ElementType.int64.rawValue)
      message.add(8, tensor.name)
      message.add(9, values.withUnsafeBytes { Array($0) })
    }
    return message
  }

  private static func message(_ value: ModelGraph.Value) -> ProtobufMessage {
    var shape = ProtobufMessage()
    // `text` and `text_mask` have the same number of rows.
    let rows = value.name.prefix { $0 != "_" } + "_rows"
    for (axis, size) in value.shape.enumerated() {
      var dimension = ProtobufMessage()
      if let size { dimension.add(1, size) } else { dimension.add(2, axis == 0 ? "batch" : String(rows)) }
      shape.add(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, ElementType.float.rawValue)
    tensor.add(2, shape)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var message = ProtobufMessage()  // ValueInfoProto
    message.add(1, value.name)
    message.add(2, type)
    return message
  }
}
