/// Order statistics of values in memory; one belongs to each thread.
struct ColumnSelector: ~Copyable {
  private var select = BinnedSelect()
  private var values: UnsafeMutablePointer<Float>
  private var capacity = 0

  init() { values = .allocate(capacity: 0) }

  deinit { values.deallocate() }

  /// Takes the valid values over.
  ///
  /// - Returns: how many there are.
  mutating func load(_ column: UnsafePointer<Float>, count: Int) -> Int {
    reserve(count)
    var valid = 0
    let vectors = count & ~7
    for start in stride(from: 0, to: vectors, by: 8) {
      let eight = UnsafeRawPointer(column + start).loadUnaligned(as: SIMD8<Float>.self)
      if (eight .!= eight).hasTrue {
        for index in start..<start + 8 { append(column[index], &valid) }
      } else {
        UnsafeMutableRawPointer(values + valid).storeBytes(of: eight, as: SIMD8<Float>.self)
        valid += 8
      }
    }
    for index in vectors..<count { append(column[index], &valid) }
    return valid
  }

  private func append(_ value: Float, _ valid: inout Int) {
    values[valid] = value
    valid += value.isNaN ? 0 : 1
  }

  /// Takes a stream of a pool over; none of its values is NaN.
  mutating func load(stream: Int, of pool: CandidatePool, count: Int) {
    reserve(count)
    pool.copy(stream, to: values)
  }

  /// The values at `ranks` of the `count` values loaded last. Ranks ascend; a zero is always +0.
  mutating func values(at ranks: [Int], count: Int) -> [Float] { select.select(values, count: count, ranks: ranks) }

  /// The least and the greatest of the `count` values loaded last, at least one; a zero is always +0.
  func extremes(count: Int) -> (least: Float, greatest: Float) {
    var low = SIMD8<Float>(repeating: values[0])
    var high = low
    let vectors = count & ~7
    for start in stride(from: 0, to: vectors, by: 8) {
      let eight = UnsafeRawPointer(values + start).loadUnaligned(as: SIMD8<Float>.self)
      low.replace(with: eight, where: eight .< low)
      high.replace(with: eight, where: eight .> high)
    }
    var (least, greatest) = (low.min(), high.max())
    for index in vectors..<count {
      least = min(least, values[index])
      greatest = max(greatest, values[index])
    }
    return (least + 0, greatest + 0)
  }

  private mutating func reserve(_ count: Int) {
    if count <= capacity { return }
    values.deallocate()
    capacity = count + count / 4
    // A whole vector at the end.
    values = .allocate(capacity: capacity + 8)
  }
}
