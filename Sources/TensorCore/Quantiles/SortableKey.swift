/// float32 values as unsigned integers of the same order: −Inf first, then negative numbers, zero, positive numbers, +Inf.
///
/// Both zeros get the key of +0, since they are equal to every comparison of values. NaN has no place in the order.
enum SortableKey {
  /// The key of a value.
  @inline(__always)
  static func key(_ value: Float) -> UInt32 {
    let bits = (value + 0).bitPattern
    return bits ^ (UInt32(bitPattern: Int32(bitPattern: bits) >> 31) | 0x8000_0000)
  }

  /// The value of a key.
  @inline(__always)
  static func value(_ key: UInt32) -> Float {
    Float(bitPattern: key & 0x8000_0000 != 0 ? key ^ 0x8000_0000 : ~key)
  }
}
