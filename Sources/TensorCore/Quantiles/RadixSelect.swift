/// Selects order statistics of unsigned keys: counts the leading digits, keeps the bins that hold a wanted rank, and
/// recurses into them. A digit starts at the highest bit in which the remaining keys differ, so close keys cost no
/// extra pass.
struct RadixSelect: ~Copyable {
  private static let digitBits = 11
  /// Below this, sorting is faster than counting.
  private static let sortLimit = 48

  private let histogram: UnsafeMutablePointer<UInt32>
  /// Which wanted bin a digit is: 0 none, else 1 + its number.
  private let slots: UnsafeMutablePointer<UInt8>

  init() {
    histogram = .allocate(capacity: 1 << Self.digitBits)
    histogram.initialize(repeating: 0, count: 1 << Self.digitBits)
    slots = .allocate(capacity: 1 << Self.digitBits)
    slots.initialize(repeating: 0, count: 1 << Self.digitBits)
  }

  deinit {
    histogram.deallocate()
    slots.deallocate()
  }

  /// The keys at `ranks`, which ascend and lie in `0 ..< count`, at most 250 of them.
  ///
  /// `keys` and `scratch` hold `count` keys each and are overwritten.
  func select(
    _ keys: UnsafeMutablePointer<UInt32>, scratch: UnsafeMutablePointer<UInt32>, count: Int, ranks: [Int]
  ) -> [UInt32] {
    var found = [UInt32](repeating: 0, count: ranks.count)
    descend(keys, scratch, count, before: 0, ranks: ranks, wanted: 0..<ranks.count, found: &found)
    return found
  }

  /// A bin that holds wanted ranks.
  private struct Bin {
    var digit: Int
    var before: Int
    var count: Int
    var wanted: Range<Int>
  }

  /// `before` keys of the whole are smaller than every key here.
  private func descend(
    _ keys: UnsafeMutablePointer<UInt32>, _ scratch: UnsafeMutablePointer<UInt32>, _ count: Int, before: Int,
    ranks: [Int], wanted: Range<Int>, found: inout [UInt32]
  ) {
    if count <= Self.sortLimit {
      Self.sort(keys, count)
      for index in wanted { found[index] = keys[ranks[index] - before] }
      return
    }
    let (least, greatest) = Self.extremes(keys, count)
    if least == greatest {
      for index in wanted { found[index] = least }
      return
    }
    let digits = min(Self.digitBits, Int.bitWidth - count.leadingZeroBitCount - 2)
    let shift = UInt32(max(0, 32 - (greatest - least).leadingZeroBitCount - digits))
    let bins = countBins(keys, count, least, shift, before: before, ranks: ranks, wanted: wanted)
    scatter(bins, keys, scratch, count, least, shift)
    var start = 0
    for bin in bins {
      descend(
        scratch + start, keys + start, bin.count, before: bin.before, ranks: ranks, wanted: bin.wanted, found: &found)
      start += bin.count
    }
  }

  /// The bins that hold a wanted rank, in order.
  private func countBins(
    _ keys: UnsafePointer<UInt32>, _ count: Int, _ least: UInt32, _ shift: UInt32, before: Int, ranks: [Int],
    wanted: Range<Int>
  ) -> [Bin] {
    histogram.update(repeating: 0, count: 1 << Self.digitBits)
    for index in 0..<count { histogram[Int((keys[index] &- least) &>> shift)] &+= 1 }
    var bins: [Bin] = []
    var next = wanted.lowerBound
    var smaller = before
    var digit = 0
    while next < wanted.upperBound {
      let here = Int(histogram[digit])
      if ranks[next] < smaller + here {
        let first = next
        while next < wanted.upperBound, ranks[next] < smaller + here { next += 1 }
        bins.append(Bin(digit: digit, before: smaller, count: here, wanted: first..<next))
      }
      smaller += here
      digit += 1
    }
    return bins
  }

  /// Moves the keys of the bins to `scratch`, one bin after the other.
  private func scatter(
    _ bins: [Bin], _ keys: UnsafePointer<UInt32>, _ scratch: UnsafeMutablePointer<UInt32>, _ count: Int,
    _ least: UInt32, _ shift: UInt32
  ) {
    var cursors: [Int] = [0]
    var start = 0
    for (number, bin) in bins.enumerated() {
      slots[bin.digit] = UInt8(number + 1)
      cursors.append(start)
      start += bin.count
    }
    cursors.withUnsafeMutableBufferPointer { cursors in
      for index in 0..<count {
        let slot = Int(slots[Int((keys[index] &- least) &>> shift)])
        if slot != 0 {
          scratch[cursors[slot]] = keys[index]
          cursors[slot] &+= 1
        }
      }
    }
    for bin in bins { slots[bin.digit] = 0 }
  }

  private static func extremes(_ keys: UnsafePointer<UInt32>, _ count: Int) -> (least: UInt32, greatest: UInt32) {
    var least = UInt32.max
    var greatest: UInt32 = 0
    for index in 0..<count {
      least = keys[index] < least ? keys[index] : least
      greatest = keys[index] > greatest ? keys[index] : greatest
    }
    return (least, greatest)
  }

  /// Insertion sort.
  private static func sort(_ keys: UnsafeMutablePointer<UInt32>, _ count: Int) {
    var end = 1
    while end < count {
      let key = keys[end]
      var index = end
      while index > 0, keys[index - 1] > key {
        keys[index] = keys[index - 1]
        index -= 1
      }
      keys[index] = key
      end += 1
    }
  }
}

/// float32 values as unsigned integers of the same order: −Inf first, then negative numbers, zero, positive numbers, +Inf.
///
/// Both zeros get the key of +0, since they are equal to every comparison of values. NaN is not in the order.
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
