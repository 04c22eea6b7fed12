/// What a pass has seen about one bracket.
struct BracketView {
  let counts: BracketCounts
  /// Cells strictly within; nil when some were lost.
  let withinCount: Int?
  private let edges: (low: Float, high: Float)
  private let pool: CandidatePool
  private let stream: Int

  init(column: Int, share: Int, pass: BracketPass) {
    counts = pass.counts(column: column, share: share)
    stream = pass.stream(column: column, share: share)
    pool = pass.pool
    withinCount = pool.count(of: stream)
    edges = pass.brackets[column, share]
  }

  /// The cells at ascending ranks of the column; nil where a rank lies outside the bracket or was lost.
  func values(at ranks: [Int], _ selector: inout ColumnSelector) -> [Float?] {
    guard let withinCount else { return ranks.map { _ in nil } }
    let within = counts.upToLow..<counts.upToLow + withinCount
    let collected = ranks.filter { within.contains($0) }.map { $0 - within.lowerBound }
    var found: ArraySlice<Float> = []
    if !collected.isEmpty {
      selector.load(stream: stream, of: pool, count: withinCount)
      found = selector.values(at: collected, count: withinCount)[...]
    }
    return ranks.map { rank in
      if within.contains(rank) { return found.removeFirst() }
      if (counts.below..<counts.upToLow).contains(rank) { return edges.low }
      if (within.upperBound..<counts.upToHigh).contains(rank) { return edges.high }
      return nil
    }
  }
}
