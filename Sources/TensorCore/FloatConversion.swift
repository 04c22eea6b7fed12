import CTensorCore

/// The stored forms of a float32 value.
public enum FloatFormat: Hashable, Sendable {
  case float16, bfloat16, float32

  /// Bytes per value.
  public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// Conversions between float32 and what files hold; buffers may be unaligned and must not overlap. The buffers of one call
/// hold the same number of values.
public enum FloatConversion {
  /// Rounds to float16, to nearest even. A finite value that would become infinite is stored as ±65504.
  ///
  /// Every other value has the bits that numpy's `astype(float16)` gives.
  /// - Returns: how many values were clamped to ±65504.
  public static func toFloat16(
    _ values: UnsafeBufferPointer<Float>, into stored: UnsafeMutableRawBufferPointer
  ) -> Int {
    let count = values.count
    require(stored.count == checkedCount(count, 2), "two bytes a value")
    if count == 0 { return 0 }
    return msa_to_float16(values.start, count, stored.baseAddress)
  }

  /// Rounds to bfloat16, to nearest even; NaN stays NaN.
  ///
  /// bfloat16 has float32's range: only values within half a step of float32's largest round to infinity.
  public static func toBFloat16(_ values: UnsafeBufferPointer<Float>, into stored: UnsafeMutableRawBufferPointer) {
    let count = values.count
    require(stored.count == checkedCount(count, 2), "two bytes a value")
    if count == 0 { return }
    msa_to_bfloat16(values.start, count, stored.baseAddress)
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
    msa_from_float16(stored.baseAddress, count, values.start)
  }

  /// Widens bfloat16 values; exact.
  public static func fromBFloat16(_ stored: UnsafeRawBufferPointer, into values: Vector) {
    let count = values.count
    require(stored.count == checkedCount(count, 2), "two bytes a value")
    if count == 0 { return }
    msa_from_bfloat16(stored.baseAddress, count, values.start)
  }
}
