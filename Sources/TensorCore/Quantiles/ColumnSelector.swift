/// Order statistics of values in memory; one belongs to each thread.
struct ColumnSelector: ~Copyable {
  private let select = RadixSelect()
  private var keys: UnsafeMutablePointer<UInt32>
  private var scratch: UnsafeMutablePointer<UInt32>
  private var capacity = 0

  init() {
    keys = .allocate(capacity: 0)
    scratch = .allocate(capacity: 0)
  }

  deinit {
    keys.deallocate()
    scratch.deallocate()
  }

  /// Takes the valid values over as keys.
  ///
  /// - Returns: how many there are.
  mutating func load(_ values: UnsafePointer<Float>, count: Int) -> Int {
    reserve(count)
    return SortableKey.keys(of: values, count: count, into: keys)
  }

  /// Takes a stream of a pool over as keys; none of its values is NaN.
  mutating func load(stream: Int, of pool: CandidatePool, count: Int) {
    reserve(count)
    keys.withMemoryRebound(to: Float.self, capacity: count) { pool.copy(stream, to: $0) }
    for index in 0..<count { keys[index] = SortableKey.key(Float(bitPattern: keys[index])) }
  }

  /// The values at `ranks` of the keys loaded last, which are used up. Ranks ascend.
  func values(at ranks: [Int], count: Int) -> [Float] {
    select.select(keys, scratch: scratch, count: count, ranks: ranks).map { SortableKey.value($0) }
  }

  private mutating func reserve(_ count: Int) {
    if count <= capacity { return }
    keys.deallocate()
    scratch.deallocate()
    capacity = count + count / 4
    keys = .allocate(capacity: capacity)
    scratch = .allocate(capacity: capacity)
  }
}
