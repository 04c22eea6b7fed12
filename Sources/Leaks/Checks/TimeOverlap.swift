import Reports
import Samples
import Signals
import Text

/// `time-overlap`: two samples that cover the same second of a recording reveal each other's content.
///
/// A sample's stretch spans its labelled interval and every row it holds: a row that reaches beyond the label, as
/// native frames do, is context. Both speakers of a dialog belong to one recording.
package struct TimeOverlap: SealCheck {
  package let id = "time-overlap"
  package let severity = Severity.error
  package let leakage: LeakageType? = .temporal
  package let meaning = "No stretch of one recording is in two splits, context included."

  private let promises: Promises

  /// - Parameter promises: what the protocol allows splits to share.
  package init(_ promises: Promises = Promises()) { self.promises = promises }

  package func run(on datasets: [AuditedDataset]) throws -> Finding {
    var recordings: [[String]: [Stretch]] = [:]
    for dataset in datasets {
      for index in dataset.samples.indices {
        let sample = dataset.samples[index]
        recordings[[dataset.corpus, sample.wholeRecording], default: []].append(
          Stretch(dataset: dataset, index: index, sample: sample))
      }
    }
    if datasets.contains(where: { $0.samples.contains { $0.group == nil } }) {
      return .undecidable(
        "The samples have no names that identify their recordings.",
        advice: "Give the ids of the samples, e.g. as the key id.")
    }
    if Set(recordings.values.joined().map(\.sample.split)).count < 2 {
      return .undecidable(
        "Fewer than two splits have samples, so no time can be shared.", advice: "Give the data of all splits.")
    }
    // A recording that lies within one split cannot overlap across splits, whether timed or not.
    let divided = recordings.filter { Set($0.value.map(\.sample.split)).count > 1 }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var untimed: [String] = []
    var overlaps: [Overlap] = []
    var shares = TimeShares()
    var leaking: [[TimedSample]] = []
    for (key, stretches) in divided {
      try Interrupt.check()
      // Each clip of a recording has its own clock, so their times do not show what they share.
      let clocks = Dictionary(grouping: stretches, by: \.sample.recording).sorted { $0.key < $1.key }.map(\.value)
      let timed = try clocks.map { try $0.compactMap { try $0.timed() } }
      if clocks.count > 1 || timed[0].count < stretches.count { untimed.append(key[1]) }
      for stretches in timed {
        let found = Self.sweep(stretches)
        if found.isEmpty { continue }
        overlaps += found
        shares.add(stretches)
        leaking.append(stretches)
      }
    }
    if !overlaps.isEmpty { return Self.failure(overlaps, shares, datasets).naming(Self.rows(leaking)) }
    if !promises.allowsSharing(.group), let finding = Self.undecidable(SuspectedRecordings(datasets)) {
      return finding
    }
    return Self.finding(untimed: untimed, divided: divided.count, recordings: recordings.count)
  }

  /// A sample whose stretch of time has yet to be read.
  private struct Stretch {
    let dataset: AuditedDataset
    let index: Int
    let sample: AuditedSample

    /// Returns the smallest interval that covers the sample's own and those of its rows; nil if the sample has none.
    func timed() throws -> TimedSample? {
      guard let interval = sample.interval, interval.isFinite else { return nil }
      var hull = interval
      // The times of a turn's rows count from its own start, its interval from the start of the dialog.
      let origin = sample.dialog == nil ? 0 : interval.start
      for modality in dataset.modalities {
        for row in try dataset.intervals(of: index, modality) ?? [] where row.isFinite {
          hull = Interval(start: min(hull.start, origin + row.start), end: max(hull.end, origin + row.end))
        }
      }
      return TimedSample(sample: sample, interval: hull, dataset: dataset)
    }
  }

  /// A sample and the stretch of time it covers.
  struct TimedSample {
    let sample: AuditedSample
    let interval: Interval
    /// The sample's data set; nil if no line has to name it.
    var dataset: AuditedDataset?
  }

  /// Two samples of different splits that share time.
  struct Overlap {
    let first: TimedSample
    let second: TimedSample

    var seconds: Double { min(first.interval.end, second.interval.end) - second.interval.start }
  }

  /// Returns every stretch that begins during one of another split, paired with the longest-lasting one of each other
  /// split.
  static func sweep(_ stretches: [TimedSample]) -> [Overlap] {
    let sorted = stretches.sorted {
      ($0.interval.start, $0.interval.end, $0.sample.id) < ($1.interval.start, $1.interval.end, $1.sample.id)
    }
    var longest: [Split: TimedSample] = [:]
    var overlaps: [Overlap] = []
    for stretch in sorted {
      for split in Split.allCases where split != stretch.sample.split {
        guard let other = longest[split] else { continue }
        let overlap = Overlap(first: other, second: stretch)
        if overlap.seconds > Interval.tolerance { overlaps.append(overlap) }
      }
      let own = longest[stretch.sample.split]
      if own.map({ $0.interval.end < stretch.interval.end }) ?? true { longest[stretch.sample.split] = stretch }
    }
    return overlaps
  }

  /// Reports ids that look like clips of one recording, from which neither the recordings nor the shared time can be
  /// told.
  private static func undecidable(_ suspected: SuspectedRecordings) -> Finding? {
    if suspected.torn.isEmpty { return nil }
    return .undecidable(
      "It is unclear which samples come from one recording: \(Phrase.count(suspected.torn.count, "suspected recording")) in "
        + "more than one split, \(suspected.text).", doubt: .suspicion,
      advice: "See id-overlap; give the recording and the interval of each sample.")
  }

  private static func failure(_ overlaps: [Overlap], _ shares: TimeShares, _ datasets: [AuditedDataset]) -> Finding {
    let nouns = datasets.count == 1 ? datasets[0].nouns : SampleNouns()
    let names = Set(overlaps.map(\.second.sample.recording)).count
    return .fail(
      "\(Phrase.count(shares.sampleCount, nouns.sample)) of \(Phrase.count(names, "recording")) share time with "
        + "one of another split: \(shares.text(datasets, nouns)).", evidence: [evidence(overlaps)],
      advice: "Keep a recording, and with it both speakers of a dialog, in one split.")
  }

  /// Returns every pair of stretches from different splits that share time.
  private static func rows(_ clocks: [[TimedSample]]) -> LeakRows {
    LeakRows { body in
      for clock in clocks {
        let sorted = clock.sorted { ($0.interval.start, $0.sample.id) < ($1.interval.start, $1.sample.id) }
        var lasting: [TimedSample] = []
        for stretch in sorted {
          try Interrupt.check()
          lasting.removeAll { $0.interval.end - stretch.interval.start <= Interval.tolerance }
          for other in lasting where other.sample.split != stretch.sample.split {
            let overlap = Overlap(first: other, second: stretch)
            guard overlap.seconds > Interval.tolerance, let one = other.dataset, let two = stretch.dataset else {
              continue
            }
            try body(
              LeakRow(
                LeakRow.Side(other.sample, of: one), LeakRow.Side(stretch.sample, of: two),
                reason: "\(overlap.seconds.fixed(2)) s of \(stretch.sample.recording) in both"))
          }
          lasting.append(stretch)
        }
      }
    }
  }

  private static func finding(untimed: [String], divided: Int, recordings: Int) -> Finding {
    if !untimed.isEmpty {
      return .undecidable(
        "\(Phrase.count(untimed.count, "recording")) in more than one split \(untimed.count == 1 ? "has" : "have") samples "
          + "without times that could be compared: \(Phrase.list(untimed)).",
        advice: "Give the intervals of the samples in their recording, or keep each recording in one split.")
    }
    if divided == 0 { return .pass("None of \(Phrase.count(recordings, "recording")) is in two splits.") }
    return .pass(
      "\(Phrase.count(divided, "recording")) of \(recordings.grouped) in more than one split; no time is shared.")
  }

  private static func evidence(_ overlaps: [Overlap]) -> Evidence {
    let worst = overlaps.sorted { ($1.seconds, $0.second.sample.id) < ($0.seconds, $1.second.sample.id) }
    let lines = worst.map { overlap in
      "\(describe(overlap.first)) and \(describe(overlap.second)) share \(overlap.seconds.fixed(2)) s"
    }
    let items = worst.prefix(Phrase.keptCount).map { overlap -> JSONValue in
      [
        "recording": .string(overlap.second.sample.recording), "seconds": .number(overlap.seconds),
        "samples": .array([overlap.first, overlap.second].map(json)),
      ]
    }
    return Evidence(
      text: "The longest: \(Phrase.list(lines, limit: 5, separator: "; ")).",
      facts: ["count": .integer(overlaps.count), "items": .array(items)],
      figure: figure(of: worst[0].second.sample.recording, overlaps))
  }

  private static func describe(_ timed: TimedSample) -> String {
    "\(timed.sample.id) (\(timed.sample.split), \(Phrase.interval(timed.interval)))"
  }

  private static func json(_ timed: TimedSample) -> JSONValue {
    [
      "id": .string(timed.sample.id), "split": .string(timed.sample.split.rawValue),
      "interval": .interval(timed.interval),
    ]
  }

  /// Draws the stretches of one recording as bars, few enough to tell apart.
  private static func figure(of recording: String, _ overlaps: [Overlap]) -> Markup {
    let inRecording = overlaps.filter { $0.second.sample.recording == recording }.flatMap { [$0.first, $0.second] }
    var drawn: Set<String> = []
    // One name may stand in two splits.
    let bars = inRecording.filter { drawn.insert("\($0.sample.split) \($0.sample.id)").inserted }.prefix(
      Phrase.keptCount
    ).map { timed in
      SplitTimeline.Bar(
        name: timed.sample.id, split: timed.sample.split.rawValue, start: timed.interval.start,
        end: timed.interval.end)
    }
    return SplitTimeline(title: "\(recording), seconds", bars: Array(bars)).svg
  }
}
