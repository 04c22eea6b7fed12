import Samples
import Text

/// Recordings of different splits of which one fills gaps of the other: a segment, or several in a row, begins where a
/// segment of the other ends, and ends where the next one begins. One recording was divided under two names.
struct DividedRecordings {
  /// Two recordings, that with the gaps first.
  struct Pair: Hashable {
    let whole: Recording
    let part: Recording
    /// The number of gaps that are filled.
    var fits: Int
    /// The first of them.
    let gap: Interval
  }

  /// A recording of a corpus that lies in one split.
  struct Recording: Hashable {
    let name: String
    let corpus: String
  }

  let pairs: [Pair]
  private let splits: [Recording: Split]

  /// Times that differ by less are the same.
  private static let unit = 1e-3
  /// How many fits may be expected by chance for a single one to mean something.
  private static let chanceLimit = 0.01

  init(_ datasets: [AuditedDataset]) {
    var intervals: [Recording: [Interval]] = [:]
    var splits: [Recording: Set<Split>] = [:]
    for dataset in datasets {
      for sample in dataset.samples where sample.group != nil {
        guard let interval = sample.interval, interval.isFinite, abs(interval.end) < 1e9 else { continue }
        let recording = Recording(name: sample.wholeRecording, corpus: dataset.corpus)
        intervals[recording, default: []].append(interval)
        splits[recording, default: []].insert(sample.split)
      }
    }
    let own = splits.compactMapValues { $0.count == 1 ? $0.first : nil }
    self.splits = own
    // Times that more recordings have are those of a grid.
    var owners: [Int: Set<Recording>] = [:]
    var stretches: [Recording: [Interval]] = [:]
    for (recording, list) in intervals where own[recording] != nil {
      let joined = Self.joined(list)
      stretches[recording] = joined
      for time in joined.flatMap({ [$0.start, $0.end] }) { owners[Self.ticks(time), default: []].insert(recording) }
    }
    var parts: [[Int]: [Recording]] = [:]
    var (gapCount, stretchCount) = (0.0, 0.0)
    for (recording, list) in stretches {
      stretchCount += Double(list.count)
      for stretch in list {
        parts[[Self.ticks(stretch.start), Self.ticks(stretch.end)], default: []].append(recording)
      }
    }
    var found: [[Recording]: Pair] = [:]
    for (recording, list) in stretches {
      gapCount += Double(max(0, list.count - 1))
      for (before, after) in zip(list, list.dropFirst()) {
        let ends = [Self.ticks(before.end), Self.ticks(after.start)]
        guard let fitting = parts[ends], fitting.count == 1, fitting[0] != recording,
          fitting[0].corpus == recording.corpus, own[fitting[0]] != own[recording],
          ends.allSatisfy({ owners[$0]?.count == 2 })
        else { continue }
        let gap = Interval(start: before.end, end: after.start)
        found[[recording, fitting[0]], default: Pair(whole: recording, part: fitting[0], fits: 0, gap: gap)].fits += 1
      }
    }
    // Of n times drawn from N, n² / 2N meet another one; those of a grid aside.
    let counts = owners.values.map(\.count).filter { $0 <= 2 }
    let (times, meetings) = (Double(counts.reduce(0, +)), Double(counts.count { $0 == 2 }))
    let possible = times * times / (2 * max(1, meetings))
    let expected = gapCount * stretchCount / max(1, possible * possible)
    pairs = found.values.filter { $0.fits > 1 || expected <= Self.chanceLimit }
      .sortedByBytes { "\($0.whole.name) \($0.part.name)" }
  }

  private static func ticks(_ time: Double) -> Int { Int((time / unit).rounded()) }

  /// The stretches that segments cover without a gap, in order of time.
  private static func joined(_ intervals: [Interval]) -> [Interval] {
    var joined: [Interval] = []
    for interval in intervals.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      if let last = joined.last, ticks(interval.start) <= ticks(last.end) {
        joined[joined.count - 1] = Interval(start: last.start, end: max(last.end, interval.end))
      } else {
        joined.append(interval)
      }
    }
    return joined
  }

  /// `b (test) fills 3 gaps of a (train), the first at 6.29–8.24 s`, of the first few.
  var text: String {
    Phrase.list(
      pairs.map { pair in
        func name(_ recording: Recording) -> String { "\(recording.name) (\(splits[recording].map { "\($0)" } ?? ""))" }
        return "\(name(pair.part)) fills \(Phrase.count(pair.fits, "gap")) of \(name(pair.whole)), the first at "
          + Phrase.interval(pair.gap)
      }, separator: "; ")
  }

  /// The facts as JSON.
  var json: JSONValue {
    [
      "count": .integer(pairs.count),
      "items": .array(
        pairs.prefix(Phrase.keptCount).map {
          ["recording": .string($0.whole.name), "part": .string($0.part.name), "gaps": .integer($0.fits)]
        }),
    ]
  }

  /// Every sample of the part with the first one of the recording whose gaps it fills.
  func rows(_ datasets: [AuditedDataset]) -> LeakRows {
    let pairs = pairs
    return LeakRows { body in
      var sides: [Recording: [LeakRow.Side]] = [:]
      let wanted = Set(pairs.flatMap { [$0.whole, $0.part] })
      for dataset in datasets {
        for sample in dataset.samples {
          let recording = Recording(name: sample.wholeRecording, corpus: dataset.corpus)
          if wanted.contains(recording) { sides[recording, default: []].append(LeakRow.Side(sample, of: dataset)) }
        }
      }
      for pair in pairs {
        guard let first = sides[pair.whole]?.first else { continue }
        for side in sides[pair.part] ?? [] {
          try body(LeakRow(first, side, reason: "\(pair.part.name) fills gaps of \(pair.whole.name)"))
        }
      }
    }
  }
}
