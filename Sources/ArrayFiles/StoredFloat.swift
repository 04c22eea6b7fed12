/// How a feature value is stored; the raw value is the word on the command line and in the manifest.
public enum StoredFloat: String, CaseIterable, Hashable, Sendable {
  /// IEEE 754 binary16: 11 bits of precision, up to ±65504.
  case f16
  /// IEEE 754 binary32.
  case f32
  /// The upper half of binary32: 8 bits of precision, binary32's range.
  case bf16

  /// The size of one value in bytes.
  public var byteCount: Int { tensorType.byteCount }

  /// The element type in a safetensors file.
  public var tensorType: TensorType {
    switch self {
    case .f16: .float16
    case .f32: .float32
    case .bf16: .bfloat16
    }
  }

  /// The format that a safetensors element type is; nil for anything but these three.
  public init?(_ type: TensorType) {
    guard let match = Self.allCases.first(where: { $0.tensorType == type }) else { return nil }
    self = match
  }
}
