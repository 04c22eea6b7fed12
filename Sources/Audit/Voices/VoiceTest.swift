import Foundation
import Leaks
import Samples
import TensorCore
import Workers

/// Tells by the means of columns whether two recordings have the same voice, face or room, and measures on the recordings
/// themselves how often that errs.
///
/// A column of a recording is its voice and noise (the two covariances of linear discriminant analysis, of which only the
/// diagonals are used). Columns that go together and voices that resemble each other make scores larger than they should be, so no
/// score means anything by itself: scores of halves of one recording and of recordings of one split say which do.
struct VoiceTest: Sendable {
  /// Two recordings of different splits that are as alike as parts of one.
  struct Match: Sendable {
    let first: Int
    let second: Int
    let score: Double
  }

  /// The recordings that are compared: those of one split.
  let recordings: [VoiceRecording]
  /// Pairs of different splits that were compared.
  let comparedCount: Int
  /// The share of recordings whose halves are told to be of one.
  let recall: Double
  /// How many pairs that are not would be called, by the tail of the pairs within a split.
  let falseCount: Double
  /// The pairs that are called, the likeliest first.
  let matches: [Match]

  /// Recordings of two samples, so that their scores have a tail.
  static let fewestRecordings = 20
  /// Pairs of one split that are scored: enough for a tail.
  private static let mostPairs = 200_000
  /// The share of the scores that the tail is fitted to.
  private static let tailShare = 0.1

  /// - Parameter falseLimit: so few pairs of different voices may be called in the whole data.
  /// - Returns: nil where there are too few recordings, or their columns do not vary.
  init?(_ recordings: [VoiceRecording], falseLimit: Double, threads: Int) throws {
    self.recordings = recordings
    let count = recordings.count
    guard recordings.count(where: { !$0.halves.isEmpty }) >= Self.fewestRecordings,
      let scores = VoiceScores(recordings)
    else { return nil }
    let workers = OrderedWorkers(threadCount: threads)
    let splits = recordings.map(\.split)
    let pairs = SplitPairs(splits)
    comparedCount = count * (count - 1) / 2 - pairs.count
    guard comparedCount > 0, pairs.count >= Self.fewestRecordings else { return nil }

    let within = pairs.sample(Self.mostPairs)
    let others = try workers.map(count: within.count) { task in
      scores.all(of: within[task].one, with: within[task].others)
    }.flatMap(\.self)
    let tail = ScoreTail(others, share: Self.tailShare)
    let threshold = tail.threshold(expecting: falseLimit, among: comparedCount)
    falseCount = tail.expected(above: threshold, among: comparedCount)
    let own = recordings.indices.compactMap { scores.own($0) }
    recall = Double(own.count { $0 > threshold }) / Double(own.count)
    matches = try workers.map(count: count) { one in
      let others = (one + 1..<count).filter { splits[$0] != splits[one] }
      return zip(others, scores.all(of: one, with: others)).compactMap { other, score in
        score > threshold ? Match(first: one, second: other, score: score) : nil
      }
    }.flatMap(\.self).sorted { ($1.score, $0.first, $0.second) < ($0.score, $1.first, $1.second) }
  }
}

/// The pairs of recordings of one split.
private struct SplitPairs {
  private let lists: [[Int]]
  /// Pairs of all splits.
  let count: Int

  init(_ splits: [Split]) {
    lists = Split.allCases.map { split in splits.indices.filter { splits[$0] == split } }
    count = lists.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
  }

  /// At most so many pairs, one of each of equal stretches of them all, by their first recordings.
  func sample(_ most: Int) -> [(one: Int, others: [Int])] {
    let size = min(most, count)
    var random = PhiloxStream(seed: 1987, stream: 0x766f_6963)
    var chosen = 0
    func next() -> Int {
      let (start, end) = (chosen * count / size, (chosen + 1) * count / size)
      chosen += 1
      return start + random.integer(below: end - start)
    }
    var found: [(one: Int, others: [Int])] = []
    var first = 0
    var number = size == 0 ? count : next()
    for list in lists {
      for (place, one) in list.enumerated() {
        let rest = list[(place + 1)...]
        var others: [Int] = []
        while number < first + rest.count {
          others.append(rest[rest.startIndex + number - first])
          number = chosen < size ? next() : count
        }
        if !others.isEmpty { found.append((one, others)) }
        first += rest.count
      }
    }
    return found
  }
}

/// The upper tail of scores of different voices, as an exponential distribution.
private struct ScoreTail {
  private let start: Double
  private let mean: Double
  private let share: Double
  private let largest: Double

  init(_ scores: [Double], share: Double) {
    let sorted = scores.sorted()
    let place = min(sorted.count - 1, Int(Double(sorted.count) * (1 - share)))
    let start = sorted[place]
    let excess = sorted[place...].map { $0 - start }
    self.start = start
    mean = max(excess.reduce(0, +) / Double(excess.count), 1e-9)
    self.share = Double(excess.count) / Double(sorted.count)
    largest = sorted[sorted.count - 1]
  }

  func threshold(expecting count: Double, among pairs: Int) -> Double {
    // A tail may be heavier than it looks in few scores: no threshold lies below the largest one.
    max(largest, start + mean * max(0, log(share * Double(pairs) / count)))
  }

  func expected(above threshold: Double, among pairs: Int) -> Double {
    share * Double(pairs) * exp(-(threshold - start) / mean)
  }
}
