/// One pass over rows: counts every column about its brackets and collects the cells strictly within them.
///
/// Threads work on different pieces; the results are read when all have been joined.
final class BracketPass: @unchecked Sendable {
  // Each thread has its own tally, scratch and streams of the pool.
  let brackets: Brackets
  /// The groups of eight columns that take part.
  let groups: Range<Int>
  let pool: CandidatePool
  private let width: Int
  private let tallies: [ColumnTally]
  private let scratches: [UnsafeMutablePointer<Float>]

  /// - Parameters:
  ///   - groups: which groups of eight columns take part.
  ///   - capacity: how many cells can be collected.
  init(brackets: Brackets, groups: Range<Int>, threadCount: Int, capacity: Int) {
    self.brackets = brackets
    self.groups = groups
    width = brackets.width
    let width = width
    tallies = (0..<threadCount).map { _ in ColumnTally(width: width) }
    pool = CandidatePool(
      capacity: capacity, streamCount: groups.count * 8 * Brackets.streamsPerColumn, threadCount: threadCount)
    let scratchCount = (width + 7) / 8 * 8 * ColumnTally.Group.rowsAtOnce
    scratches = (0..<threadCount).map { _ in
      let scratch = UnsafeMutablePointer<Float>.allocate(capacity: scratchCount)
      scratch.initialize(repeating: .nan, count: scratchCount)
      return scratch
    }
  }

  deinit { scratches.forEach { $0.deallocate() } }

  /// Counts adjacent rows, [rowCount, width].
  func take(_ cells: UnsafePointer<Float>, rowCount: Int, thread: Int) {
    let appender = pool.appender(thread: thread)
    // Only groups that lie wholly within a row can be read where they are.
    let direct = groups.lowerBound..<max(groups.lowerBound, min(groups.upperBound, width / 8))
    for start in stride(from: 0, to: rowCount, by: ColumnTally.Group.rowsAtOnce) {
      let rows = start..<min(start + ColumnTally.Group.rowsAtOnce, rowCount)
      if rows.count < ColumnTally.Group.rowsAtOnce {
        take(rows: rows, groups, thread, appender) { cells + $0 * width }
      } else {
        count(cells + start * width, stride: width, direct, thread, appender)
        let rest = direct.upperBound..<groups.upperBound
        if !rest.isEmpty { take(rows: rows, rest, thread, appender) { cells + $0 * width } }
      }
    }
  }

  /// Counts the rows at `addresses`.
  func take(_ addresses: [UnsafePointer<Float>], thread: Int) {
    let appender = pool.appender(thread: thread)
    for start in stride(from: 0, to: addresses.count, by: ColumnTally.Group.rowsAtOnce) {
      let rows = start..<min(start + ColumnTally.Group.rowsAtOnce, addresses.count)
      take(rows: rows, groups, thread, appender) { addresses[$0] }
    }
  }

  /// Counts up to eight rows by way of a copy that is filled up with NaN.
  private func take(
    rows: Range<Int>, _ groups: Range<Int>, _ thread: Int, _ appender: CandidatePool.Appender,
    _ address: (Int) -> UnsafePointer<Float>
  ) {
    let scratch = scratches[thread]
    let stride = (width + 7) / 8 * 8
    let columns = groups.lowerBound * 8..<min(groups.upperBound * 8, width)
    for (index, row) in rows.enumerated() {
      (scratch + index * stride + columns.lowerBound).update(
        from: address(row) + columns.lowerBound, count: columns.count)
    }
    for index in rows.count..<ColumnTally.Group.rowsAtOnce {
      (scratch + index * stride + columns.lowerBound).update(repeating: .nan, count: columns.count)
    }
    count(scratch, stride: stride, groups, thread, appender)
  }

  /// Counts eight rows of some groups of columns.
  @inline(__always)
  private func count(
    _ cells: UnsafePointer<Float>, stride: Int, _ groups: Range<Int>, _ thread: Int, _ appender: CandidatePool.Appender
  ) {
    let tally = tallies[thread].groups
    let edges = UnsafePointer(brackets.edges)
    for group in groups {
      let cell = cells + group * 8
      let within = tally[group].count(cell, stride: stride, edges: edges + group * Brackets.vectorsPerGroup)
      let words = unsafeBitCast(within, to: SIMD4<UInt64>.self)
      let stream = (group - self.groups.lowerBound) * 8 * Brackets.streamsPerColumn
      for pair in 0..<4 {
        var word = words[pair]
        while word != 0 {
          let bit = word.trailingZeroBitCount
          let lane = 2 * pair + bit >> 5
          let row = 7 - (bit >> 2 & 7)
          appender.append(
            cell[row * stride + lane], to: stream + lane * Brackets.streamsPerColumn + bit & 3)
          word &= word &- 1
        }
      }
    }
  }
}

extension BracketPass {
  /// Valid cells of a column.
  func validCount(_ column: Int) -> Int {
    tallies.reduce(0) { $0 + Int($1.groups[column / 8].valid[column % 8]) }
  }

  /// The least and greatest valid cell of a column that has one.
  func extremes(_ column: Int) -> (least: Float, greatest: Float) {
    let least = tallies.map { $0.groups[column / 8].least[column % 8] }.min()
    let greatest = tallies.map { $0.groups[column / 8].greatest[column % 8] }.max()
    return (least ?? .nan, greatest ?? .nan)
  }

  /// How a column's cells lie about the bracket of a share.
  func counts(column: Int, share: Int) -> BracketCounts {
    var sum = BracketCounts()
    for tally in tallies {
      let counts = tally.counts(column: column, share: share)
      sum.below += counts.below
      sum.upToLow += counts.upToLow
      sum.upToHigh += counts.upToHigh
    }
    return sum
  }

  /// The pool's stream of the cells within the bracket of a share.
  func stream(column: Int, share: Int) -> Int {
    (column - groups.lowerBound * 8) * Brackets.streamsPerColumn + share
  }
}
