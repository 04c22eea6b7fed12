import Workers

/// Finds every column's quartiles exactly in a few passes over the rows, in bounded memory.
///
/// A sample gives each order statistic a bracket that nearly always holds it. One pass counts the cells around the
/// brackets and collects those within; the order statistic is among them. If too many cells would lie within, the
/// brackets are first narrowed on a larger sample. A column whose rank lies outside its bracket, or whose cells did not
/// fit, is recounted by `RadixRecount`. So the sample decides the time, never the result.
struct QuartileSearch {
  let rows: any RowSource
  let workers: OrderedWorkers
  var limits = Limits()

  /// What bounds the memory, and how sure a bracket is.
  struct Limits: Sendable {
    /// Cells that are handled as a whole, without a sample.
    var wholeCells = 8 << 20
    /// Cells of the first sample.
    var sampleCells = 2 << 20
    /// Rows of the first sample.
    var sampleRows = 1 << 17
    /// Cells that a pass may collect.
    var poolCells = 2 << 20
    /// Bytes of the histograms of a recount.
    var recountBytes = 64 << 20
    /// Half the width of a bracket in standard deviations of the sample's order statistic. At 4, one bracket in 16,000
    /// misses; misses cost a few more passes.
    var deviations = 4.0
  }

  /// Columns that a thread handles at once between passes.
  private static let columnsPerBlock = 16

  func run() throws -> [ColumnQuartiles] {
    let rowCount = rows.pieceRowCounts.reduce(0, +)
    if rowCount == 0 { return [ColumnQuartiles](repeating: .empty, count: rows.width) }
    let isSmall = rowCount * rows.width <= limits.wholeCells
    let sampleCount =
      isSmall ? rowCount : min(rowCount, limits.sampleRows, max(64, limits.sampleCells / rows.width))
    let sample = try gather(RowSample(rowCount: rowCount, count: sampleCount))
    if sampleCount == rowCount { return try forEachColumn { Self.quartiles(of: $0, in: sample, &$1) } }

    var brackets = Brackets(width: rows.width)
    let ranks = BracketRanks(sampleRows: sampleCount, rowCount: rowCount, deviations: limits.deviations)
    var shares = brackets.set(try forEachColumn { ranks.brackets(of: $0, in: sample, &$1) })
    var sampled = sampleCount
    while let next = nextSampleCount(after: sampled, rowCount: rowCount, expectedShare: shares.reduce(0, +)) {
      shares = brackets.set(try narrowed(brackets, on: RowSample(rowCount: rowCount, count: next)))
      sampled = next
    }
    return try collect(brackets, shares: shares, rowCount: rowCount)
  }

  /// The size of a larger sample to narrow the brackets on; nil when they are narrow enough or would hardly get narrower.
  ///
  /// `expectedShare` is the number of cells of a row that are expected within brackets.
  private func nextSampleCount(after sampled: Int, rowCount: Int, expectedShare: Double) -> Int? {
    let room = Double(limits.poolCells)
    let excess = expectedShare * Double(rowCount) * 1.15 / room
    if excess <= 1 { return nil }
    // The width of a bracket falls with the square root of the sample's size.
    let needed = Double(sampled) * excess * excess * 1.2
    let affordable = room * 0.8 / expectedShare
    let next = Int(min(needed, affordable, Double(rowCount)))
    return next >= 2 * sampled ? next : nil
  }

  // MARK: Passes

  private func gather(_ sample: RowSample) throws -> ColumnSample {
    let store = ColumnSample(width: rows.width, count: sample.count)
    _ = try forEachPiece(state: {}) { cells, piece, width, _ in
      let strata = sample.strata(in: piece)
      store.store(strata.map { cells + (sample.row($0) - piece.lowerBound) * width }, at: strata.lowerBound)
    }
    return store
  }

  /// The brackets of each column, narrowed to what a larger sample shows within them.
  private func narrowed(_ brackets: Brackets, on sample: RowSample) throws -> [ColumnBrackets] {
    let pass = try BracketPass(
      brackets: brackets, groups: 0..<(rows.width + 7) / 8, threadCount: workers.threadCount,
      capacity: limits.poolCells
    ) { counter in
      try forEachPiece(state: counter) { cells, piece, width, counter in
        counter.take(sample.strata(in: piece).map { cells + (sample.row($0) - piece.lowerBound) * width })
      }
    }
    let ranks = BracketRanks(
      sampleRows: sample.count, rowCount: sample.rowCount, deviations: limits.deviations)
    return try forEachColumn { ranks.narrowedBrackets(of: $0, in: pass, &$1) }
  }

