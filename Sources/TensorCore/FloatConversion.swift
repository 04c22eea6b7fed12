/// The stored forms of a float32 value.
public enum FloatFormat: Hashable, Sendable {
  case float16, bfloat16, float32

  /// Bytes a value.
  public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// Conversions between float32 and what files hold; buffers may be unaligned and must not overlap.
public enum FloatConversion {
  /// Rounds to float16, to nearest even. A finite value that would become infinite is stored as ±65504.
  ///
  /// Every other value has the bits that numpy's `astype(float16)` gives.
  /// - Returns: how many values were held at ±65504.
  public static func toFloat16(
    _ source: UnsafePointer<Float>, count: Int, into destination: UnsafeMutableRawPointer
  ) -> Int {
    var saturated = 0
    var index = 0
    while index + 8 <= count {
      let values = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD8<Float>.self)
      destination.storeBytes(
        of: Float16Rounding.round(values, saturated: &saturated), toByteOffset: 2 * index, as: SIMD8<UInt16>.self)
      index += 8
    }
    while index < count {
      destination.storeBytes(
        of: Float16Rounding.round(source[index], saturated: &saturated), toByteOffset: 2 * index, as: UInt16.self)
      index += 1
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
      destination.storeBytes(of: BFloat16Rounding.round(source[index]), toByteOffset: 2 * index, as: UInt16.self)
    }
  }

  /// Widens float16 values; exact.
  public static func fromFloat16(
    _ source: UnsafeRawPointer, count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    var index = 0
    while index + 8 <= count {
      let halves = unsafeBitCast(
        source.loadUnaligned(fromByteOffset: 2 * index, as: SIMD8<UInt16>.self), to: SIMD8<Float16>.self)
      UnsafeMutableRawPointer(destination + index).storeBytes(of: SIMD8<Float>(halves), as: SIMD8<Float>.self)
      index += 8
    }
    while index < count {
      let bits = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      destination[index] = Float(Float16(bitPattern: bits))
      index += 1
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
}

/// Rounding to float16 that holds finite values at ±65504.
enum Float16Rounding {
  /// The largest finite float16.
  static let limit: Float = 65504
  /// From here on, rounding to nearest even would give infinity.
  static let overflow: Float = 65520

  /// The bits of one value; adds 1 to `saturated` when it is held at the limit.
  @inline(__always)
  static func round(_ value: Float, saturated: inout Int) -> UInt16 {
    if value.magnitude >= overflow, value.isFinite {
      saturated += 1
      return Float16(value > 0 ? limit : -limit).bitPattern
    }
    return Float16(value).bitPattern
  }

  /// The bits of eight values; adds to `saturated` how many were held at the limit.
  @inline(__always)
  static func round(_ values: SIMD8<Float>, saturated: inout Int) -> SIMD8<UInt16> {
    // A sign appears where the magnitude, as an integer, exceeds the last one that stays finite. A comparison of vectors
    // would do, but against a constant it compiles to a scalar loop.
    let magnitude = unsafeBitCast(values, to: SIMD8<UInt32>.self) & SIMD8(repeating: 0x7fff_ffff)
    let room = unsafeBitCast(SIMD8(repeating: overflow.bitPattern - 1) &- magnitude, to: SIMD4<UInt64>.self)
    let signs = (room[0] | room[1] | room[2] | room[3]) & 0x8000_0000_8000_0000
    if signs != 0 { return roundLarge(values, saturated: &saturated) }
    return unsafeBitCast(SIMD8<Float16>(values), to: SIMD8<UInt16>.self)
  }

  /// Eight values one by one. Not inlined: beside it the compiler would convert the others one by one too.
  @inline(never)
  private static func roundLarge(_ values: SIMD8<Float>, saturated: inout Int) -> SIMD8<UInt16> {
    var result = SIMD8<UInt16>.zero
    for lane in 0..<8 { result[lane] = round(values[lane], saturated: &saturated) }
    return result
  }
}

/// Rounding to the upper half of a float32's bits, to nearest even.
enum BFloat16Rounding {
  /// The bits of one value.
  @inline(__always)
  static func round(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let rounded = bits &+ 0x7fff &+ (bits &>> 16 & 1)
    return UInt16(truncatingIfNeeded: (value == value ? rounded : bits | 0x40_0000) &>> 16)
  }

  /// The bits of eight values.
  @inline(__always)
  static func round(_ values: SIMD8<Float>) -> SIMD8<UInt16> {
    let bits = unsafeBitCast(values, to: SIMD8<UInt32>.self)
    let rounded = bits &+ SIMD8(repeating: 0x7fff) &+ (bits &>> SIMD8(repeating: 16) & SIMD8(repeating: 1))
    let quiet = bits | SIMD8(repeating: 0x40_0000)
    let kept = rounded.replacing(with: quiet, where: values .!= values)
    return SIMD8<UInt16>(truncatingIfNeeded: kept &>> SIMD8(repeating: 16))
  }
}
