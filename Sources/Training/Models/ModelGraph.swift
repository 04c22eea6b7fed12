/// A model in evaluation mode, as a list of ONNX operations in order of execution.
public struct ModelGraph: Hashable, Sendable {
  /// An input or output of the graph. In its shape, nil stands for the number of samples in the batch on the first
  /// axis, and for the number of a modality's rows on a later one.
  public struct Value: Hashable, Sendable {
    /// Its name in the graph.
    public var name: String
    /// The sizes of the axes, outermost first.
    public var shape: [Int?]

    /// The size of the last axis; nil for a mask, which has one number per row.
    var columnCount: Int? { shape.last ?? nil }

    /// Creates a value.
    public init(name: String, shape: [Int?]) {
      self.name = name
      self.shape = shape
    }
  }

  /// The inputs of the model: a float32 value for each modality, and a mask of its rows if the model takes sequences.
  public var inputs: [Value]
  /// The predictions: float32 [batch, outputs].
  public var output: Value
  /// The operations.
  public var nodes: [GraphNode]
  /// Small integer tensors that nodes take as inputs, e.g. the shape for a `Reshape`: int64 [count].
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

  /// The name of the operation in ONNX opset 17: `Gemm`, `BatchNormalization`, `Relu`, …
  public var operation: String
  /// The layer that it belongs to, by the prefix of its state-dict names: `visual_encoder.0`.
  public var layer: String
  /// The names of its inputs: values, weights by their state-dict names, and constants.
  public var inputs: [String]
  /// The names of the values that it computes.
  public var outputs: [String]
  /// Its attributes, if they differ from ONNX's defaults or matter to a reader.
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
