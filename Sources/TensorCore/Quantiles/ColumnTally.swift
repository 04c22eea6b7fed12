/// How a column's cells lie about one bracket.
struct BracketCounts {
  /// Cells below the low edge.
  var below = 0
  /// Cells below or at the low edge.
  var upToLow = 0
  /// Cells below or at the high edge.
  var upToHigh = 0
}

/// What one thread counts of every column: cells about the brackets, valid cells, the extremes.
final class ColumnTally {
  /// Eight columns: below, up to low, up to high, three times; then valid cells.
  struct Group {
    var about = (
      SIMD8<Int32>.zero, SIMD8<Int32>.zero, SIMD8<Int32>.zero,
      SIMD8<Int32>.zero, SIMD8<Int32>.zero, SIMD8<Int32>.zero,
      SIMD8<Int32>.zero, SIMD8<Int32>.zero, SIMD8<Int32>.zero
    )
    var valid = SIMD8<Int32>.zero
    var least = SIMD8<Float>(repeating: .infinity)
    var greatest = SIMD8<Float>(repeating: -.infinity)
  }

  let groups: UnsafeMutablePointer<Group>

  init(width: Int) {
    groups = .allocate(capacity: (width + 7) / 8)
    groups.initialize(repeating: Group(), count: (width + 7) / 8)
  }

  deinit { groups.deallocate() }

  func counts(column: Int, share: Int) -> BracketCounts {
    let about = groups[column / 8].about
    let lane = column % 8
    let (below, upToLow, upToHigh) =
      switch share {
      case 0: (about.0[lane], about.1[lane], about.2[lane])
      case 1: (about.3[lane], about.4[lane], about.5[lane])
      default: (about.6[lane], about.7[lane], about.8[lane])
      }
    return BracketCounts(below: Int(below), upToLow: Int(upToLow), upToHigh: Int(upToHigh))
  }
}

extension ColumnTally.Group {
  /// Rows that are counted at once.
  static let rowsAtOnce = 8

  /// Counts eight rows of eight columns; `stride` cells lie between the rows. NaN is not counted.
  ///
  /// - Returns: for each column four bits a row, the first row in the highest ones: bit 0, 1, 2 says that the cell lies
  ///   strictly within the bracket of that share.
  @inline(__always)
  mutating func count(
    _ cells: UnsafePointer<Float>, stride: Int, edges: UnsafePointer<SIMD8<Float>>
  ) -> SIMD8<Int32> {
    var about = self.about
    var valid = self.valid
    var least = self.least
    var greatest = self.greatest
    var within = SIMD8<Int32>.zero
    var row = cells
    for _ in 0..<Self.rowsAtOnce {
      let cell = UnsafeRawPointer(row).loadUnaligned(as: SIMD8<Float>.self)
      let first = Self.count(cell, edges[0], edges[1], &about.0, &about.1, &about.2)
      let second = Self.count(cell, edges[2], edges[3], &about.3, &about.4, &about.5)
      let third = Self.count(cell, edges[4], edges[5], &about.6, &about.7, &about.8)
      within =
        (within &<< SIMD8(repeating: 4)) | (first & SIMD8(repeating: 1)) | (second & SIMD8(repeating: 2))
        | (third & SIMD8(repeating: 4))
      valid &-= unsafeBitCast(cell .== cell, to: SIMD8<Int32>.self)
      least.replace(with: cell, where: cell .< least)
      greatest.replace(with: cell, where: cell .> greatest)
      row += stride
    }
    self.about = about
    self.valid = valid
    self.least = least
    self.greatest = greatest
    return within
  }

  /// Counts a row about one bracket; all bits set where the cell lies strictly within it.
  @inline(__always)
  private static func count(
    _ cell: SIMD8<Float>, _ low: SIMD8<Float>, _ high: SIMD8<Float>, _ below: inout SIMD8<Int32>,
    _ upToLow: inout SIMD8<Int32>, _ upToHigh: inout SIMD8<Int32>
  ) -> SIMD8<Int32> {
    // A mask is −1 in each lane that holds: subtracting it counts one.
    let notAboveLow = unsafeBitCast(cell .<= low, to: SIMD8<Int32>.self)
    below &-= unsafeBitCast(cell .< low, to: SIMD8<Int32>.self)
    upToLow &-= notAboveLow
    upToHigh &-= unsafeBitCast(cell .<= high, to: SIMD8<Int32>.self)
    return unsafeBitCast(cell .< high, to: SIMD8<Int32>.self) & ~notAboveLow
  }
}
