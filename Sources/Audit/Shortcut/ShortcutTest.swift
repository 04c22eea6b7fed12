import Workers

/// How much of the labels a least-squares model of a few quantities explains relative to the mean, and how often chance
/// does as well.
struct ShortcutTest: Sendable {
  let name: String
  /// The index of the best-explained label.
  let label: Int
  /// The adjusted R² for that label: the share of its variance that the model explains beyond the mean and beyond what as
  /// many columns explain by chance.
  let explained: Double
  /// The share of permutations, including the observed order, that explain as much of any label.
  let pValue: Double

  /// The number of permutations of the recordings; the smallest p-value is one in four thousand.
  static let permutationCount = 3999
  /// The number of permutations if so little is explained that no p-value would lead to a finding; fewer still for many
  /// samples.
  private static let fewPermutations = 99
  private static let fewestPermutations = 19
  /// The number of multiplications that these permutations may take.
  private static let fewCost = 100_000_000
  private static let permutationsPerTask = 32

  /// - Parameters:
  ///   - labels: one list per label; NaN marks a missing value, which counts as the mean.
  init(
    _ family: ShortcutFeatures.Family, labels: [[Double]], permutation: BlockPermutation, threads: Int
  ) throws {
    name = family.name
    let bases = QuantityColumns(family.quantities, recordingCount: permutation.blockCount).models
      .map(OrthonormalBasis.init).filter { !$0.isEmpty }
    let targets = labels.map(Self.normalized)
    let observed = targets.map { Self.explained($0, by: bases) }
    label = observed.indices.max { observed[$0] < observed[$1] } ?? 0
    let best = observed.isEmpty ? 0 : observed[label]
    explained = best
    if best == 0 {
      pValue = 1
      return
    }
    let cost = bases.reduce(0) { $0 + $1.count } * targets.count * targets[label].count
    let permutationCount =
      explained < Shortcut.suspiciousShare
      ? min(Self.fewPermutations, max(Self.fewestPermutations, Self.fewCost / max(1, cost))) : Self.permutationCount
    let tasks = (permutationCount + Self.permutationsPerTask - 1) / Self.permutationsPerTask
    let products = LabelProducts(bases, labels: targets)
    var reached = 0
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task -> Int in
      let first = task * Self.permutationsPerTask
      return (first..<min(first + Self.permutationsPerTask, permutationCount)).count { number in
        // Rounding must not decide between equal orders.
        products.explained(in: permutation.order(number)) >= best * (1 - 1e-12)
      }
    } consume: { _, count in
      reached += count
    }
    pValue = Double(reached + 1) / Double(permutationCount + 1)
  }

  /// Returns the adjusted R² of the best model.
  private static func explained(_ target: [Double], by bases: [OrthonormalBasis]) -> Double {
    bases.reduce(0) { max($0, $1.adjusted($1.explained(target), sampleCount: target.count)) }
  }

  /// Returns the label with mean 0 and length 1; zeros if it is constant.
  static func normalized(_ label: [Double]) -> [Double] {
    let known = label.filter(\.isFinite)
    let mean = known.reduce(0, +) / Double(max(1, known.count))
    let deviations = label.map { $0.isFinite ? $0 - mean : 0 }
    let length = deviations.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length <= 1e-12 ? deviations.map { _ in 0 } : deviations.map { $0 / length }
  }
}

/// The span of a set of columns and a constant, as orthonormal columns of mean 0 (Gram–Schmidt, applied twice for
/// accuracy).
struct OrthonormalBasis: Sendable {
  private(set) var columns: [[Double]] = []

  var isEmpty: Bool { columns.isEmpty }
  var count: Int { columns.count }

  /// A column adds nothing if the part of it outside the span of the others is no longer than this share of its length.
  private static let smallestPart = 1e-6

  init(_ columns: [[Double]]) {
    for column in columns {
      let mean = column.reduce(0, +) / Double(max(1, column.count))
      var rest = column.map { $0 - mean }
      let length = Self.length(rest)
      if length <= 1e-12 * (1 + abs(mean)) { continue }
      for _ in 0..<2 {
        for other in self.columns {
          let part = Self.product(other, rest)
          for index in rest.indices { rest[index] -= part * other[index] }
        }
      }
      let left = Self.length(rest)
      if left > Self.smallestPart * length { self.columns.append(rest.map { $0 / left }) }
    }
  }

  /// Returns the share of a target of mean 0 and length 1 that lies in the span: R².
  func explained(_ target: [Double]) -> Double {
    columns.reduce(0) { sum, column in
      let part = Self.product(column, target)
      return sum + part * part
    }
  }

  /// R² adjusted for the number of columns.
  func adjusted(_ explained: Double, sampleCount: Int) -> Double {
    let free = sampleCount - 1 - columns.count
    return free <= 0 ? 0 : max(0, 1 - (1 - explained) * Double(sampleCount - 1) / Double(free))
  }

  /// The scalar product, as four interleaved sums in a fixed order.
  static func product(_ first: [Double], _ second: [Double]) -> Double {
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        var sums = SIMD4<Double>.zero
        let whole = first.count & ~3
        for index in stride(from: 0, to: whole, by: 4) {
          let one = SIMD4(first[index], first[index + 1], first[index + 2], first[index + 3])
          sums += one * SIMD4(second[index], second[index + 1], second[index + 2], second[index + 3])
        }
        var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
        for index in whole..<first.count { sum += first[index] * second[index] }
        return sum
      }
    }
  }

  private static func length(_ values: [Double]) -> Double { product(values, values).squareRoot() }
}
