import CTensorCore

/// Order statistics of values in memory; one per worker.
struct ColumnSelector: ~Copyable {
  private var select = BinnedSelect()
  private var values: UnsafeMutablePointer<Float>
  private var capacity = 0

  init() { values = .allocate(capacity: 0) }

  deinit { values.deallocate() }

  /// Takes over the valid values.
  ///
  /// - Returns: how many there are.
  mutating func load(_ column: UnsafePointer<Float>, count: Int) -> Int {
    reserve(count)
    return msa_copy_numbers(column, count, values)
  }

  /// Takes over `count` values, none of which is NaN; `copy` writes them.
  mutating func load(count: Int, _ copy: (UnsafeMutablePointer<Float>) -> Void) {
    reserve(count)
    copy(values)
  }

  /// The values at `ranks` of the `count` values loaded last. Ranks ascend; a zero is always +0.
  mutating func values(at ranks: [Int], count: Int) -> [Float] { select.select(values, count: count, ranks: ranks) }

  /// The least and the greatest of the `count` values loaded last, at least one; a zero is always +0.
  func extremes(count: Int) -> (least: Float, greatest: Float) {
    var (least, greatest): (Float, Float) = (0, 0)
    msa_extremes(values, count, &least, &greatest)
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
