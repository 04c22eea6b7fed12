import Samples
import Text

/// What a corpus has of a recording that lies in one split: when its segments are, and what numbers they have.
struct RecordingParts {
  /// A recording of a corpus.
  struct Name: Hashable {
    let recording: String
    let corpus: String
  }

  let name: Name
  let split: Split
  /// The stretches that segments cover without a gap, in order, in ticks; empty if a segment has no times.
  let stretches: [Range<Int>]
  /// The numbers of the segments, in order; empty if one has none, or two have the same.
  let numbers: [Int]

  /// Ticks per second: times that differ by less are the same.
  static let ticksPerSecond = 1000.0
  private static let latest = 1e9

  /// Every recording of one split, by name.
  static func all(of datasets: [AuditedDataset]) -> [RecordingParts] {
    var found: [Name: (splits: Set<Split>, stretches: [Range<Int>?], numbers: [Int?])] = [:]
    for dataset in datasets {
      for sample in dataset.samples where sample.group != nil {
        let name = Name(recording: sample.wholeRecording, corpus: dataset.corpus)
        found[name, default: ([], [], [])].splits.insert(sample.split)
        found[name]?.stretches.append(sample.interval.flatMap(ticks))
        found[name]?.numbers.append(number(of: sample))
      }
    }
    return found.compactMap { name, parts -> RecordingParts? in
      guard parts.splits.count == 1, let split = parts.splits.first else { return nil }
      let (stretches, numbers) = (parts.stretches.compactMap(\.self), parts.numbers.compactMap(\.self))
      return RecordingParts(
        name: name, split: split, stretches: stretches.count == parts.stretches.count ? joined(stretches) : [],
        numbers: Set(numbers).count == parts.numbers.count ? numbers.sorted() : [])
    }.sortedByBytes { "\($0.name.recording) \($0.name.corpus)" }
  }

  private static func ticks(_ interval: Interval) -> Range<Int>? {
    guard interval.isFinite, interval.start <= interval.end, max(abs(interval.start), abs(interval.end)) < latest else {
      return nil
    }
    return Int((interval.start * ticksPerSecond).rounded())..<Int((interval.end * ticksPerSecond).rounded())
  }

  /// The one number in what follows the recording's name in the sample's: 3 for `vid[3]` and `vid_utt3`.
  private static func number(of sample: AuditedSample) -> Int? {
    guard sample.id.hasPrefix(sample.wholeRecording) else { return nil }
    let runs = sample.id.dropFirst(sample.wholeRecording.count).split { !($0.isASCII && $0.isNumber) }
    return runs.count == 1 ? Int(runs[0]) : nil
  }

  private static func joined(_ stretches: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for stretch in stretches.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = joined.last, stretch.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, stretch.upperBound)
      } else {
        joined.append(stretch)
      }
    }
    return joined
  }
}