  /// Looks at every row: the final pass, or one for each range of columns whose cells within brackets fit in memory.
  private func collect(_ brackets: Brackets, shares: [Double], rowCount: Int) throws -> [ColumnQuartiles] {
    let recount = RadixRecount(rows: rows, workers: workers, byteLimit: limits.recountBytes)
    var ranges = groupRanges(shares: shares, rowCount: rowCount)
    // Where brackets stay too wide for the pool, counting digits takes fewer passes; one pass finds what else is needed.
    if ranges.count > recount.plan(columns: rows.width, ranks: 2 * Brackets.shareCount).passCount {
      ranges = [0..<(rows.width + 7) / 8]
    }
    var found: [ColumnResult] = []
    for groups in ranges {
      let pass = try BracketPass(
        brackets: brackets, groups: groups, threadCount: workers.threadCount, capacity: limits.poolCells
      ) { counter in
        try forEachPiece(state: counter) { cells, piece, _, counter in counter.take(cells, rowCount: piece.count) }
      }
      let columns = groups.lowerBound * 8..<min(groups.upperBound * 8, rows.width)
      found += try forEachColumn(of: columns) { ColumnResult(column: $0, in: pass, &$1) }
    }
    let missing = found.filter { !$0.isComplete }.map { RadixRecount.Request(column: $0.column, ranks: $0.ranks) }
    for (request, values) in zip(missing, try recount.values(missing)) { found[request.column].values = values }
    return found.map(\.quartiles)
  }

  /// Ranges of groups of eight columns, each of which is expected to fit in the pool.
  private func groupRanges(shares: [Double], rowCount: Int) -> [Range<Int>] {
    let room = Double(limits.poolCells) / 1.1
    var ranges: [Range<Int>] = []
    var start = 0
    var expected = 0.0
    let groupCount = (rows.width + 7) / 8
    for group in 0..<groupCount {
      let here = shares[group * 8..<min(group * 8 + 8, rows.width)].reduce(0, +) * Double(rowCount)
      if group > start, expected + here > room {
        ranges.append(start..<group)
        start = group
        expected = 0
      }
      expected += here
    }
    ranges.append(start..<groupCount)
    return ranges
  }

  // MARK: Parallel steps

  /// Visits every piece; `piece` is its range of rows.
  ///
  /// - Returns: the states of the workers.
  private func forEachPiece<State>(
    state: @escaping @Sendable () -> State,
    _ body:
      @escaping @Sendable (
        _ cells: UnsafePointer<Float>, _ piece: Range<Int>, _ width: Int, _ state: inout State
      ) -> Void
  ) throws -> [State] {
    let rows = rows
    var end = 0
    let pieces = rows.pieceRowCounts.map { count in
      end += count
      return end - count..<end
    }
    return try workers.states(count: pieces.count, state: state) { index, state in
      try rows.withPiece(index) { cells in
        require(cells.count == checkedCount(pieces[index].count, rows.width), "a piece has its rows")
        body(cells.start, pieces[index], rows.width, &state)
      }
    }
  }

  /// The results of `body` for some columns, by default all, in order.
  private func forEachColumn<Result: Sendable>(
    of columns: Range<Int>? = nil, _ body: @escaping @Sendable (Int, inout ColumnSelector) -> Result
  ) throws -> [Result] {
    let columns = columns ?? 0..<rows.width
    let blocks = (columns.count + Self.columnsPerBlock - 1) / Self.columnsPerBlock
    return try workers.map(count: blocks, state: { ColumnSelector() }) { block, selector in
      let start = columns.lowerBound + block * Self.columnsPerBlock
      return (start..<min(start + Self.columnsPerBlock, columns.upperBound)).map { body($0, &selector) }
    }.flatMap(\.self)
  }

  /// The quartiles of a column that is wholly in memory.
  private static func quartiles(
    of column: Int, in sample: ColumnSample, _ selector: inout ColumnSelector
  ) -> ColumnQuartiles {
    let count = selector.load(sample.column(column), count: sample.count)
    if count == 0 { return .empty }
    let (least, greatest) = selector.extremes(count: count)
    let values = selector.values(at: ColumnQuartiles.ranks(count: count), count: count)
    return ColumnQuartiles(validCount: count, minimum: least, maximum: greatest, values: values)
  }
}

extension Brackets {
  /// Takes the brackets of every column.
  ///
  /// - Returns: for each column, how many cells of a row are expected within its brackets.
  fileprivate mutating func set(_ columns: [ColumnBrackets]) -> [Double] {
    for (column, found) in columns.enumerated() {
      for (share, edges) in found.edges.enumerated() { self[column, share] = edges }
    }
    return columns.map(\.expectedShare)
  }
}

extension QuartileSearch.Limits {
  /// Less if there is less than a gigabyte: a copy and three lists of keys are kept of cells that are handled as a
  /// whole.
  init(memory: Int) {
    wholeCells = min(wholeCells, max(1 << 16, memory / 128))
    sampleCells = min(sampleCells, max(1 << 16, memory / 128))
    poolCells = min(poolCells, max(1 << 16, memory / 128))
    recountBytes = min(recountBytes, max(1 << 20, memory / 16))
  }
}
