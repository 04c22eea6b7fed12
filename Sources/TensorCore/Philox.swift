/// Random bits as a function of where they are used: Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", 2011).
///
/// There is no state to save: the same seed, stream, step and position always give the same bits, in any order and on any
/// thread.
public struct Philox: Hashable, Sendable {
  private let key0: UInt32
  private let key1: UInt32

  /// A generator for a seed.
  public init(seed: UInt64) {
    key0 = UInt32(truncatingIfNeeded: seed)
    key1 = UInt32(truncatingIfNeeded: seed >> 32)
  }

  /// Four random words for a 128-bit counter.
  @inline(__always)
  public func block(_ c0: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32) -> (UInt32, UInt32, UInt32, UInt32) {
    var (x0, x1, x2, x3) = (c0, c1, c2, c3)
    var (k0, k1) = (key0, key1)
    // Ten rounds, unrolled so that a loop over counters vectorises.
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    Self.bump(&k0, &k1)
    Self.round(&x0, &x1, &x2, &x3, k0, k1)
    return (x0, x1, x2, x3)
  }

  /// Fills `words` with the words of `blockCount` blocks, four each, from block `first` on.
  ///
  /// - Parameters:
  ///   - stream: which use: a layer, the shuffle, an initial weight.
  ///   - step: which time.
  public func fill(
    _ words: UnsafeMutableBufferPointer<UInt32>, blockCount: Int, first: Int, stream: UInt32, step: UInt64
  ) {
    require(words.count >= checkedCount(4, blockCount), "four words a block")
    let output = words.start
    let (c2, c3) = (UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32))
    let start = UInt32(truncatingIfNeeded: first)
    for index in 0..<blockCount {
      let words = block(start &+ UInt32(truncatingIfNeeded: index), stream, c2, c3)
      output[4 * index] = words.0
      output[4 * index + 1] = words.1
      output[4 * index + 2] = words.2
      output[4 * index + 3] = words.3
    }
  }

  /// The word at a position: four positions share a block.
  public func word(at position: Int, stream: UInt32, step: UInt64) -> UInt32 {
    let words = block(
      UInt32(truncatingIfNeeded: position >> 2), stream, UInt32(truncatingIfNeeded: step),
      UInt32(truncatingIfNeeded: step >> 32))
    switch position & 3 {
    case 0: return words.0
    case 1: return words.1
    case 2: return words.2
    default: return words.3
    }
  }

  /// A number in [0, 1) with 24 random bits.
  public static func uniform(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }

  @inline(__always)
  private static func round(
    _ x0: inout UInt32, _ x1: inout UInt32, _ x2: inout UInt32, _ x3: inout UInt32, _ k0: UInt32, _ k1: UInt32
  ) {
    let a = UInt64(x0) &* 0xD251_1F53
    let b = UInt64(x2) &* 0xCD9E_8D57
    let (y0, y2) = (
      UInt32(truncatingIfNeeded: b &>> 32) ^ x1 ^ k0, UInt32(truncatingIfNeeded: a &>> 32) ^ x3 ^ k1
    )
    x1 = UInt32(truncatingIfNeeded: b)
    x3 = UInt32(truncatingIfNeeded: a)
    x0 = y0
    x2 = y2
  }

  @inline(__always)
  private static func bump(_ k0: inout UInt32, _ k1: inout UInt32) {
    k0 &+= 0x9E37_79B9
    k1 &+= 0xBB67_AE85
  }
}
