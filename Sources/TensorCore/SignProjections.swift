import CTensorCore

/// Random directions, and on which side of each a vector lies: two vectors at the angle θ agree in a bit with
/// probability 1 − θ/π (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002).
///
/// The directions have entries of ±1, and sums run in the order of the columns: the same bits on every machine.
public struct SignProjections: Sendable {
  /// The length of a vector.
  public let width: Int
  /// How many directions there are: a multiple of 64.
  public let bitCount: Int
  /// [width, bitCount]: +1 or −1.
  private let directions: [Float]

  /// - Parameter bitCount: a multiple of 64.
  public init(width: Int, bitCount: Int, seed: UInt64) {
    require(bitCount > 0 && bitCount.isMultiple(of: 64), "bits come in words")
    self.width = width
    self.bitCount = bitCount
    let generator = Philox(seed: seed)
    directions = [Float](unsafeUninitializedCapacity: width * bitCount) { output, initialized in
      for position in 0..<width * bitCount {
        let word = generator.word(at: position >> 5, stream: 0x7369_676e, step: 0)
        output[position] = word >> UInt32(position & 31) & 1 == 0 ? -1 : 1
      }
      initialized = width * bitCount
    }
  }

  /// Writes `bitCount` / 64 words for a vector of `width` values.
  public func bits(of vector: UnsafeBufferPointer<Float>, into words: UnsafeMutableBufferPointer<UInt64>) {
    require(vector.count == width && words.count == bitCount / 64, "a value a column, a word for 64 bits")
    let (vector, words) = (vector.start, words.start)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: bitCount) { sums in
      guard let sum = sums.baseAddress else { return }
      sum.initialize(repeating: 0, count: bitCount)
      directions.withUnsafeBufferPointer { directions in
        msa_project(vector, width, directions.baseAddress, bitCount, sum)
      }
      for word in 0..<bitCount / 64 {
        var bits: UInt64 = 0
        for bit in 0..<64 where sum[64 * word + bit] > 0 { bits |= 1 << UInt64(bit) }
        words[word] = bits
      }
    }
  }
}

/// Sums of products in a fixed order.
public enum VectorProduct {
  /// Σ first · second of two vectors of one length, in eight lanes that are added at the end: the same bits on every
  /// machine.
  public static func dot(_ first: UnsafeBufferPointer<Float>, _ second: UnsafeBufferPointer<Float>) -> Float {
    let count = first.count
    require(second.count == count, "vectors of one length")
    return count == 0 ? 0 : msa_dot_in_lanes(first.start, second.start, count)
  }
}
