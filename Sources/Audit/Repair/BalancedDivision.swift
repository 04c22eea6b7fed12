import Samples
import TensorCore

/// Components divided among splits so that sizes come near to what is wanted, and labels to how they are distributed as a
/// whole: the largest first, each to where it does most good, then single ones moved as long as that helps.
struct BalancedDivision {
  /// The split of each component.
  private(set) var splits: [Split]

  private let weights: [[Double]]
  private let targets: [Split: [Double]]
  private var sums: [Split: [Double]]

  /// Rounds of moving; a round that helps nothing is the last.
  private static let roundLimit = 50

  /// - Parameters:
  ///   - weights: of each component, how many samples it has, and how many of each kind of label.
  ///   - sizes: how many samples each split is to have; a split that is not there gets none.
  ///   - seed: decides among components of one size.
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
    for _ in 0..<Self.roundLimit where !improve(order, choices) { break }
  }

  /// How much worse a split gets with a component more; negative where it gets better.
  private func cost(adding component: Int, to split: Split, sign: Double = 1) -> Double {
    guard let target = targets[split], let sum = sums[split] else { return .infinity }
    let size = max(1, target[0])
    var cost = 0.0
    for column in target.indices {
      let (before, after) = (
        sum[column] - target[column], sum[column] + sign * weights[component][column] - target[column]
      )
      // The size counts as much as all labels together.
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
  /// - Returns: whether any was.
  private mutating func improve(_ order: [Int], _ choices: [Split]) -> Bool {
    var counts = Dictionary(splits.map { ($0, 1) }, uniquingKeysWith: +)
    var moved = false
    for component in order {
      let from = splits[component]
      // No split is emptied.
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
