import Leaks
import Samples
import TensorCore
import Workers

/// Sums of many columns that give a label away in recordings that they were not fitted to: a class in a column each, a label spread
/// over columns by a rotation.
///
/// Columns are taken one after the other, each the one that goes best with what the others leave (orthogonal matching pursuit;
/// Pati et al., 1993), in five parts of six of the recordings; the sum is judged in the sixth part.
struct LabelSums: Sendable {
  /// What a sum explains where it was not fitted.
  struct Outcome: Sendable {
    /// The columns in the order in which they were taken.
    let columns: [Int]
    /// The share of the label's variance in the recordings left out.
    let explained: Double
  }

  let features: PooledFeatures
  /// The samples, and the recording of each.
  let samples: [Int]
  let groups: [String]
  let threads: Int

  /// No model reaches r = 0.99 in new recordings with honest features.
  static let leakingShare = 0.98
  private static let mostSamples = 1024
  private static let mostColumns = 96
  private static let fewestHeldOut = 20
  private static let parts = 6
  /// What is left of a label that a sum tells exactly.
  private static let nothing = 1e-8

  /// - Parameter label: one value for each of `samples`, none missing.
  /// - Returns: nil where too few samples are left to judge by.
  func outcome(of label: [Double]) throws -> Outcome? {
    let step = max(1, (samples.count + Self.mostSamples - 1) / Self.mostSamples)
    let places = Array(stride(from: 0, to: samples.count, by: step))
    var numbers: [String: Int] = [:]
    for place in places where numbers[groups[place]] == nil { numbers[groups[place]] = numbers.count }
    let isHeld = places.map { (numbers[groups[$0]] ?? 0) % Self.parts == Self.parts - 1 }
    let (fitted, held) = (isHeld.count { !$0 }, isHeld.count { $0 })
    guard held >= Self.fewestHeldOut, fitted >= 4 * Self.fewestHeldOut else { return nil }
    return try pursue(places, isHeld, places.map { label[$0] }, most: min(Self.mostColumns, fitted / 2))
  }

  private func pursue(_ places: [Int], _ isHeld: [Bool], _ label: [Double], most: Int) throws -> Outcome? {
    let (features, samples) = (features, samples)
    let unit = try UnitColumns(
      samples: places.map { samples[$0] }, columnCount: features.width, threads: threads
    ) { sample, column in features.mean(ofSample: sample, column: column) }
    // Only what is fitted takes part in products; the rest follows by the same combinations.
    let weights = isHeld.map { $0 ? 0.0 : 1.0 }
    let fittedCount = weights.reduce(0, +)
    func centred(_ column: [Double]) -> [Double] {
      let mean = zip(column, weights).reduce(0) { $0 + $1.0 * $1.1 } / fittedCount
      return column.map { $0 - mean }
    }
    func product(_ one: [Double], _ other: [Double]) -> Double {
      OrthonormalBasis.product(zip(one, weights).map { $0 * $1 }, other)
    }
    var residual = centred(label)
    let total = product(residual, residual)
    let heldTotal = zip(residual, isHeld).reduce(0) { $1.1 ? $0 + $1.0 * $1.0 : $0 }
    guard total > 0, heldTotal > 0 else { return nil }
    var (columns, basis): ([Int], [[Double]]) = ([], [])
    var best: Outcome?
    while columns.count < min(most, unit.columnCount) {
      guard let next = unit.best(for: zip(residual, weights).map { $0 * $1 }, without: columns) else { break }
      var direction = centred(unit.column(next))
      let length = product(direction, direction)
      for one in basis {
        let part = product(one, direction)
        for place in direction.indices { direction[place] -= part * one[place] }
      }
      columns.append(next)
      let left = product(direction, direction)
      // What other columns already say adds rounding alone.
      if left <= 1e-6 * length { continue }
      for place in direction.indices { direction[place] /= left.squareRoot() }
      let part = product(direction, residual)
      for place in residual.indices { residual[place] -= part * direction[place] }
      basis.append(direction)
      let heldLeft = zip(residual, isHeld).reduce(0) { $1.1 ? $0 + $1.0 * $1.0 : $0 }
      let explained = 1 - heldLeft / heldTotal
      if explained > best?.explained ?? 0 { best = Outcome(columns: columns, explained: explained) }
      if product(residual, residual) <= Self.nothing * total { break }
    }
    return best
  }
}
