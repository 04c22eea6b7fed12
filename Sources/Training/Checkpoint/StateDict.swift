import ArrayFiles
import Text

/// A tensor of a state dict: its name in PyTorch, its shape and its values.
public struct NamedTensor: Hashable, Sendable {
  /// The values, row-major.
  public enum Values: Hashable, Sendable {
    case float32([Float])
    /// `num_batches_tracked` and the like.
    case int64([Int64])
  }

  /// The key in the state dict, e.g. `visual_encoder.0.weight`.
  public var name: String
  /// The sizes of the axes, outermost first; empty for a single value.
  public var shape: [Int]
  /// The values, as many as `shape` has room for.
  public var values: Values

  /// Creates a tensor.
  public init(name: String, shape: [Int], values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Reads and writes weights under PyTorch's names.
public enum StateDict {
  /// Writes tensors atomically as safetensors with a digest, larger element types first, as the format's alignment
  /// requires.
  ///
  /// - Throws: `DataError` 73 if the file cannot be created, 74 if writing fails.
  public static func write(_ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String) throws {
    let ordered = tensors.filter(\.isInt64) + tensors.filter { !$0.isInt64 }
    let layout = ordered.map { (name: $0.name, type: $0.isInt64 ? TensorType.int64 : .float32, shape: $0.shape) }
    try SealedSafetensors.write(layout, metadata: metadata, to: path) { append in
      for tensor in ordered { try tensor.append(append) }
    }
  }

  /// Reads all float32 and int64 tensors of a file, sorted by name.
  ///
  /// - Throws: `DataError` 66 if the file cannot be opened, 65 if it is damaged or holds another type.
  public static func read(_ path: String) throws -> [NamedTensor] { try read(SafetensorsFile(path: path)) }

  /// Reads all tensors of an open file, and checks its digest if it records one.
  static func read(_ file: SafetensorsFile) throws -> [NamedTensor] {
    if file.isSealed { try file.checkSeal() }
    return try file.header.tensors.sorted { $0.name < $1.name }.map { entry in
      switch entry.type {
      case .float32:
        let values = try file.tensor(entry.name, .float32, shape: entry.shape, as: Float.self)
        return NamedTensor(name: entry.name, shape: entry.shape, values: .float32(Array(values)))
      case .int64:
        let values = try file.tensor(entry.name, .int64, shape: entry.shape, as: Int64.self)
        return NamedTensor(name: entry.name, shape: entry.shape, values: .int64(Array(values)))
      default:
        throw DataError(
          .badData, file: file.path, place: entry.name, "is \(entry.type.rawValue)", expected: "F32 or I64",
          advice: "Save the weights as float32.")
      }
    }
  }
}

extension NamedTensor {
  /// Passes the values on for writing.
  func append(_ append: SealedSafetensors.Append) throws {
    switch values {
    case .float32(let values): try values.withUnsafeBytes { try append(name, $0) }
    case .int64(let values): try values.withUnsafeBytes { try append(name, $0) }
    }
  }

  /// The names that PyTorch gives to buffers, the tensors of a state dict that are not learned.
  static let bufferNames: Set = ["running_mean", "running_var", "num_batches_tracked", "pe"]

  /// Whether the tensor is a buffer.
  var isBuffer: Bool { name.split(separator: ".").last.map { Self.bufferNames.contains(String($0)) } ?? false }

  /// The number of values.
  var valueCount: Int {
    switch values {
    case .float32(let values): values.count
    case .int64(let values): values.count
    }
  }

  var isInt64: Bool {
    if case .int64 = values { return true }
    return false
  }
}
