/// Selects order statistics of unsigned keys: counts the leading digits, keeps the bins that hold a wanted rank, goes on
/// within them. A digit starts at the highest bit in which the keys at hand differ, so close keys cost no extra pass.
struct RadixSelect: ~Copyable {
  private static let digitBits = 11
  /// Below this, sorting is quicker than counting.
  private static let sortLimit = 48

  /// Two counts a digit: keys next to each other count into different ones, or an increment would wait for the last.
  private let histogram: UnsafeMutablePointer<UInt32>
  /// Where keys go that belong to no bin.
  private let spare: UnsafeMutablePointer<UInt32>

  init() {
    histogram = .allocate(capacity: 2 << Self.digitBits)
    spare = .allocate(capacity: 1)
  }

  deinit {
    histogram.deallocate()
    spare.deallocate()
  }

  /// The keys at `ranks`, which ascend and lie in `0 ..< count`.
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
    var digit: UInt32
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
    var inner: [Int] = []
    for index in wanted {
      if least == greatest || ranks[index] == before {
        found[index] = least
      } else if ranks[index] == before + count - 1 {
        found[index] = greatest
      } else {
        inner.append(index)
      }
    }
    guard let first = inner.first, let last = inner.last else { return }
    let bits = min(Self.digitBits, Int.bitWidth - count.leadingZeroBitCount - 2)
    let digits = Digits(least: least, greatest: greatest, bits: bits)
    let bins = countBins(keys, count, digits, before: before, ranks: ranks, wanted: first..<last + 1)
    var start = 0
    for bin in bins {
      gather(bin, keys, count, digits, into: scratch + start)
      start += bin.count
    }
    start = 0
    for bin in bins {
      descend(
        scratch + start, keys + start, bin.count, before: bin.before, ranks: ranks, wanted: bin.wanted, found: &found)
      start += bin.count
    }
  }

  /// The highest `bits` bits in which keys between two ends differ.
  private struct Digits {
    let least: UInt32
    let shift: UInt32
    /// How many digits there are at most.
    let count: Int

    init(least: UInt32, greatest: UInt32, bits: Int) {
      self.least = least
      shift = UInt32(max(0, 32 - (greatest - least).leadingZeroBitCount - bits))
      count = 1 << bits
    }

    @inline(__always)
    func of(_ key: UInt32) -> UInt32 { (key &- least) &>> shift }

    @inline(__always)
    func of(_ keys: SIMD8<UInt32>) -> SIMD8<UInt32> { (keys &- least) &>> SIMD8(repeating: shift) }
  }

  /// The bins that hold a wanted rank, in order.
  private func countBins(
    _ keys: UnsafePointer<UInt32>, _ count: Int, _ digits: Digits, before: Int, ranks: [Int], wanted: Range<Int>
  ) -> [Bin] {
    histogram.update(repeating: 0, count: 2 * digits.count)
    let odd = histogram + digits.count
    for index in stride(from: 0, to: count & ~1, by: 2) {
      histogram[Int(digits.of(keys[index]))] &+= 1
      odd[Int(digits.of(keys[index + 1]))] &+= 1
    }
    if !count.isMultiple(of: 2) { histogram[Int(digits.of(keys[count - 1]))] &+= 1 }
    var bins: [Bin] = []
    var next = wanted.lowerBound
    var smaller = before
    var digit = 0
    while next < wanted.upperBound {
      let here = Int(histogram[digit] &+ odd[digit])
      if ranks[next] < smaller + here {
        let first = next
        while next < wanted.upperBound, ranks[next] < smaller + here { next += 1 }
        bins.append(Bin(digit: UInt32(digit), before: smaller, count: here, wanted: first..<next))
      }
      smaller += here
      digit += 1
    }
    return bins
  }

  /// Copies the keys of a bin to `destination`, which has room for just these.
  private func gather(
    _ bin: Bin, _ keys: UnsafePointer<UInt32>, _ count: Int, _ digits: Digits,
    into destination: UnsafeMutablePointer<UInt32>
  ) {
    var cursor = destination
    /// Without a branch on the key, which could not be foretold.
    func take(_ key: UInt32) {
      let isInBin = digits.of(key) == bin.digit
      (isInBin ? cursor : spare).pointee = key
      cursor += isInBin ? 1 : 0
    }
    let vectors = count & ~7
    let digit = SIMD8(repeating: bin.digit)
    for index in stride(from: 0, to: vectors, by: 8) {
      let eight = UnsafeRawPointer(keys + index).loadUnaligned(as: SIMD8<UInt32>.self)
      let hits = unsafeBitCast(digits.of(eight) .== digit, to: SIMD4<UInt64>.self)
      if hits == .zero { continue }
      for lane in 0..<8 { take(keys[index + lane]) }
    }
    for index in vectors..<count { take(keys[index]) }
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
