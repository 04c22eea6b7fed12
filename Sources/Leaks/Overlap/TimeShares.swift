import Samples
import Text

/// How many samples of one split share time with a sample of another, over all recordings.
struct TimeShares {
  /// A pair of splits: the one whose samples are counted, and the one they share time with.
  struct Pair: Hashable {
    let held: Split
    let other: Split
  }

  private var counts: [Pair: Int] = [:]
  /// The number of samples that share time with one of any other split.
  private(set) var sampleCount = 0

  /// Counts the samples that share one clock.
  mutating func add(_ stretches: [TimeOverlap.TimedSample]) {
    var flags = [Bool](repeating: false, count: stretches.count)
    for held in Split.allCases {
      for other in Split.allCases where other != held {
        let index = OverlapIndex(stretches.filter { $0.sample.split == other }.map(\.interval))
        for (place, stretch) in stretches.enumerated()
        where stretch.sample.split == held && index.overlaps(stretch.interval) {
          counts[Pair(held: held, other: other), default: 0] += 1
          flags[place] = true
        }
      }
    }
    sampleCount += flags.count { $0 }
  }

  /// `35 of 2,610 test utterances with train`, and so on for each pair of splits that share time.
  func text(_ datasets: [AuditedDataset], _ nouns: SampleNouns) -> String {
    let pairs = [(Split.test, Split.train), (.valid, .train), (.test, .valid)]
    return pairs.compactMap { held, other -> String? in
      guard let count = counts[Pair(held: held, other: other)] else { return nil }
      let total = datasets.reduce(0) { $0 + $1.indices(of: held).count }
      return "\(count.grouped) of \(total.grouped) \(held) \(nouns.sample)\(total == 1 ? "" : "s") with \(other)"
    }.joined(separator: ", ")
  }
}

/// Tells whether an interval shares more than the tolerance with any of a set of others.
private struct OverlapIndex {
  /// Sorted by start; intervals too short to share anything are left out.
  private let sorted: [Interval]
  /// The latest end among each leading part of `sorted`.
  private var latestEnds: [Double] = []

  init(_ intervals: [Interval]) {
    sorted = intervals.filter { $0.duration > Interval.tolerance }.sorted { $0.start < $1.start }
    for interval in sorted { latestEnds.append(max(latestEnds.last ?? -.infinity, interval.end)) }
  }

  func overlaps(_ interval: Interval) -> Bool {
    // Intervals that begin no later than this one.
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].start <= interval.start { low = middle + 1 } else { high = middle }
    }
    if low > 0, min(latestEnds[low - 1], interval.end) - interval.start > Interval.tolerance { return true }
    // Of the intervals that begin later, the first shares the most, and it is long enough to count.
    return low < sorted.count && interval.end - sorted[low].start > Interval.tolerance
  }
}
