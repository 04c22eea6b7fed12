import Foundation

/// Whether each value of a label has a value of its own in a column, which some row of every sample with that label holds and other
/// samples hold by chance only: the label, or any code of it, in one of many rows.
struct FrameValues: Sendable {
  /// The numbers of samples examined, and of those that hold the value of their label.
  let sampleCount: Int
  let foundCount: Int
  /// The logarithm of a bound on the probability of as much by chance, in this column.
  let logChance: Double

  /// Samples of this share of labels that several samples have must hold a value of their own.
  private static let smallestShare = 0.75
  /// One in this many samples of a label may lack the row, for example because it was cut.
  private static let largestLoss = 16
  /// A value that more of the other samples hold is none of a label's own.
  private static let largestOthers = 0.25

  /// The samples of each value of a label, those with the fewest rows first.
  struct Classes: Sendable {
    let members: [[Int]]
    /// The recording of each sample, as a number.
    let recordings: [Int]

    /// - Parameters:
    ///   - labels: one per sample.
    init(labels: [Float], recordings: [Int], rows: FrameRows) {
      self.recordings = recordings
      let groups = Dictionary(grouping: labels.indices) { labels[$0] }.sorted { $0.key < $1.key }.map(\.value)
      members = groups.map { group in
        group.sorted { (rows.starts[$0 + 1] - rows.starts[$0], $0) < (rows.starts[$1 + 1] - rows.starts[$1], $1) }
      }.filter { group in Set(group.map { recordings[$0] }).count > 1 }
    }

    /// Whether enough samples share their label with a sample of another recording.
    func areTelling(of count: Int) -> Bool {
      members.count > 1 && 2 * members.reduce(0) { $0 + $1.count } >= count
    }
  }

  /// - Parameter sieves: what each sample of a column may hold.
  init?(_ rows: FrameRows, column: Int, _ classes: Classes, _ sieves: FrameSieves) {
    var (examined, found, sum, parts) = (0, 0, 0.0, 0.0)
    var own: Set<Float> = []
    for members in classes.members {
      examined += members.count
      parts += 1
      guard let best = Self.own(of: members, rows, column, classes.recordings, sieves), best.logChance < 0 else {
        continue
      }
      found += best.count
      sum -= best.logChance
      own.insert(best.value)
    }
    guard own.count > 1, Double(found) >= Self.smallestShare * Double(examined) else { return nil }
    sampleCount = examined
    foundCount = found
    // A sum of as many exponential variables is larger than this: the tail of a gamma distribution.
    var (tail, term) = (1.0, 1.0)
    for number in stride(from: 1, to: parts, by: 1) {
      term *= sum / number
      tail += term
    }
    logChance = log(tail) - sum
  }

  /// Returns the value that tells members best from others, with the logarithm of the probability that any does so by chance.
  private static func own(
    of members: [Int], _ rows: FrameRows, _ column: Int, _ recordings: [Int], _ sieves: FrameSieves
  ) -> (value: Float, count: Int, logChance: Double)? {
    let mostMisses = members.count / largestLoss
    var best: (value: Float, count: Int, logChance: Double)?
    // A miss of the first sample is made up for by the second.
    for source in members.prefix(mostMisses > 0 ? 2 : 1) {
      let candidates = rows.cells(ofColumn: column, sample: source)
      for value in candidates where value.isFinite {
        if best?.value == value { continue }
        var misses = 0
        for member in members where !sieves.mayHold(value, member) {
          misses += 1
          if misses > mostMisses { break }
        }
        if misses > mostMisses { continue }
        misses = members.count { !holds(rows, column, $0, value) }
        if misses > mostMisses { continue }
        let chance = logChance(value, members, rows, column, recordings) + log(Double(2 * candidates.count))
        if chance < best?.logChance ?? .infinity { best = (value, members.count - misses, chance) }
      }
    }
    return best
  }

  private static func holds(_ rows: FrameRows, _ column: Int, _ sample: Int, _ value: Float) -> Bool {
    rows.cells(ofColumn: column, sample: sample).contains(value)
  }

  /// Returns the logarithm of the probability that the recordings with a value are these, of all in which it occurs (Fisher's exact
  /// test, with the recordings as units).
  private static func logChance(
    _ value: Float, _ members: [Int], _ rows: FrameRows, _ column: Int, _ recordings: [Int]
  ) -> Double {
    let own = Set(members)
    var others: [Int: Bool] = [:]
    for sample in rows.samples.indices where !own.contains(sample) {
      if others[recordings[sample]] == true { continue }
      others[recordings[sample]] = holds(rows, column, sample, value)
    }
    let hits = others.values.count { $0 }
    if Double(hits) > largestOthers * Double(others.count) { return 0 }
    let count = Double(Set(members.map { recordings[$0] }).count)
    func logChoices(_ n: Double, _ k: Double) -> Double { lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) }
    return logChoices(count + Double(hits), count) - logChoices(count + Double(others.count), count)
  }
}

/// For each sample, a set of bits that are 1 for every value of one column that it holds, and for few others.
struct FrameSieves: Sendable {
  private var words: [UInt64] = []

  private static let bitCount = 4096
  private static let wordCount = bitCount / 64

  /// Takes the next column.
  mutating func take(_ rows: FrameRows, column: Int) {
    let count = rows.samples.count * Self.wordCount
    if words.count != count {
      words = Array(repeating: 0, count: count)
    } else {
      words.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }
    for sample in rows.samples.indices {
      for value in rows.cells(ofColumn: column, sample: sample) {
        let (word, bit) = Self.place(value)
        words[sample * Self.wordCount + word] |= bit
      }
    }
  }

  /// Returns whether a sample may hold a value of the column.
  func mayHold(_ value: Float, _ sample: Int) -> Bool {
    let (word, bit) = Self.place(value)
    return words[sample * Self.wordCount + word] & bit != 0
  }

  private static func place(_ value: Float) -> (word: Int, bit: UInt64) {
    // Fibonacci hashing: the upper bits of a product with the golden ratio.
    let hash = (value + 0).bitPattern &* 0x9E37_79B9
    let place = Int(hash >> 20)
    return (place >> 6, 1 << UInt64(place & 63))
  }
}
