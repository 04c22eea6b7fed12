/// What a least-squares model gets of a quantity: its value, its rank, the square of that, and which of few values it has.
///
/// Ranks see a curve that a straight line misses, squares one that bends back, and single values a code whose numbers mean
/// nothing.
struct QuantityColumns: Sendable {
  /// Columns of the quantities, with the most telling forms of each first.
  private(set) var columns: [[Double]] = []
  private let recordingCount: Int

  /// A column for each so many recordings: more would explain too much by chance.
  private static let recordingsPerColumn = 5
  /// Enough for every form of a few quantities; more would take long among many samples.
  private static let most = 24
  /// A quantity with more values is no code.
  private static let mostValues = 12

  /// - Parameters:
  ///   - quantities: one list a quantity, one finite value a sample.
  ///   - recordingCount: how many recordings the samples are of.
  init(_ quantities: [[Double]], recordingCount: Int) {
    self.recordingCount = recordingCount
    let telling = quantities.filter { values in values.contains { $0 != values.first } }
    let ranks = telling.map(Self.ranks)
    // All quantities as they are, then one form of each after another: what is cut off is the least.
    columns = telling + ranks
    columns += ranks.map { ranks in
      let middle = Double(ranks.count - 1) / 2
      return ranks.map { ($0 - middle) * ($0 - middle) }
    }
    for values in telling {
      let kinds = Set(values)
      guard (3...Self.mostValues).contains(kinds.count), kinds.count * Self.recordingsPerColumn <= recordingCount else {
        continue
      }
      columns += kinds.sorted().dropLast().map { kind in values.map { $0 == kind ? 1 : 0 } }
    }
    columns = Array(columns.prefix(max(1, min(Self.most, recordingCount / Self.recordingsPerColumn))))
  }

  /// Ranks, ties sharing their mean.
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
