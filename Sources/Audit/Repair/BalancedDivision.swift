import TensorCore

/// Divides components among parts so that sizes approach the wanted ones, and label distributions that of the whole:
/// the largest components are placed first, each where it does most good, and then moved one by one as long as that
/// helps.
struct BalancedDivision {
  /// The part of each component.
  private(set) var parts: [Int]

  private let weights: [[Double]]
  /// One a part: the wanted number of samples and of each kind of label.
  private let targets: [[Double]]
  private var sums: [[Double]]

  /// The largest number of rounds of moves; a round without improvement is the last.
  private static let roundLimit = 50

  /// - Parameters:
  ///   - weights: for each component, its number of samples and its number of each kind of label.
  ///   - sizes: the wanted number of samples in each part; parts of 0 receive none.
  ///   - seed: decides between components of equal size.
  init(weights: [[Double]], sizes: [Int], seed: UInt64) {
    self.weights = weights
    let total = weights.first.map { $0.indices.map { column in weights.reduce(0) { $0 + $1[column] } } } ?? []
    let count = max(1, total.first ?? 1)
    targets = sizes.map { size in total.map { $0 * Double(size) / count } }
    sums = targets.map { $0.map { _ in 0 } }
    let choices = sizes.indices.filter { sizes[$0] > 0 }
    parts = Array(repeating: choices.first ?? 0, count: weights.count)
    let random = Philox(seed: seed)
    let keys = weights.indices.map { random.word(at: $0, stream: 1, step: 0) }
    let order = weights.indices.sorted { first, second in
      weights[first][0] == weights[second][0]
        ? (keys[first], first) < (keys[second], second) : weights[first][0] > weights[second][0]
    }
    for component in order {
      let best = choices.min { cost(adding: component, to: $0) < cost(adding: component, to: $1) } ?? 0
      parts[component] = best
      change(best, by: component, 1)
    }
    fillEmpty(order, choices)
    for _ in 0..<Self.roundLimit where !improve(order, choices) { break }
  }

  /// Gives each part without a component a small one of a part with several: few and large ones may all fit best elsewhere.
  private mutating func fillEmpty(_ order: [Int], _ choices: [Int]) {
    for empty in choices where !parts.contains(empty) {
      let counts = Dictionary(parts.map { ($0, 1) }, uniquingKeysWith: +)
      guard let component = order.last(where: { counts[parts[$0], default: 0] > 1 }) else { return }
      change(parts[component], by: component, -1)
      change(empty, by: component, 1)
      parts[component] = empty
    }
  }

  /// Returns how much worse a part becomes by adding a component; negative if it improves.
  private func cost(adding component: Int, to part: Int, sign: Double = 1) -> Double {
    let (target, sum) = (targets[part], sums[part])
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

  private mutating func change(_ part: Int, by component: Int, _ sign: Double) {
    for column in weights[component].indices { sums[part][column] += sign * weights[component][column] }
  }

  /// Moves components to where they do more good.
  ///
  /// - Returns: whether any component was moved.
  private mutating func improve(_ order: [Int], _ choices: [Int]) -> Bool {
    var counts = Dictionary(parts.map { ($0, 1) }, uniquingKeysWith: +)
    var moved = false
    for component in order {
      let from = parts[component]
      // A part must not become empty.
      if counts[from] == 1 { continue }
      let gain = cost(adding: component, to: from, sign: -1)
      let changes = choices.filter { $0 != from }.map { ($0, gain + cost(adding: component, to: $0)) }
      guard let best = changes.min(by: { $0.1 < $1.1 }), best.1 < -1e-12 else { continue }
      change(from, by: component, -1)
      change(best.0, by: component, 1)
      parts[component] = best.0
      counts[from, default: 0] -= 1
      counts[best.0, default: 0] += 1
      moved = true
    }
    return moved
  }
}
