/// The stored forms of a float32 value.
public enum FloatFormat: Hashable, Sendable {
  case float16, bfloat16, float32

  /// Bytes a value.
  public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// Conversions between float32 and what files hold; buffers may be unaligned and must not overlap.
public enum FloatConversion {
  /// The largest finite float16.
  static let float16Limit: Float = 65504
  /// From here on, rounding to nearest even would give infinity.
  static let float16Overflow: Float = 65520

  /// Rounds to float16, to nearest even. A finite value that would become infinite is stored as ±65504.
  ///
  /// Every other value has the bits that numpy's `astype(float16)` gives.
  /// - Returns: how many values were held at ±65504.
  public static func toFloat16(
    _ source: UnsafePointer<Float>, count: Int, into destination: UnsafeMutableRawPointer
  ) -> Int {
    var saturated = 0
    for index in 0..<count {
      var value = source[index]
      if abs(value) >= float16Overflow, value.isFinite {
        value = value > 0 ? float16Limit : -float16Limit
        saturated += 1
      }
      destination.storeBytes(of: Float16(value).bitPattern, toByteOffset: 2 * index, as: UInt16.self)
    }
    return saturated
  }

  /// Rounds to bfloat16, to nearest even; NaN stays NaN.
  ///
  /// bfloat16 has float32's range: only values within half a step of float32's largest round to infinity.
  public static func toBFloat16(
    _ source: UnsafePointer<Float>, count: Int, into destination: UnsafeMutableRawPointer
  ) {
    for index in 0..<count {
      destination.storeBytes(of: bfloat16(source[index]), toByteOffset: 2 * index, as: UInt16.self)
    }
  }

  /// Widens float16 values; exact.
  public static func fromFloat16(
    _ source: UnsafeRawPointer, count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      let bits = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      destination[index] = Float(Float16(bitPattern: bits))
    }
  }

  /// Widens bfloat16 values; exact.
  public static func fromBFloat16(
    _ source: UnsafeRawPointer, count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      let bits = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      destination[index] = Float(bitPattern: UInt32(bits) << 16)
    }
  }

  /// Rounds float64 values to float32, to nearest even; values beyond float32's range become infinite.
  public static func fromFloat64(
    _ source: UnsafeRawPointer, count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      destination[index] = Float(source.loadUnaligned(fromByteOffset: 8 * index, as: Double.self))
    }
  }

  /// Rounds integers of any width to float32, to nearest even.
  @inlinable
  public static func fromIntegers<Element: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, of type: Element.Type, count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    let size = MemoryLayout<Element>.size
    for index in 0..<count {
      destination[index] = Float(source.loadUnaligned(fromByteOffset: size * index, as: Element.self))
    }
  }

  /// The upper half of a float32's bits, rounded to nearest even.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }
}
