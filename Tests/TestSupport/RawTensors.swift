import ArrayFiles
import Digests
import Foundation
import Text

/// The tensors of a safetensors file, to be rewritten with types, shapes and bytes that need not fit each other.
public struct RawTensors {
  /// One tensor.
  public struct Tensor {
    /// The tensor's name.
    public var name: String
    /// The type given in the header.
    public var type: String
    /// The dimensions given in the header.
    public var shape: [Int]
    /// The bytes, of any number.
    public var bytes: [UInt8]
  }

  /// The texts under `__metadata__`.
  public var metadata: [String: String]
  /// The tensors in the order of the file.
  public var tensors: [Tensor]

  /// Reads an intact file.
  public init(_ path: String) throws {
    let file = try SafetensorsFile(path: path)
    metadata = file.header.metadata
    tensors = try file.header.tensors.map { entry in
      let bytes = try file.tensor(entry.name, entry.type, shape: entry.shape, as: UInt8.self)
      return Tensor(name: entry.name, type: entry.type.rawValue, shape: entry.shape, bytes: Array(bytes))
    }
  }

  /// Changes the named tensor.
  public mutating func change(_ name: String, _ body: (inout Tensor) -> Void) {
    for index in tensors.indices where tensors[index].name == name { body(&tensors[index]) }
  }

  /// Replaces some bytes of a tensor that has any.
  public mutating func set<Value>(_ name: String, at place: Int, _ value: Value) {
    change(name) { tensor in
      let bytes = withUnsafeBytes(of: value) { Array($0) }
      if (place + 1) * bytes.count > tensor.bytes.count { return }
      tensor.bytes.replaceSubrange(place * bytes.count..<(place + 1) * bytes.count, with: bytes)
    }
  }

  /// The bytes of the file; a digest of the whole file in the metadata is corrected.
  public var bytes: [UInt8] {
    var copy = self
    if metadata[SealedSafetensors.key] == nil { return copy.encoded }
    copy.metadata[SealedSafetensors.key] = String(repeating: "0", count: 64)
    var digest = SHA256()
    copy.encoded.withUnsafeBytes { digest.update($0) }
    copy.metadata[SealedSafetensors.key] = digest.hexDigest()
    return copy.encoded
  }

  private var encoded: [UInt8] {
    var members: [String: JSONValue] = [:]
    var end = 0
    for tensor in tensors {
      members[tensor.name] = [
        "dtype": .string(tensor.type), "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(end), .integer(end + tensor.bytes.count)],
      ]
      end += tensor.bytes.count
    }
    if !metadata.isEmpty { members["__metadata__"] = .object(metadata.mapValues { .string($0) }) }
    var text = Array(JSONValue.object(members).canonicalText.utf8)
    text += repeatElement(UInt8(ascii: " "), count: (64 - (8 + text.count) % 64) % 64)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return length + text + tensors.flatMap(\.bytes)
  }

  /// Writes the file, replacing another.
  public func write(to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }
}
