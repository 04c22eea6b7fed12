/// How much samples of one recording resemble each other: the intraclass correlation (one-way analysis of variance).
///
/// If two quantities both resemble themselves within recordings, their correlation over samples scatters as if there were fewer.
struct GroupLikeness: Sendable {
  private let numbers: [Int]
  private let counts: [Double]

  /// - Parameter groups: the recording of each sample.
  init(groups: [String]) {
    var numberOfGroup: [String: Int] = [:]
    var counts: [Double] = []
    numbers = groups.map { group in
      let number = numberOfGroup[group] ?? counts.count
      if number == counts.count {
        numberOfGroup[group] = number
        counts.append(0)
      }
      counts[number] += 1
      return number
    }
    self.counts = counts
  }

  /// Returns the intraclass correlation of a quantity, 0 … 1; non-finite values count as 0.
  func likeness(of values: (Int) -> Double) -> Double {
    let (count, groupCount) = (Double(numbers.count), Double(counts.count))
    guard groupCount > 1, count > groupCount else { return 0 }
    var sums = [Double](repeating: 0, count: counts.count)
    var (sum, square) = (0.0, 0.0)
    for (sample, group) in numbers.enumerated() {
      let value = values(sample).isFinite ? values(sample) : 0
      sums[group] += value
      sum += value
      square += value * value
    }
    let between = zip(sums, counts).reduce(0) { $0 + $1.0 * $1.0 / $1.1 } - sum * sum / count
    let within = max(0, square - sum * sum / count - between) / (count - groupCount)
    let spread = between / (groupCount - 1)
    let total = spread + (count / groupCount - 1) * within
    return total > 0 ? min(1, max(0, (spread - within) / total)) : 0
  }

  /// Returns the number of samples per independent sample, for the correlation of two quantities of these likenesses.
  func samplesPerUnit(_ first: Double, _ second: Double) -> Double {
    1 + max(0, Double(numbers.count) / Double(max(1, counts.count)) - 1) * first * second
  }
}
