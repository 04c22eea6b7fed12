/// Where the order statistics of each column are looked for: one bracket a share, from `low` to `high` inclusive.
///
/// Held as vectors of eight columns, six in a row: low and high of the first share, of the second, of the third. Columns
/// past the width fill up the last vector.
final class Brackets: @unchecked Sendable {
  // Written by one thread a column between passes, read by all during a pass.
  static let shareCount = 3
  static let vectorsPerGroup = 2 * shareCount
  /// Streams of collected cells a column: one a share, and one unused to make the number a power of two.
  static let streamsPerColumn = 4

  let width: Int
  let edges: UnsafeMutablePointer<SIMD8<Float>>
  private let vectorCount: Int

  /// Brackets that hold every value.
  init(width: Int) {
    self.width = width
    vectorCount = (width + 7) / 8 * Self.vectorsPerGroup
    edges = .allocate(capacity: vectorCount)
    for index in 0..<vectorCount {
      (edges + index).initialize(to: SIMD8(repeating: index.isMultiple(of: 2) ? -.infinity : .infinity))
    }
  }

  deinit { edges.deallocate() }

  /// The bracket of a column's share.
  subscript(column: Int, share: Int) -> (low: Float, high: Float) {
    get {
      let vector = edges + column / 8 * Self.vectorsPerGroup + 2 * share
      return (vector[0][column % 8], vector[1][column % 8])
    }
    set {
      let vector = edges + column / 8 * Self.vectorsPerGroup + 2 * share
      vector[0][column % 8] = newValue.low
      vector[1][column % 8] = newValue.high
    }
  }
}
