import Text

extension ModelGraph {
  /// The graph as JSON, which `describe` and the Python package read from best.safetensors.
  var json: JSONValue {
    [
      "inputs": .array(inputs.map(\.json)), "output": output.json, "nodes": .array(nodes.map(\.json)),
      "constants": .object(constants.mapValues { .array($0.map { .integer($0) }) }),
    ]
  }

  /// Reads a graph from JSON.
  ///
  /// - Throws: `DataError` 65 if the JSON is not a graph.
  init(json: JSONValue) throws {
    let fields = ModelFields(json, place: "graph")
    self.init(
      inputs: try fields.list("inputs").map(Value.init), output: try Value(json: fields.value("output")),
      nodes: try fields.list("nodes").map(GraphNode.init), constants: try fields.object("constants").mapValues(integers)
    )
  }
}

private func integers(_ json: JSONValue) throws -> [Int] {
  guard let list = json.elements?.map(\.intValue), !list.contains(nil) else {
    throw ModelFields.wrong("graph", json, "a list of whole numbers")
  }
  return list.compactMap(\.self)
}

extension ModelGraph.Value {
  fileprivate var json: JSONValue {
    ["name": .string(name), "shape": .array(shape.map { $0.map { .integer($0) } ?? .null })]
  }

  fileprivate init(json: JSONValue) throws {
    let fields = ModelFields(json, place: "graph")
    self.init(name: try fields.text("name"), shape: try fields.list("shape").map { $0.intValue })
  }
}

extension GraphNode {
  fileprivate var json: JSONValue {
    [
      "operation": .string(operation), "layer": .string(layer), "inputs": .array(inputs.map { .string($0) }),
      "outputs": .array(outputs.map { .string($0) }), "attributes": .object(attributes.mapValues(\.json)),
    ]
  }

  fileprivate init(json: JSONValue) throws {
    let fields = ModelFields(json, place: "graph")
    self.init(
      try fields.text("operation"), layer: try fields.text("layer"), inputs: try fields.texts("inputs"),
      outputs: try fields.texts("outputs"), attributes: try fields.object("attributes").mapValues(Attribute.init))
  }
}

extension GraphNode.Attribute {
  /// The attribute as JSON. Floats always keep their fraction (`1.0`), so that the three kinds can be told apart.
  fileprivate var json: JSONValue {
    switch self {
    case .int(let value): .integer(value)
    case .float(let value): .number(Double(value))
    case .ints(let values): .array(values.map { .integer($0) })
    }
  }

  fileprivate init(json: JSONValue) throws {
    switch json {
    case .integer(let value): self = .int(value)
    case .number(let value): self = .float(Float(value))
    default: self = .ints(try integers(json))
    }
  }
}

/// The members of an object in a model's metadata, with errors naming the key.
struct ModelFields {
  private let json: JSONValue
  private let place: String

  init(_ json: JSONValue, place: String) {
    self.json = json
    self.place = place
  }

  func value(_ key: String) throws -> JSONValue {
    guard let value = json[key] else { throw wrong(key, "a value") }
    return value
  }

  func text(_ key: String) throws -> String {
    guard let text = json[key]?.text else { throw wrong(key, "a string") }
    return text
  }

  func list(_ key: String) throws -> [JSONValue] {
    guard let list = json[key]?.elements else { throw wrong(key, "a list") }
    return list
  }

  func texts(_ key: String) throws -> [String] {
    let texts = try list(key).map(\.text)
    guard !texts.contains(nil) else { throw wrong(key, "a list of strings") }
    return texts.compactMap(\.self)
  }

  func object(_ key: String) throws -> [String: JSONValue] {
    guard let members = json[key]?.members else { throw wrong(key, "an object") }
    return members
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    guard let number = json[key]?.integer(in: range) else {
      let end = range.upperBound == .max ? "up" : "to \(range.upperBound)"
      throw wrong(key, "a whole number from \(range.lowerBound) \(end)")
    }
    return number
  }

  func number(_ key: String) throws -> Double {
    guard let number = json[key]?.doubleValue else { throw wrong(key, "a number") }
    return number
  }

  func bool(_ key: String) throws -> Bool {
    guard let bool = json[key]?.boolValue else { throw wrong(key, "true or false") }
    return bool
  }

  /// Returns a member that must be one of a fixed set of words.
  func word<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type) throws -> Word
  where Word.RawValue == String {
    guard let word = Word(rawValue: try text(key)) else {
      throw wrong(key, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return word
  }

  /// Makes the error for a member that is not what was expected.
  func wrong(_ key: String, _ expected: String) -> DataError {
    Self.wrong("\(place).\(key)", json[key], expected)
  }

  static func wrong(_ place: String, _ found: JSONValue?, _ expected: String) -> DataError {
    DataError(
      .badData, place: place, found.finding, expected: expected,
      advice: "Train the model again with this version of msa-train.")
  }
}
