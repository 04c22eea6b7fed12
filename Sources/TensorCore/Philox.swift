import CTensorCore

/// Random bits as a function of where they are used: Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", 2011).
///
/// There is no state to save: the same seed, stream, step and position always give the same bits, in any order and on any
/// thread.
public struct Philox: Hashable, Sendable {
  private let seed: UInt64

  /// A generator for a seed.
  public init(seed: UInt64) { self.seed = seed }

  private var key: msa_philox {
    msa_philox(key0: UInt32(truncatingIfNeeded: seed), key1: UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// Four random words for a 128-bit counter.
  @inline(__always)
  public func block(_ c0: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32) -> (UInt32, UInt32, UInt32, UInt32) {
    let words = msa_philox_block(key, c0, c1, c2, c3)
    return (words.x0, words.x1, words.x2, words.x3)
  }

  /// Fills `words` with the words of `blockCount` blocks, four each, from block `first` on.
  ///
  /// - Parameters:
  ///   - stream: the purpose: a layer, the shuffle, an initial weight.
  ///   - step: the occasion.
  public func fill(
    _ words: UnsafeMutableBufferPointer<UInt32>, blockCount: Int, first: Int, stream: UInt32, step: UInt64
  ) {
    require(words.count >= checkedCount(4, blockCount), "four words a block")
    if blockCount == 0 { return }
    msa_philox_fill(key, UInt32(truncatingIfNeeded: first), stream, step, blockCount, words.start)
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
}
