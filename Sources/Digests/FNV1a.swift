/// FNV-1a, 64 bits: a hash for short texts and keys of tables. It is the same on every machine, but not cryptographic.
public struct FNV1a: Hashable, Sendable {
  /// The hash of what was added.
  public var value: UInt64

  /// - Parameter value: the initial hash; by default the standard's offset.
  @inlinable
  public init(startingWith value: UInt64 = 0xcbf2_9ce4_8422_2325) { self.value = value }

  /// Adds a byte, or a whole word as if it were one.
  @inlinable
  public mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01b3 }

  /// The hash of bytes.
  @inlinable
  public static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash = FNV1a()
    for byte in bytes { hash.add(UInt64(byte)) }
    return hash.value
  }
}
