/// The columns that represent quantities in least-squares models: value, rank, squared rank, and indicators of values if
/// there are few.
///
/// Ranks reveal curves that a straight line misses, squares reveal those that bend back, and indicators reveal arbitrary
/// codes.
struct QuantityColumns: Sendable {
  /// The columns of one model per quantity, and of one for all quantities together if there are few.
  let models: [[[Double]]]

  /// The number of recordings per column; more columns would explain too much by chance.
  private static let recordingsPerColumn = 5
  /// A quantity with more values is not treated as a code.
  private static let mostValues = 12
  /// More quantities would take long for many samples.
  private static let mostTogether = 8

  /// - Parameters:
  ///   - quantities: one list per quantity, with one finite value per sample.
  ///   - recordingCount: the number of recordings of the samples.
  init(_ quantities: [[Double]], recordingCount: Int) {
    let most = max(1, recordingCount / Self.recordingsPerColumn)
    let telling = quantities.filter { values in values.contains { $0 != values.first } }
    var models = telling.map { values -> [[Double]] in
      let ranks = Self.ranks(values)
      let middle = Double(ranks.count - 1) / 2
      let forms = [values, ranks, ranks.map { ($0 - middle) * ($0 - middle) }]
      let kinds = Set(values)
      let indicators =
        (3...Self.mostValues).contains(kinds.count)
        ? kinds.sorted().dropLast().map { kind in values.map { $0 == kind ? 1.0 : 0 } } : []
      return forms.count + indicators.count <= most ? forms + indicators : Array(forms.prefix(most))
    }
    if telling.count > 1, telling.count <= min(most, Self.mostTogether) { models.append(telling) }
    self.models = models
  }

  /// Returns ranks, with ties sharing their mean.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }
}
