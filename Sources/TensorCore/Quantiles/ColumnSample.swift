/// Sampled rows of every column in memory, [width][count].
final class ColumnSample: @unchecked Sendable {
  // While rows are gathered, each row's place is written by the one thread that has its piece; then it is only read.
  let width: Int
  let count: Int
  private let values: UnsafeMutablePointer<Float>
  /// Rows that are turned into columns at once: what one cache line of a column holds.
  private static let rowsAtOnce = 16

  init(width: Int, count: Int) {
    self.width = width
    self.count = count
    values = .allocate(capacity: width * count)
  }

  deinit { values.deallocate() }

  /// A column's values, `count` of them, in the order of the sample.
  func column(_ column: Int) -> UnsafePointer<Float> { UnsafePointer(values + column * count) }

  /// Stores rows at the sample's places `start...`.
  func store(_ addresses: [UnsafePointer<Float>], at start: Int) {
    for first in stride(from: 0, to: addresses.count, by: Self.rowsAtOnce) {
      let rows = addresses[first..<min(first + Self.rowsAtOnce, addresses.count)]
      rows.withUnsafeBufferPointer { rows in
        for column in 0..<width {
          let destination = values + column * count + start + first
          for index in 0..<rows.count { destination[index] = rows[index][column] }
        }
      }
    }
  }
}
