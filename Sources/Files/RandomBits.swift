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
    // Steps of splitmix64, so that neighbours become strangers.
    return parts.reduce(0) { state, part in
      var mixed = (state ^ part) &+ 0x9e37_79b9_7f4a_7c15
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return mixed ^ mixed >> 31
    }
  }
}
