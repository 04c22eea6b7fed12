import Digests

/// A fixed set of byte strings with fast look-up of bytes that are not a `String`: an open-addressed hash table.
struct ByteTable: Sendable {
  /// The distinct strings, in the order of their first appearance.
  private let strings: [[UInt8]]
  /// Numbers of `strings`, −1 where empty; a power of two, at most half full.
  private var slots: [Int32]

  /// How many distinct strings.
  var count: Int { strings.count }

  init(_ all: [[UInt8]]) {
    var slotCount = 16
    while slotCount < 2 * all.count { slotCount *= 2 }
    slots = [Int32](repeating: -1, count: slotCount)
    var strings: [[UInt8]] = []
    for string in all {
      var slot = string.withUnsafeBufferPointer { Self.hash($0) } & (slotCount - 1)
      while slots[slot] >= 0, strings[Int(slots[slot])] != string { slot = (slot + 1) & (slotCount - 1) }
      if slots[slot] < 0 {
        slots[slot] = Int32(strings.count)
        strings.append(string)
      }
    }
    self.strings = strings
  }

  /// The number of a string, in the order of first appearance; nil if it is not in the set.
  func index(of bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var slot = Self.hash(bytes) & (slots.count - 1)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if strings[index].count == bytes.count, strings[index].elementsEqual(bytes) { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Words are short.
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let hash = FNV1a.hash(bytes)
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
