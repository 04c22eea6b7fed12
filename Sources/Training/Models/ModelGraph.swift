/// A model as a list of operations in ONNX's terms, in order of execution, in evaluation mode.
public struct ModelGraph: Hashable, Sendable {
  /// A value that flows in or out; nil stands for the number of samples in the batch where it is first, then for the
  /// number of a modality's rows.
  public struct Value: Hashable, Sendable {
    /// Its name in the graph.
    public var name: String
    /// Outermost first.
    public var shape: [Int?]

    /// The size of the last axis; nil for a mask, which has one number a row.
    var columnCount: Int? { shape.last ?? nil }

    /// Creates a value.
    public init(name: String, shape: [Int?]) {
      self.name = name
      self.shape = shape
    }
  }

  /// What the model is fed: a float32 value a modality, and a mask of its rows where the model takes sequences.
  public var inputs: [Value]
  /// The predictions: float32 [batch, outputs].
  public var output: Value
  /// The operations.
  public var nodes: [GraphNode]
  /// Small whole-number tensors that nodes take as inputs, e.g. the shape of a `Reshape`: int64 [count].
  public var constants: [String: [Int]]

  /// Creates a graph.
  public init(inputs: [Value], output: Value, nodes: [GraphNode] = [], constants: [String: [Int]] = [:]) {
    self.inputs = inputs
    self.output = output
    self.nodes = nodes
    self.constants = constants
  }
}

/// One operation.
public struct GraphNode: Hashable, Sendable {
  /// An attribute in ONNX's types.
  public enum Attribute: Hashable, Sendable {
    case int(Int)
    case float(Float)
    case ints([Int])
  }

  /// ONNX's name of the operation, opset 17: `Gemm`, `BatchNormalization`, `Relu`, …
  public var operation: String
  /// The layer it belongs to, by the prefix of its state-dict names: `visual_encoder.0`.
  public var layer: String
  /// Values, weights by state-dict name, and constants.
  public var inputs: [String]
  /// The values it makes.
  public var outputs: [String]
  /// Its attributes, where they differ from the defaults of ONNX or matter to a reader.
  public var attributes: [String: Attribute]

  /// Creates a node.
  public init(
    _ operation: String, layer: String, inputs: [String], outputs: [String], attributes: [String: Attribute] = [:]
  ) {
    self.operation = operation
    self.layer = layer
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}
