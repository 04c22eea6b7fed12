import Foundation
import Synchronization

/// What all other columns tell of a label, against which a single column is measured.
///
/// The model is made on first use: few data sets have a column that is worth it.
final class OtherColumns: Sendable {
  private let statistics: ColumnStatistics
  private let kind: Int
  private let threads: Int
  /// The places of the samples that the model sees, and their recordings.
  private let places: [Int]
  private let groups: [String]
  private let model = Mutex<CrossFit?>(nil)

  /// - Parameters:
  ///   - kind: the statistic of the columns that the model sees.
  ///   - groups: the recording of each sample of the statistics.
  init(of statistics: ColumnStatistics, kind: Int = 0, groups: [String], threads: Int) {
    self.statistics = statistics
    self.kind = kind
    self.threads = threads
    let count = groups.count
    let places =
      count <= CrossFit.mostSamples
      ? Array(0..<count) : (0..<CrossFit.mostSamples).map { $0 * count / CrossFit.mostSamples }
    self.places = places
    self.groups = places.map { groups[$0] }
  }

  private func crossFit() throws -> CrossFit {
    if let known = model.withLock({ $0 }) { return known }
    let (statistics, kind) = (statistics, kind)
    let columns = try UnitColumns(samples: places, columnCount: statistics.width, threads: threads) { place, column in
      statistics.value(kind, column: column, row: place)
    }
    let made = try CrossFit(columns.drawnIn(), groups: groups, threads: threads)
    model.withLock { $0 = made }
    return made
  }

  /// Whether any column varies.
  var varies: Bool {
    get throws {
      var values = [Float](repeating: 0, count: statistics.samples.count)
      return (0..<statistics.width).contains { column in
        statistics.copy(kind, column: column, into: &values)
        let first = values.first { !$0.isNaN }
        return values.contains { !$0.isNaN && $0 != first }
      }
    }
  }

  /// A column beside all others.
  struct Comparison: Sendable {
    /// The share of a target that curves of what the others tell explain.
    let others: Double
    /// The share that the column explains by itself.
    let alone: Double
    /// The share of what the others leave that the column explains beyond them: the squared partial correlation.
    let part: Double
    /// A bound on the probability of such a part by chance.
    let pValue: Double
  }

  /// Compares what a column and what all others tell of a target.
  ///
  /// - Parameters:
  ///   - form: the form in which the column is fitted.
  ///   - target: one value per sample of the statistics; NaN if it has none.
  func compare(_ finding: ColumnFinding, _ form: ColumnScan.Form, target: [Double]) throws -> Comparison {
    var values = [Float](repeating: 0, count: statistics.samples.count)
    statistics.copy(finding.kind, column: finding.column, into: &values)
    let own = places.map { target[$0] }
    let known = own.indices.filter { !own[$0].isNaN }
    let knownTarget = known.map { own[$0] }
    let y = ShortcutTest.normalized(knownTarget)
    let model = try crossFit()
    let prediction = model.prediction(of: own, leavingOut: finding.column)
    let direction = model.principalDirection(leavingOut: finding.column)
    var curves: [[Double]] = []
    for values in [prediction.values, direction] {
      curves += Self.forms([.line, .parabola, .values], of: known.map { Float(values[$0]) }, to: knownTarget)
    }
    let fitted = Self.forms([form], of: known.map { values[places[$0]] }, to: knownTarget)
    let basis = OrthonormalBasis(curves)
    let (others, both) = (basis.explained(y), OrthonormalBasis(curves + fitted).explained(y))
    let part = others < 1 - 1e-9 ? (both - others) / (1 - others) : 0
    let free = Double(known.count - basis.count) - 3
    // Student's t of a partial correlation; the bound of a normal tail.
    let square = part < 1 ? part * free / (1 - part) : .infinity
    return Comparison(
      others: others, alone: OrthonormalBasis(fitted).explained(y), part: part,
      pValue: free > 0 ? erfc((square / 2).squareRoot()) : 1)
  }

  private static func forms(_ forms: [ColumnScan.Form], of values: [Float], to target: [Double]) -> [[Double]] {
    var scan = ColumnScan()
    guard scan.take(values, fewest: TargetSearch.fewestSamples) else { return [] }
    return forms.map { scan.fitted($0, to: target) }
  }

  /// Whether a column holds one value a sample, while most columns of the data vary from row to row: what it holds was not measured
  /// in the rows.
  func isStill(_ column: Int) -> Bool {
    guard let spread = statistics.kinds.firstIndex(of: .spread) else { return false }
    func isStill(_ column: Int) -> Bool {
      statistics.samples.indices.allSatisfy { row in
        let value = statistics.value(spread, column: column, row: row)
        return value.isNaN || abs(value) <= Self.rounding * abs(statistics.value(0, column: column, row: row))
      }
    }
    return isStill(column) && 2 * (0..<statistics.width).count(where: isStill) < statistics.width
  }

  /// The mean of equal cells may be off by this.
  private static let rounding: Float = 0x1p-20

  /// Returns what all columns together explain of a target, and a bound on the probability of as much by chance.
  func explained(_ target: [Double]) throws -> (share: Double, pValue: Double) {
    let prediction = try crossFit().prediction(of: places.map { target[$0] }, leavingOut: nil)
    // With recordings as the only independent units, P(R² > ρ) is about (1 − ρ)^(free / 2), for each size of the model.
    let free = Double(Set(groups).count) - 2
    if prediction.explained <= 0 || free <= 0 { return (0, 1) }
    let chance = pow(1 - min(1, prediction.explained), free / 2)
    return (prediction.explained, min(1, Double(CrossFit.mostComponents) * chance))
  }
}
