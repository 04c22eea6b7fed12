import CTensorCore

/// Selects order statistics of values: counts them in bins of equal width, then looks into the bins that hold a wanted
/// rank.
///
/// For most columns such a bin holds few values, which `RadixSelect` sorts out by their bits, as it does all values if
/// no bins can be laid. Either way the result is exact: bin numbers never fall as values rise.
struct BinnedSelect: ~Copyable {
  /// The outermost bins hold what lies beyond the others.
  fileprivate static let binCount = 2048
  /// Below this, bins are not worth it.
  private static let smallest = 256

  private let radix = RadixSelect()
  private let histogram: UnsafeMutablePointer<UInt32>
  /// The bin of each value.
  private var digits: UnsafeMutablePointer<UInt32>
  private var keys: UnsafeMutablePointer<UInt32>
  private var scratch: UnsafeMutablePointer<UInt32>
  private var capacity = 0

  init() {
    histogram = .allocate(capacity: Self.binCount)
    digits = .allocate(capacity: 0)
    keys = .allocate(capacity: 0)
    scratch = .allocate(capacity: 0)
  }

  deinit {
    histogram.deallocate()
    digits.deallocate()
    keys.deallocate()
    scratch.deallocate()
  }

  /// The values at `ranks`, which ascend and lie in `0 ..< count`; a zero is always +0.
  ///
  /// No value is NaN, and eight at a time can be read from `values`, also at the end.
  mutating func select(_ values: UnsafePointer<Float>, count: Int, ranks: [Int]) -> [Float] {
    reserve(count)
    guard count >= Self.smallest, let scale = Scale(of: values, count: count) else {
      for index in 0..<count { keys[index] = SortableKey.key(values[index]) }
      return select(among: count, ranks: ranks)
    }
    countBins(values, count, scale)
    var found: [Float] = []
    var smaller = 0
    var bin = 0
    while found.count < ranks.count {
      let here = Int(histogram[bin])
      let inside = ranks[found.count...].prefix { $0 < smaller + here }
      if !inside.isEmpty {
        gather(UInt32(bin), values, count)
        found += select(among: here, ranks: inside.map { $0 - smaller })
      }
      smaller += here
      bin += 1
    }
    return found
  }

  /// Lays the bins.
  private struct Scale {
    let low: Float
    let binsPerUnit: Float
    /// How many values determine the bins.
    private static let probeCount = 64

    /// Bins from the least to the greatest of some values; nil if these are equal, or too close or too far apart.
    init?(of values: UnsafePointer<Float>, count: Int) {
      var least = Float.infinity
      var greatest = -Float.infinity
      for index in stride(from: 0, to: count, by: max(1, count / Self.probeCount)) {
        least = min(least, values[index])
        greatest = max(greatest, values[index])
      }
      let binsPerUnit = Float(binCount - 3) / (greatest - least)
      guard greatest > least, binsPerUnit.isFinite, binsPerUnit > 0 else { return nil }
      low = least
      self.binsPerUnit = binsPerUnit
    }
  }

  private func countBins(_ values: UnsafePointer<Float>, _ count: Int, _ scale: Scale) {
    msa_lay_in_bins(values, count, scale.low, scale.binsPerUnit, Int32(Self.binCount), digits)
    histogram.update(repeating: 0, count: Self.binCount)
    for index in 0..<count { histogram[Int(digits[index])] &+= 1 }
  }

  /// Turns the values of a bin into keys.
  private func gather(_ bin: UInt32, _ values: UnsafePointer<Float>, _ count: Int) {
    // A key takes a value's place.
    keys.withMemoryRebound(to: Float.self, capacity: capacity) { gathered in
      _ = msa_gather_bin(values, digits, count, bin, gathered)
    }
    for index in 0..<Int(histogram[Int(bin)]) { keys[index] = SortableKey.key(Float(bitPattern: keys[index])) }
  }

  private func select(among count: Int, ranks: [Int]) -> [Float] {
    radix.select(keys, scratch: scratch, count: count, ranks: ranks).map { SortableKey.value($0) }
  }

  private mutating func reserve(_ count: Int) {
    if count <= capacity { return }
    digits.deallocate()
    keys.deallocate()
    scratch.deallocate()
    capacity = count + count / 4
    // A whole vector at the end.
    digits = .allocate(capacity: capacity + 8)
    keys = .allocate(capacity: capacity)
    scratch = .allocate(capacity: capacity)
  }
}
