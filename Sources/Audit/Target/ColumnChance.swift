import Foundation
import Workers

/// How often chance gives a column that explains as much.
struct ColumnChance: Sendable {
  private let target: ColumnScan.Target
  private let orders: BlockPermutation
  /// The places of the samples that are permuted, among those of the statistics.
  private let places: [Int]

  private static let columnsPerTask = 8
  /// The degrees of freedom that the mean takes, and a few to spare.
  private static let spare = 3
  /// A test with fewer samples is as valid; permutations of more would take long.
  private static let mostPermuted = 512

  /// - Parameters:
  ///   - target: one value per sample of the statistics.
  ///   - groups: the recording of each of them.
  init(of target: ColumnScan.Target, groups: [String], seed: UInt64) {
    let count = groups.count
    let places =
      count <= Self.mostPermuted
      ? Array(0..<count) : (0..<Self.mostPermuted).map { $0 * count / Self.mostPermuted }
    let classes = target.classes.map { classes in places.map { classes[$0] } }
    self.places = places
    self.target = ColumnScan.Target(values: places.map { target.values[$0] }, classes: classes)
    orders = BlockPermutation(groups: places.map { groups[$0] }, seed: seed)
  }

  /// Returns the share of orders, including the observed one, in which any column, statistic and form explains as much as
  /// the best one, or has as large an area, times the number of labels.
  ///
  /// - Parameter place: the place of the label among the finding's effects.
  func pValue(
    of finding: ColumnFinding, _ place: Int, in statistics: ColumnStatistics, labelCount: Int, threads: Int
  ) throws -> Double {
    // With recordings as the only independent units, P(R² > ρ) is about (1 − ρ)^(free / 2).
    let effect = finding.effects[place]
    let free = Double(orders.blockCount - effect.freedom - Self.spare)
    let forms = 4 * Double(statistics.width * statistics.kinds.count * labelCount)
    let bound = free > 0 ? forms * pow(1 - effect.explained, free / 2) : 1
    if bound <= DisguiseSearch.level { return bound }
    var scan = ColumnScan()
    guard scan.take(cells(of: statistics, finding.kind, finding.column), fewest: TargetSearch.fewestSamples) else {
      return 1
    }
    let best = scan.effect(on: target)
    // The level holds for all labels together.
    let count = Int((Double(labelCount) / DisguiseSearch.level).rounded(.up)) - 1
    let permuted = (0..<count).map { number in
      let order = orders.order(number)
      return ColumnScan.Target(
        values: order.map { target.values[$0] }, classes: target.classes.map { classes in order.map { classes[$0] } })
    }
    let tasks = (statistics.width + Self.columnsPerTask - 1) / Self.columnsPerTask
    var reached = [Bool](repeating: false, count: count)
    try OrderedWorkers(threadCount: threads).forEach(count: tasks, state: { ColumnScan() }) { task, state -> [Bool] in
      let start = task * Self.columnsPerTask
      var reached = [Bool](repeating: false, count: permuted.count)
      for column in start..<min(start + Self.columnsPerTask, statistics.width) {
        for kind in statistics.kinds.indices {
          guard state.take(cells(of: statistics, kind, column), fewest: TargetSearch.fewestSamples) else { continue }
          for number in permuted.indices where !reached[number] {
            let effect = state.effect(on: permuted[number])
            // Either would have been reported.
            reached[number] =
              effect.explained >= max(DisguiseSearch.suspiciousShare, best.explained * (1 - 1e-12))
              || best.area >= DisguiseSearch.largestArea && effect.area >= best.area
          }
        }
      }
      return reached
    } consume: { _, own in
      for number in own.indices where own[number] { reached[number] = true }
    }
    return Double(reached.count(where: \.self) + 1) / Double(count + 1) * Double(labelCount)
  }

  private func cells(of statistics: ColumnStatistics, _ kind: Int, _ column: Int) -> [Float] {
    places.map { statistics.value(kind, column: column, row: $0) }
  }
}
