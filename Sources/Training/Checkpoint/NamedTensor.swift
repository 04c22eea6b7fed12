/// A tensor of a state dict: PyTorch's name, shape and values.
public struct NamedTensor: Hashable, Sendable {
  /// The values, row-major.
  public enum Values: Hashable, Sendable {
    case float32([Float])
    /// `num_batches_tracked` and the like.
    case int64([Int64])
  }

  /// The key in the state dict: `visual_encoder.0.weight`.
  public var name: String
  /// Outermost first; empty for a single value.
  public var shape: [Int]
  /// As many as the shape has.
  public var values: Values

  /// Creates a tensor.
  public init(name: String, shape: [Int], values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
