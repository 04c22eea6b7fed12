import Samples
import TensorCore

/// Divides components among splits so that sizes approach the wanted ones, and label distributions that of the whole:
/// the largest components are placed first, each where it does most good, and then moved one by one as long as that
/// helps.
struct BalancedDivision {
  /// The split of each component.
  private(set) var splits: [Split]

  private let weights: [[Double]]
  private let targets: [Split: [Double]]
  private var sums: [Split: [Double]]

  /// The largest number of rounds of moves; a round without improvement is the last.
  private static let roundLimit = 50

  /// - Parameters:
  ///   - weights: for each component, its number of samples and its number of each kind of label.
  ///   - sizes: the wanted number of samples in each split; absent splits receive none.
  ///   - seed: decides between components of equal size.
  init(weights: [[Double]], sizes: [Split: Int], seed: UInt64) {
    self.weights = weights
    let total = weights.first.map { $0.indices.map { column in weights.reduce(0) { $0 + $1[column] } } } ?? []
    let count = max(1, total.first ?? 1)
    targets = sizes.filter { $0.value > 0 }.mapValues { size in total.map { $0 * Double(size) / count } }
    sums = targets.mapValues { $0.map { _ in 0 } }
    splits = Array(repeating: .train, count: weights.count)
    let random = Philox(seed: seed)
    let keys = weights.indices.map { random.word(at: $0, stream: 1, step: 0) }
    let order = weights.indices.sorted { first, second in
      weights[first][0] == weights[second][0]
        ? (keys[first], first) < (keys[second], second) : weights[first][0] > weights[second][0]
    }
    let choices = Split.allCases.filter { targets[$0] != nil }
    for component in order {
      let best = choices.min { cost(adding: component, to: $0) < cost(adding: component, to: $1) } ?? .train
      splits[component] = best
      change(best, by: component, 1)
    }
    fillEmpty(order, choices)
    for _ in 0..<Self.roundLimit where !improve(order, choices) { break }
  }

  /// Gives each split without a component a small one of a split with several: few and large ones may all fit best elsewhere.
  private mutating func fillEmpty(_ order: [Int], _ choices: [Split]) {
    for empty in choices where !splits.contains(empty) {
      let counts = Dictionary(splits.map { ($0, 1) }, uniquingKeysWith: +)
      guard let component = order.last(where: { counts[splits[$0], default: 0] > 1 }) else { return }
      change(splits[component], by: component, -1)
      change(empty, by: component, 1)
      splits[component] = empty
    }
  }

  /// Returns how much worse a split becomes by adding a component; negative if it improves.
  private func cost(adding component: Int, to split: Split, sign: Double = 1) -> Double {
    guard let target = targets[split], let sum = sums[split] else { return .infinity }
    let size = max(1, target[0])
    var cost = 0.0
    for column in target.indices {
      let (before, after) = (
        sum[column] - target[column], sum[column] + sign * weights[component][column] - target[column]
      )
      // The size weighs as much as all labels together.
      let weight = column == 0 ? Double(max(1, target.count - 1)) : 1
      cost += weight * (after * after - before * before) / (size * size)
    }
    return cost
  }

  private mutating func change(_ split: Split, by component: Int, _ sign: Double) {
    for column in weights[component].indices { sums[split]?[column] += sign * weights[component][column] }
  }

  /// Moves components to where they do more good.
  ///
  /// - Returns: whether any component was moved.
  private mutating func improve(_ order: [Int], _ choices: [Split]) -> Bool {
    var counts = Dictionary(splits.map { ($0, 1) }, uniquingKeysWith: +)
    var moved = false
    for component in order {
      let from = splits[component]
      // A split must not become empty.
      if counts[from] == 1 { continue }
      let gain = cost(adding: component, to: from, sign: -1)
      let changes = choices.filter { $0 != from }.map { ($0, gain + cost(adding: component, to: $0)) }
      guard let best = changes.min(by: { $0.1 < $1.1 }), best.1 < -1e-12 else { continue }
      change(from, by: component, -1)
      change(best.0, by: component, 1)
      splits[component] = best.0
      counts[from, default: 0] -= 1
      counts[best.0, default: 0] += 1
      moved = true
    }
    return moved
  }
}
