/// The stored forms of a float32 value.
public enum FloatFormat: Hashable, Sendable {
  case float16, bfloat16, float32

  /// Bytes a value.
  public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// Conversions between float32 and what files hold; buffers may be unaligned and must not overlap. The buffers of one call
/// hold the same number of values.
public enum FloatConversion {
  /// Rounds to float16, to nearest even. A finite value that would become infinite is stored as ±65504.
  ///
  /// Every other value has the bits that numpy's `astype(float16)` gives.
  /// - Returns: how many values were held at ±65504.
  public static func toFloat16(
    _ values: UnsafeBufferPointer<Float>, into stored: UnsafeMutableRawBufferPointer
  ) -> Int {
    let count = values.count
    require(stored.count == checkedCount(count, 2), "two bytes a value")
    if count == 0 { return 0 }
    let (source, destination) = (values.start, stored.baseAddress.unsafelyUnwrapped)
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
  public static func toBFloat16(_ values: UnsafeBufferPointer<Float>, into stored: UnsafeMutableRawBufferPointer) {
    let count = values.count
    require(stored.count == checkedCount(count, 2), "two bytes a value")
    if count == 0 { return }
    let (source, destination) = (values.start, stored.baseAddress.unsafelyUnwrapped)
    for index in 0..<count {
      destination.storeBytes(of: BFloat16Rounding.round(source[index]), toByteOffset: 2 * index, as: UInt16.self)
    }
  }

  /// Copies float32 values.
  public static func copyFloat32(_ stored: UnsafeRawBufferPointer, into values: Vector) {
    require(stored.count == checkedCount(values.count, 4), "four bytes a value")
    if stored.isEmpty { return }
    UnsafeMutableRawPointer(values.start).copyMemory(
      from: stored.baseAddress.unsafelyUnwrapped, byteCount: stored.count)
  }

  /// Widens float16 values; exact.
  public static func fromFloat16(_ stored: UnsafeRawBufferPointer, into values: Vector) {
    let count = values.count
    require(stored.count == checkedCount(count, 2), "two bytes a value")
    if count == 0 { return }
    let (source, destination) = (stored.baseAddress.unsafelyUnwrapped, values.start)
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
  public static func fromBFloat16(_ stored: UnsafeRawBufferPointer, into values: Vector) {
    let count = values.count
    require(stored.count == checkedCount(count, 2), "two bytes a value")
    if count == 0 { return }
    let (source, destination) = (stored.baseAddress.unsafelyUnwrapped, values.start)
    for index in 0..<count {
      let bits = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      destination[index] = Float(bitPattern: UInt32(bits) << 16)
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
