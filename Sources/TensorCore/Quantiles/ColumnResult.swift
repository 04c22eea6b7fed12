/// What the final pass has found of a column.
struct ColumnResult: Sendable {
  let column: Int
  let validCount: Int
  let least: Float
  let greatest: Float
  /// The values at `ranks`; empty while a bracket's miss is still to be counted again.
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
