/// Turns a sample into brackets.
struct BracketRanks: Sendable {
  /// Rows of the sample.
  let sampleRows: Int
  /// Rows that it was taken from.
  let rowCount: Int
  /// Half the width of a bracket in standard deviations.
  let deviations: Double

  /// The sample's ranks between which an order statistic of the whole is expected, among `count` valid cells; a rank
  /// outside `0 ..< count` stands for an edge beyond every cell.
  private func ranks(share: Double, count: Int) -> (low: Int, high: Int) {
    let centre = Double(count - 1) * share
    // Without replacement: the larger the sample's part of the whole, the closer it is.
    let rest = 1 - Double(sampleRows) / Double(rowCount)
    let margin = deviations * (Double(count) * share * (1 - share) * rest).squareRoot() + 1
    return (Int((centre - margin).rounded(.down)), Int((centre + margin).rounded(.up)))
  }

  /// A column's brackets from a sample of it in memory.
  func brackets(of column: Int, in sample: ColumnSample, _ selector: inout ColumnSelector) -> ColumnBrackets {
    let count = selector.load(sample.column(column), count: sample.count)
    // Valid cells so rare that the sample has none, or few: all of them are collected.
    let unseen = 3.0 / Double(sampleRows)
    if count == 0 { return ColumnBrackets(expectedShare: unseen) }
    let wanted = ColumnQuartiles.shares.map { ranks(share: $0, count: count) }
    let inside = wanted.flatMap { [$0.low, $0.high] }.filter { (0..<count).contains($0) }.sorted()
    let values = Dictionary(
      zip(inside, selector.values(at: inside, count: count)), uniquingKeysWith: { first, _ in first })
    var found = ColumnBrackets(expectedShare: unseen)
    for (share, rank) in wanted.enumerated() {
      found.edges[share] = (values[rank.low] ?? -.infinity, values[rank.high] ?? .infinity)
      found.expectedShare += Double(min(rank.high, count) - max(rank.low, -1)) / Double(sampleRows)
    }
    return found
  }

  /// A column's brackets narrowed to what a pass over a larger sample has seen within them; an edge that the pass does
  /// not determine stays.
  func narrowedBrackets(of column: Int, in pass: BracketPass, _ selector: inout ColumnSelector) -> ColumnBrackets {
    let count = pass.validCount(column)
    var found = ColumnBrackets(expectedShare: 3 / Double(sampleRows))
    if count == 0 {
      found.edges = (0..<Brackets.shareCount).map { pass.brackets[column, $0] }
      return found
    }
    for (share, part) in ColumnQuartiles.shares.enumerated() {
      let rank = ranks(share: part, count: count)
      let view = BracketView(column: column, share: share, pass: pass)
      let values = view.values(at: [rank.low, rank.high], &selector)
      let old = pass.brackets[column, share]
      found.edges[share] = (values[0] ?? old.low, values[1] ?? old.high)
      let above = values[0] == nil ? view.counts.upToLow : rank.low
      let below = values[1] == nil ? view.counts.upToLow + (view.withinCount ?? 0) : rank.high
      found.expectedShare += Double(max(0, below - above)) / Double(sampleRows)
    }
    return found
  }
}

/// One column's brackets.
struct ColumnBrackets: Sendable {
  /// How many cells of a row are expected within them.
  var expectedShare: Double
  /// One per share; initially they hold every value.
  var edges = [(low: Float, high: Float)](repeating: (-.infinity, .infinity), count: Brackets.shareCount)
}

/// What a pass found about one bracket.
struct BracketView {
  let counts: BracketCounts
  /// Cells strictly within; nil when some were lost.
  let withinCount: Int?
  private let edges: (low: Float, high: Float)
  private let pass: BracketPass
  private let column: Int
  private let share: Int

  init(column: Int, share: Int, pass: BracketPass) {
    self.column = column
    self.share = share
    self.pass = pass
    counts = pass.counts(column: column, share: share)
    withinCount = pass.withinCount(column: column, share: share)
    edges = pass.brackets[column, share]
  }

  /// The cells at ascending ranks of the column; nil for a rank that lies outside the bracket or was lost.
  func values(at ranks: [Int], _ selector: inout ColumnSelector) -> [Float?] {
    guard let withinCount else { return ranks.map { _ in nil } }
    let within = counts.upToLow..<counts.upToLow + withinCount
    let collected = ranks.filter { within.contains($0) }.map { $0 - within.lowerBound }
    var found: ArraySlice<Float> = []
    if !collected.isEmpty {
      selector.load(count: withinCount) { pass.copyWithin(column: column, share: share, to: $0) }
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

/// What the final pass found for a column.
struct ColumnResult: Sendable {
  let column: Int
  let validCount: Int
  let least: Float
  let greatest: Float
  /// The values at `ranks`; empty while a bracket's miss is still to be recounted.
  var values: [Float]

  var ranks: [Int] { ColumnQuartiles.ranks(count: validCount) }

  var isComplete: Bool { validCount == 0 || !values.isEmpty }

  init(column: Int, in pass: BracketPass, _ selector: inout ColumnSelector) {
    self.column = column
    validCount = pass.validCount(column)
    (least, greatest) = pass.extremes(column)
    values = []
    if validCount == 0 { return }
    let ranks = ranks
    var found: [Float] = []
    for share in 0..<Brackets.shareCount {
      let view = BracketView(column: column, share: share, pass: pass)
      for value in view.values(at: Array(ranks[2 * share..<2 * share + 2]), &selector) {
        guard let value else { return }
        found.append(value + 0)
      }
    }
    values = found
  }

  var quartiles: ColumnQuartiles {
    if validCount == 0 { return .empty }
    return ColumnQuartiles(validCount: validCount, minimum: least + 0, maximum: greatest + 0, values: values)
  }
}
