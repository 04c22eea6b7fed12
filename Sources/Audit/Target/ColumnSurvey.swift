import Workers

/// The effects of one statistic of one column.
struct ColumnFinding: Sendable {
  let kind: Int
  let column: Int
  /// The effect on each relation; for statistics other than the mean, on labels only.
  let effects: [ColumnScan.Effect]
  /// For means, the correlation with each label in train and in the held-out splits.
  let bySplit: [(train: Correlation, held: Correlation)]
  /// For means, the correlation with each label over all samples.
  let overall: [Double]
  /// How much its samples of one recording resemble each other, for means.
  let likeness: Double
  let hasTies: Bool

  struct Correlation: Sendable {
    let r: Double
    let count: Int
  }
}

/// A pass over all columns and statistics.
struct ColumnSurvey: Sendable {
  let statistics: ColumnStatistics
  let relations: [TargetRelation]
  let targets: [ColumnScan.Target]
  let isTrain: [Bool]
  let groups: GroupLikeness

  private static let columnsPerTask = 16

  /// Returns the effects of every column that is not constant.
  func found(threads: Int) throws -> [ColumnFinding] {
    let survey = self
    let tasks = (statistics.width + Self.columnsPerTask - 1) / Self.columnsPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks, state: { ColumnScan() }) { task, state in
      let start = task * Self.columnsPerTask
      var values = [Float](repeating: 0, count: survey.statistics.samples.count)
      return (start..<min(start + Self.columnsPerTask, survey.statistics.width)).flatMap { column in
        survey.statistics.kinds.indices.compactMap { kind in
          survey.statistics.copy(kind, column: column, into: &values)
          return survey.finding(kind, column, values, &state)
        }
      }
    }.flatMap(\.self)
  }

  private func finding(_ kind: Int, _ column: Int, _ values: [Float], _ state: inout ColumnScan) -> ColumnFinding? {
    guard state.take(values, fewest: TargetSearch.fewestSamples) else { return nil }
    var effects: [ColumnScan.Effect] = []
    var overall: [Double] = []
    var bySplit: [(train: ColumnFinding.Correlation, held: ColumnFinding.Correlation)] = []
    for (place, relation) in relations.enumerated() {
      // Numbers computed from labels are searched for among means only.
      effects.append(relation.isLabel || kind == 0 ? state.effect(on: targets[place]) : ColumnScan.Effect())
      if kind != 0 { continue }
      overall.append(relation.isLabel ? state.correlation(with: targets[place].values) { _ in true }.r : 0)
      if !relation.isLabel {
        bySplit.append((.init(r: 0, count: 0), .init(r: 0, count: 0)))
        continue
      }
      let (train, held) = (
        state.correlation(with: targets[place].values) { isTrain[$0] },
        state.correlation(with: targets[place].values) { !isTrain[$0] }
      )
      bySplit.append(
        (.init(r: train.r, count: train.count), .init(r: held.r, count: held.count)))
    }
    return ColumnFinding(
      kind: kind, column: column, effects: effects, bySplit: bySplit, overall: overall,
      likeness: kind == 0 ? groups.likeness { Double(values[$0]) } : 0, hasTies: state.hasTies)
  }
}
