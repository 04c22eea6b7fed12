import Digests
import Files
import Samples

/// Numbers that decide what is taken from samples, as a function of seed, modality, sample and row alone.
///
/// The same sample has the same numbers in every folder, whatever else is in it; and since a rate only sets the bound below
/// which something is taken, a higher rate takes all that a lower one takes.
struct MissingDraws: Hashable, Sendable {
  let seed: UInt64

  /// The numbers of one modality of a sample.
  struct Stream: Hashable, Sendable {
    /// Decides whether the sample keeps the modality.
    let whole: UInt64
    /// The state of a SplitMix64 generator whose outputs, one per row, decide which rows are kept.
    fileprivate let rows: UInt64

    /// Decides whether the sample keeps a row of the modality, counted from 0.
    func row(_ number: Int) -> UInt64 {
      SplitMix64.next(after: rows &+ UInt64(number) &* SplitMix64.increment)
    }
  }

  /// The first 32 hexadecimal digits of SHA-256("seed:modality:id"): 16 for the whole, 16 for the rows.
  func stream(of id: String, _ modality: Modality) -> Stream {
    let digits = SHA256.hexDigest(of: "\(seed):\(modality):\(id)")
    func number(_ digits: Substring) -> UInt64 { UInt64(digits, radix: 16) ?? 0 }
    return Stream(whole: number(digits.prefix(16)), rows: number(digits.dropFirst(16).prefix(16)))
  }
}

/// The bounds that a rate sets.
struct MissingRate: Hashable, Sendable {
  /// A modality is taken if its number without the last 11 bits, which leaves 53, is less than this.
  let wholeBound: UInt64
  /// The same for a row.
  let rowBound: UInt64

  /// Numbers are compared by 53 bits, which every language's floating-point numbers hold.
  static let droppedBits: UInt64 = 11
  private static let one = Double(1 << 53)

  /// - Parameters:
  ///   - rate: the share of what is taken, between 0 and 1.
  ///   - modalityCount: modalities of a sample.
  init(_ rate: Double, modalityCount: Int) {
    rowBound = UInt64((rate * Self.one).rounded())
    // Of a sample that would lose all its modalities, one stays: the bound is higher than the rate by that much.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<64 {
      let middle = low + (high - low) / 2
      if Self.takenShare(bound: middle, modalityCount) < rate { low = middle } else { high = middle }
    }
    wholeBound = UInt64((high * Self.one).rounded())
  }

  /// The greatest share of modalities that can be taken.
  static func largest(modalityCount: Int) -> Double { takenShare(bound: 1, modalityCount) }

  /// The expected share of modalities that a bound, as a share of all numbers, takes.
  private static func takenShare(bound: Double, _ modalityCount: Int) -> Double {
    let all = (0..<modalityCount).reduce(1.0) { share, _ in share * bound }
    return bound - all / Double(modalityCount)
  }

  /// Whether the sample loses a modality, as long as another one stays.
  func takes(whole number: UInt64) -> Bool { number >> Self.droppedBits < wholeBound }

  /// Whether the sample loses a row.
  func takes(row number: UInt64) -> Bool { number >> Self.droppedBits < rowBound }
}
