import CTensorCore

/// Where the order statistics of each column are looked for: one bracket per share, from `low` to `high` inclusive.
///
/// Held in groups of eight columns, six rows of eight per group: low and high of the first share, of the second, of the
/// third. Columns past the width pad the last group.
struct Brackets: Sendable {
  static let shareCount = 3
  static let edgesPerGroup = 8 * 2 * shareCount
  /// Streams of collected cells per column: one per share, and one unused to make the number a power of two.
  static let streamsPerColumn = 4

  let width: Int
  private(set) var edges: [Float]

  /// Brackets that hold every value.
  init(width: Int) {
    self.width = width
    edges = (0..<(width + 7) / 8 * Self.edgesPerGroup).map { $0 / 8 % 2 == 0 ? -.infinity : .infinity }
  }

  /// The bracket of a column's share.
  subscript(column: Int, share: Int) -> (low: Float, high: Float) {
    get {
      let place = self.place(column, share)
      return (edges[place], edges[place + 8])
    }
    set {
      let place = self.place(column, share)
      edges[place] = newValue.low
      edges[place + 8] = newValue.high
    }
  }

  private func place(_ column: Int, _ share: Int) -> Int {
    column / 8 * Self.edgesPerGroup + 16 * share + column % 8
  }
}

/// How a column's cells lie around one bracket.
struct BracketCounts {
  /// Cells below the low edge.
  var below = 0
  /// Cells below or at the low edge.
  var upToLow = 0
  /// Cells below or at the high edge.
  var upToHigh = 0

  mutating func add(_ other: BracketCounts) {
    below += other.below
    upToLow += other.upToLow
    upToHigh += other.upToHigh
  }
}

/// What one worker counts for every column: cells around the brackets, valid cells, the extremes.
struct ColumnTally: Sendable {
  /// Eight columns each.
  var groups: [msa_column_counts]

  init(groupCount: Int) {
    var empty = msa_column_counts()
    withUnsafeMutableBytes(of: &empty.least) { $0.bindMemory(to: Float.self).update(repeating: .infinity) }
    withUnsafeMutableBytes(of: &empty.greatest) { $0.bindMemory(to: Float.self).update(repeating: -.infinity) }
    groups = Array(repeating: empty, count: groupCount)
  }

  func validCount(_ column: Int) -> Int {
    withUnsafeBytes(of: groups[column / 8].valid) { Int($0.bindMemory(to: Int32.self)[column % 8]) }
  }

  func extremes(_ column: Int) -> (least: Float, greatest: Float) {
    let group = groups[column / 8]
    return withUnsafeBytes(of: group.least) { least in
      withUnsafeBytes(of: group.greatest) { greatest in
        (least.bindMemory(to: Float.self)[column % 8], greatest.bindMemory(to: Float.self)[column % 8])
      }
    }
  }

  func counts(column: Int, share: Int) -> BracketCounts {
    withUnsafeBytes(of: groups[column / 8].about) { bytes in
      let counts = bytes.bindMemory(to: Int32.self)
      let first = 24 * share + column % 8
      return BracketCounts(
        below: Int(counts[first]), upToLow: Int(counts[first + 8]), upToHigh: Int(counts[first + 16]))
    }
  }
}
