/// Turns what a sample shows into brackets.
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

  /// Sets a column's brackets from a sample of it in memory.
  ///
  /// - Returns: how many cells of a row are expected within them.
  func setBrackets(
    of column: Int, in sample: ColumnSample, _ selector: inout ColumnSelector, _ brackets: Brackets
  ) -> Double {
    let count = selector.load(sample.column(column), count: sample.count)
    // Valid cells so rare that the sample has none, or few: all of them are collected.
    let unseen = 3.0 / Double(sampleRows)
    if count == 0 { return unseen }
    let wanted = ColumnQuartiles.shares.map { ranks(share: $0, count: count) }
    let inside = wanted.flatMap { [$0.low, $0.high] }.filter { (0..<count).contains($0) }.sorted()
    let values = Dictionary(
      zip(inside, selector.values(at: inside, count: count)), uniquingKeysWith: { first, _ in first })
    var expected = unseen
    for (share, rank) in wanted.enumerated() {
      brackets[column, share] = (values[rank.low] ?? -.infinity, values[rank.high] ?? .infinity)
      expected += Double(min(rank.high, count) - max(rank.low, -1)) / Double(sampleRows)
    }
    return expected
  }

  /// Narrows a column's brackets to what a pass over a larger sample has seen within them; an edge that the pass does not
  /// show stays.
  ///
  /// - Returns: how many cells of a row are expected within them.
  func narrowBrackets(of column: Int, in pass: BracketPass, _ selector: inout ColumnSelector) -> Double {
    let count = pass.validCount(column)
    var expected = 3.0 / Double(sampleRows)
    if count == 0 { return expected }
    for (share, part) in ColumnQuartiles.shares.enumerated() {
      let rank = ranks(share: part, count: count)
      let view = BracketView(column: column, share: share, pass: pass)
      let values = view.values(at: [rank.low, rank.high], &selector)
      let old = pass.brackets[column, share]
      pass.brackets[column, share] = (values[0] ?? old.low, values[1] ?? old.high)
      let above = values[0] == nil ? view.counts.upToLow : rank.low
      let below = values[1] == nil ? view.counts.upToLow + (view.withinCount ?? 0) : rank.high
      expected += Double(max(0, below - above)) / Double(sampleRows)
    }
    return expected
  }
}
