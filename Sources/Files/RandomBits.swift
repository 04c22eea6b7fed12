import Foundation

/// Bits that no other process has: for names, not for secrets.
///
/// Swift's own generator ends the process where the system's source of random numbers fails.
enum RandomBits {
  /// From the system's source, or else from what makes this process unlike others.
  static func next() -> UInt64 {
    var bits: UInt64 = 0
    if uninterrupted({ getentropy(&bits, MemoryLayout<UInt64>.size) }) == 0 { return bits }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let parts = [UInt64(getpid()), UInt64(time.tv_sec), UInt64(time.tv_nsec)]
    // So that neighbouring seeds diverge.
    return parts.reduce(0) { SplitMix64.next(after: $0 ^ $1) }
  }
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): every bit of the input
/// affects every bit of the output.
public enum SplitMix64 {
  /// What a state grows by from one output to the next.
  public static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// The output of the state that follows this one.
  @inlinable
  public static func next(after state: UInt64) -> UInt64 {
    var value = state &+ increment
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
