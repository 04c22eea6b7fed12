import Workers

/// Computes how well each pair of columns explains a target, from correlations alone: for two columns,
/// R² = (r₁² + r₂² − 2 r₁ r₂ r₁₂) / (1 − r₁₂²).
struct PairScan: Sendable {
  /// Two columns and the share of the target's variance that they leave unexplained.
  struct Pair: Sendable {
    let first: Int
    let second: Int
    let residualShare: Float
  }

  /// Each column's correlation with the target.
  let r: [Float]
  /// The correlations between columns, in rows of `stride` values.
  let correlations: [Float]
  let stride: Int
  /// Columns known to reveal the target by themselves.
  let leavingOut: Set<Int>

  /// The possible error from float32 correlations, as a share of the target's variance.
  private static let margin: Float = 0.03
  /// Two columns are too close to collinear for their sum to be distinguished from rounding.
  private static let smallestDeterminant: Float = 2e-5
  private static let columnsPerTask = 32

  /// Returns the best pairs, at most `count`, that may leave no more than `limit` unexplained.
  func best(_ count: Int, limit: Double, threads: Int) throws -> [Pair] {
    let width = r.count
    let bound = Float(limit) + Self.margin
    var found: [Pair] = []
    let scan = self
    try OrderedWorkers(threadCount: threads).forEach(count: (width + Self.columnsPerTask - 1) / Self.columnsPerTask) {
      task in
      let start = task * Self.columnsPerTask
      return scan.pairs(from: start..<min(start + Self.columnsPerTask, width), bound: bound)
    } consume: { _, pairs in
      found = Array((found + pairs).sorted(by: Self.isBetter).prefix(count))
    }
    return found
  }

  private func pairs(from range: Range<Int>, bound: Float) -> [Pair] {
    var pairs: [Pair] = []
    r.withUnsafeBufferPointer { r in
      correlations.withUnsafeBufferPointer { correlations in
        for first in range where !leavingOut.contains(first) {
          let row = first * stride
          for second in first + 1..<max(first + 1, r.count) {
            let (a, b, c) = (r[first], r[second], correlations[row + second])
            let determinant = 1 - c * c
            let explained = a * a + b * b - 2 * a * b * c
            if explained < (1 - bound) * determinant || determinant < Self.smallestDeterminant { continue }
            if leavingOut.contains(second) { continue }
            pairs.append(Pair(first: first, second: second, residualShare: 1 - explained / determinant))
          }
        }
      }
    }
    return pairs
  }

  /// The pairs of different columns whose products are largest in magnitude.
  ///
  /// - Parameter products: [width, width]; what stands right of the diagonal counts.
  static func largest(_ products: [Float], width: Int, count: Int, threads: Int) throws -> [(Int, Int)] {
    var found: [Pair] = []
    try OrderedWorkers(threadCount: threads).forEach(count: (width + columnsPerTask - 1) / columnsPerTask) {
      task -> [Pair] in
      let start = task * columnsPerTask
      var pairs: [Pair] = []
      var least: Float = 0
      for first in start..<min(start + columnsPerTask, width) {
        for second in first + 1..<max(first + 1, width) {
          let size = abs(products[first * width + second])
          if size <= least { continue }
          pairs.append(Pair(first: first, second: second, residualShare: -size))
          if pairs.count < 2 * count { continue }
          pairs = Array(pairs.sorted(by: isBetter).prefix(count))
          least = -pairs[count - 1].residualShare
        }
      }
      return pairs
    } consume: { _, pairs in
      found = Array((found + pairs).sorted(by: isBetter).prefix(count))
    }
    return found.map { ($0.first, $0.second) }
  }

  private static func isBetter(_ one: Pair, _ other: Pair) -> Bool {
    if one.residualShare != other.residualShare { return one.residualShare < other.residualShare }
    return (one.first, one.second) < (other.first, other.second)
  }
}
