public import TensorCore

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

  /// The tensor core's name for the type.
  public var format: FloatFormat {
    switch self {
    case .f16: .float16
    case .f32: .float32
    case .bf16: .bfloat16
    }
  }

  /// The largest relative error of rounding to nearest.
  public var unitRoundoff: Double {
    switch self {
    case .f16: 0x1p-11
    case .f32: 0x1p-24
    case .bf16: 0x1p-8
    }
  }

  /// The value as it would be read back; beyond the format's range it is infinite.
  public func rounded(_ value: Float) -> Float {
    switch self {
    case .f16: Float(Float16(value))
    case .f32: value
    case .bf16: Float(bitPattern: (value.bitPattern &+ 0x7fff &+ (value.bitPattern >> 16 & 1)) & 0xffff_0000)
    }
  }

  /// The format of a safetensors element type; nil for anything but these three.
  public init?(_ type: TensorType) {
    guard let match = Self.allCases.first(where: { $0.tensorType == type }) else { return nil }
    self = match
  }
}

extension FloatConversion {
  /// Converts stored values to float32; as many as `values` has room for.
  public static func widen(_ stored: UnsafeRawBufferPointer, _ type: StoredFloat, into values: Vector) {
    switch type {
    case .f32: copyFloat32(stored, into: values)
    case .f16: fromFloat16(stored, into: values)
    case .bf16: fromBFloat16(stored, into: values)
    }
  }

  /// Rounds float32 values to a stored format; `stored` has room for exactly these.
  public static func narrow(
    _ values: UnsafeBufferPointer<Float>, _ type: StoredFloat, into stored: UnsafeMutableRawBufferPointer
  ) {
    switch type {
    case .f32: stored.copyMemory(from: UnsafeRawBufferPointer(values))
    case .f16: _ = toFloat16(values, into: stored)
    case .bf16: toBFloat16(values, into: stored)
    }
  }
}
