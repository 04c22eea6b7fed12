/// Sampled rows of every column in memory, [width][count].
final class ColumnSample: @unchecked Sendable {
  // While rows are gathered, each row's place is written by the one thread that has its piece; then it is only read.
  let width: Int
  let count: Int
  private let memory: PageMemory
  private let values: UnsafeMutablePointer<Float>
  /// Rows that are turned into columns at once: what one cache line of a column holds.
  private static let rowsAtOnce = 16

  init(width: Int, count: Int) {
    self.width = width
    self.count = count
    memory = PageMemory(count: width * count)
    values = memory.base
  }

  /// A column's values, `count` of them, in the order of the sample.
  func column(_ column: Int) -> UnsafePointer<Float> { UnsafePointer(values + column * count) }

  /// Stores rows at the sample's places `start...`.
  func store(_ addresses: [UnsafePointer<Float>], at start: Int) {
    for first in stride(from: 0, to: addresses.count, by: Self.rowsAtOnce) {
      let rows = addresses[first..<min(first + Self.rowsAtOnce, addresses.count)]
      rows.withUnsafeBufferPointer { rows in
        let vectors = rows.count == Self.rowsAtOnce ? width / 8 * 8 : 0
        for column in stride(from: 0, to: vectors, by: 8) {
          let destination = values + column * count + start + first
          transpose(rows, 0, column, destination)
          transpose(rows, 8, column, destination + 8)
        }
        for column in vectors..<width {
          let destination = values + column * count + start + first
          for index in 0..<rows.count { destination[index] = rows[index][column] }
        }
      }
    }
  }

  /// Turns eight rows of eight columns, from `row` and `column` on, into columns that lie `count` apart.
  @inline(__always)
  private func transpose(
    _ rows: UnsafeBufferPointer<UnsafePointer<Float>>, _ row: Int, _ column: Int,
    _ destination: UnsafeMutablePointer<Float>
  ) {
    func load(_ index: Int) -> SIMD8<Float> {
      UnsafeRawPointer(rows[row + index] + column).loadUnaligned(as: SIMD8<Float>.self)
    }
    let (a, b, c, d) = (load(0), load(1), load(2), load(3))
    let (e, f, g, h) = (load(4), load(5), load(6), load(7))
    for lane in 0..<8 {
      UnsafeMutableRawPointer(destination + lane * count).storeBytes(
        of: SIMD8(a[lane], b[lane], c[lane], d[lane], e[lane], f[lane], g[lane], h[lane]), as: SIMD8<Float>.self)
    }
  }
}
