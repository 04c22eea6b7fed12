import CTensorCore
import Workers

/// What a worker counts in one pass over rows: every column around its brackets, and the cells strictly within them.
struct BracketCounter: Sendable {
  private let brackets: Brackets
  /// The groups of eight columns that take part.
  private let groups: Range<Int>
  private(set) var tally: ColumnTally
  private(set) var streams: CandidateStreams
  /// Eight rows, padded to whole groups.
  private var copies: [Float]
  /// Which cells of eight rows lie within brackets, one number per column.
  private var within: [UInt32]

  /// Rows that are counted at once.
  private static let rowsAtOnce = 8

  init(_ brackets: Brackets, groups: Range<Int>, pool: CandidatePool) {
    self.brackets = brackets
    self.groups = groups
    let groupCount = (brackets.width + 7) / 8
    tally = ColumnTally(groupCount: groupCount)
    streams = CandidateStreams(pool)
    copies = Array(repeating: .nan, count: 8 * groupCount * Self.rowsAtOnce)
    within = Array(repeating: 0, count: 8 * groups.count)
  }

  /// Counts adjacent rows, [rowCount, width].
  mutating func take(_ cells: UnsafePointer<Float>, rowCount: Int) {
    let width = brackets.width
    // Only groups that lie wholly within a row can be read in place.
    let direct = groups.lowerBound..<max(groups.lowerBound, min(groups.upperBound, width / 8))
    for start in stride(from: 0, to: rowCount, by: Self.rowsAtOnce) {
      let rows = start..<min(start + Self.rowsAtOnce, rowCount)
      if rows.count < Self.rowsAtOnce {
        copy(rows: rows, groups) { cells + $0 * width }
      } else {
        count(cells + start * width, stride: width, direct)
        let rest = direct.upperBound..<groups.upperBound
        if !rest.isEmpty { copy(rows: rows, rest) { cells + $0 * width } }
      }
    }
  }

  /// Counts the rows at `addresses`.
  mutating func take(_ addresses: [UnsafePointer<Float>]) {
    for start in stride(from: 0, to: addresses.count, by: Self.rowsAtOnce) {
      copy(rows: start..<min(start + Self.rowsAtOnce, addresses.count), groups) { addresses[$0] }
    }
  }

  /// Counts up to eight rows through a copy padded with NaN.
  private mutating func copy(
    rows: Range<Int>, _ groups: Range<Int>, _ address: (Int) -> UnsafePointer<Float>
  ) {
    let stride = copies.count / Self.rowsAtOnce
    let columns = groups.lowerBound * 8..<min(groups.upperBound * 8, brackets.width)
    var copies: [Float] = []
    swap(&copies, &self.copies)
    copies.withUnsafeMutableBufferPointer { copies in
      for (index, row) in rows.enumerated() {
        (copies.start + index * stride + columns.lowerBound).update(
          from: address(row) + columns.lowerBound, count: columns.count)
      }
      for index in rows.count..<Self.rowsAtOnce {
        (copies.start + index * stride + columns.lowerBound).update(repeating: .nan, count: columns.count)
      }
      count(copies.start, stride: stride, groups)
    }
    swap(&copies, &self.copies)
  }

  /// Counts eight rows of some groups of columns and collects the cells within brackets.
  private mutating func count(_ cells: UnsafePointer<Float>, stride: Int, _ groups: Range<Int>) {
    if groups.isEmpty { return }
    let edges = Brackets.edgesPerGroup * groups.lowerBound
    require(groups.upperBound <= tally.groups.count && 8 * groups.count <= within.count, "groups lie in their rows")
    within.withUnsafeMutableBufferPointer { within in
      brackets.edges.withUnsafeBufferPointer { brackets in
        tally.groups.withUnsafeMutableBufferPointer { tally in
          msa_count_about_brackets(
            cells + 8 * groups.lowerBound, stride, brackets.start + edges, tally.start + groups.lowerBound,
            groups.count, within.start)
        }
      }
      let pairs = UnsafeRawPointer(within.start)
      let first = 8 * (groups.lowerBound - self.groups.lowerBound)
      streams.append { stream in
        for pair in 0..<4 * groups.count {
          var word = pairs.load(fromByteOffset: 8 * pair, as: UInt64.self)
          while word != 0 {
            let bit = word.trailingZeroBitCount
            let column = 2 * pair &+ bit &>> 5
            let row = 7 &- (bit &>> 2 & 7)
            stream.append(
              cells[row &* stride &+ 8 &* groups.lowerBound &+ column],
              to: (first &+ column) &* Brackets.streamsPerColumn &+ bit & 3)
            word &= word &- 1
          }
        }
      }
    }
  }
}

/// One pass over rows by several workers, and what they have counted.
struct BracketPass: Sendable {
  let brackets: Brackets
  private let groups: Range<Int>
  private let counters: [BracketCounter]

  /// - Parameters:
  ///   - groups: which groups of eight columns take part.
  ///   - capacity: how many cells can be collected.
  ///   - visit: passes rows to the counters of several workers and returns the counters.
  init(
    brackets: Brackets, groups: Range<Int>, threadCount: Int, capacity: Int,
    visit: (_ counter: @escaping @Sendable () -> BracketCounter) throws -> [BracketCounter]
  ) throws {
    self.brackets = brackets
    self.groups = groups
    let pool = CandidatePool(
      capacity: capacity, streamCount: groups.count * 8 * Brackets.streamsPerColumn, threadCount: threadCount)
    counters = try visit { BracketCounter(brackets, groups: groups, pool: pool) }
  }

  /// Valid cells of a column.
  func validCount(_ column: Int) -> Int { counters.reduce(0) { $0 + $1.tally.validCount(column) } }

  /// The least and greatest valid cell of a column that has one.
  func extremes(_ column: Int) -> (least: Float, greatest: Float) {
    let extremes = counters.map { $0.tally.extremes(column) }
    return (extremes.map(\.least).min() ?? .nan, extremes.map(\.greatest).max() ?? .nan)
  }

  /// How a column's cells lie around the bracket of a share.
  func counts(column: Int, share: Int) -> BracketCounts {
    counters.reduce(into: BracketCounts()) { $0.add($1.tally.counts(column: column, share: share)) }
  }

  /// How many cells lie strictly within the bracket of a share; nil when some were lost.
  func withinCount(column: Int, share: Int) -> Int? {
    var count = 0
    for counter in counters {
      guard let here = counter.streams.count(of: stream(column, share)) else { return nil }
      count += here
    }
    return count
  }

  /// Copies these cells, of which none was lost, to `destination`.
  func copyWithin(column: Int, share: Int, to destination: UnsafeMutablePointer<Float>) {
    var count = 0
    for counter in counters {
      counter.streams.visit(stream(column, share)) { start, length in
        (destination + count).update(from: start, count: length)
        count += length
      }
    }
  }

  private func stream(_ column: Int, _ share: Int) -> Int {
    (column - groups.lowerBound * 8) * Brackets.streamsPerColumn + share
  }
}
