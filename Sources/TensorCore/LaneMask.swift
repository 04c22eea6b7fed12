/// What a comparison of eight lanes has found. `any`, `all` and a comparison of whole masks go lane by lane, which takes ten
/// times as long.
extension SIMDMask<SIMD8<Int32>> {
  /// Whether some lane is true.
  @inline(__always)
  var hasTrue: Bool {
    let pairs = unsafeBitCast(self, to: SIMD4<UInt64>.self)
    return pairs[0] | pairs[1] | pairs[2] | pairs[3] != 0
  }
}
