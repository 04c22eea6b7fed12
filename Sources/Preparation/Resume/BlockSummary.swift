import Corpora
import Files
import Samples
import TensorCore
package import Text

/// A sample that a block holds, without its rows.
struct BlockSample: Hashable, Sendable {
  let id: SampleID
  let interval: Interval
  /// [label columns]
  let labels: [Float]
  /// Rows of each modality.
  let rows: [Modality: Int]
  /// The words of the segment if the text sequence holds words, else nil.
  let words: [String]?
}

/// Everything about a block besides its rows; kept in the spill file so that a restart need not read the input again.
package struct BlockSummary: Sendable {
  var samples: [BlockSample] = []
  /// Label rows that became no sample.
  var dropped = DropLog()
  /// Recordings that gave no sample at all.
  var emptyRecordings: [String] = []
  /// Recordings that could not be read.
  var unreadable: [EntryDefect] = []
  /// How the times of recordings compare with those of their labels.
  var times: [RecordingTimes] = []
  var tally = Tally()
  /// Non-finite cells by column, only for modalities that had some.
  var nonFinite: [Modality: NonFiniteCounts] = [:]
  /// XXH3-128 of what was read of each recording, by role (`visual`, …).
  var fingerprints: [String: [String: String]] = [:]

  /// Nothing yet.
  package init() {}

  /// The rows of a modality, all samples together.
  func rowCount(_ modality: Modality) -> Int {
    samples.reduce(0) { $0 + ($1.rows[modality] ?? 0) }
  }
}

extension BlockSummary {
  /// The summary as JSON; `init(json:)` gives it back.
  package var json: JSONValue {
    [
      "samples": .array(samples.map(\.json)), "dropped": dropped.json(), "tally": tally.json,
      "unreadable": .array(unreadable.map(\.json)), "times": .array(times.map(\.json)),
      "empty": .array(emptyRecordings.map { .string($0) }),
      "non_finite": .object(
        Dictionary(uniqueKeysWithValues: nonFinite.map { ($0.key.rawValue, Self.json(of: $0.value)) })),
      "fingerprints": .object(fingerprints.mapValues { .object($0.mapValues { .string($0) }) }),
    ]
  }

  /// The counts of all kinds, one list per kind.
  private static func json(of counts: NonFiniteCounts) -> JSONValue {
    .array(
      [counts.nan, counts.positiveInfinity, counts.negativeInfinity].map { .array($0.map { .integer($0) }) })
  }

  private static func counts(in json: JSONValue) -> NonFiniteCounts? {
    guard let lists = json.elements?.compactMap({ $0.elements?.compactMap(\.count) }), lists.count == 3,
      lists.allSatisfy({ $0.count == lists[0].count })
    else { return nil }
    var counts = NonFiniteCounts(width: lists[0].count)
    (counts.nan, counts.positiveInfinity, counts.negativeInfinity) = (lists[0], lists[1], lists[2])
    return counts
  }

  /// Reads a summary from a spill file's header; nil when the header is something else.
  init?(json: JSONValue) {
    guard let sampleList = json["samples"]?.elements, let dropped = json["dropped"].flatMap(DropLog.init(json:)),
      let tally = json["tally"].flatMap(Tally.init(json:)), let empty = json["empty"]?.elements,
      let unreadable = json["unreadable"]?.elements?.map(EntryDefect.init(json:)), !unreadable.contains(nil),
      let times = json["times"]?.elements?.map(RecordingTimes.init(json:)), !times.contains(nil),
      let columns = json["non_finite"]?.members, let prints = json["fingerprints"]?.members
    else { return nil }
    samples = sampleList.compactMap(BlockSample.init(json:))
    if samples.count != sampleList.count { return nil }
    self.dropped = dropped
    self.tally = tally
    self.unreadable = unreadable.compactMap { $0 }
    self.times = times.compactMap { $0 }
    emptyRecordings = empty.compactMap(\.text)
    for (name, lists) in columns {
      guard let modality = Modality(rawValue: name), let counts = Self.counts(in: lists) else { return nil }
      nonFinite[modality] = counts
    }
    for (role, digests) in prints {
      guard let digests = digests.members else { return nil }
      fingerprints[role] = digests.compactMapValues(\.text)
    }
  }
}

extension BlockSample {
  /// The sample as JSON. Labels are stored as float64, which holds every float32 exactly; a missing one is null.
  var json: JSONValue {
    [
      "recording": .string(id.recording), "segment": id.segment.map { .integer($0) } ?? .null,
      "interval": [.number(interval.start), .number(interval.end)],
      "labels": .array(labels.map { .number(Double($0)) }),
      "rows": .object(Dictionary(uniqueKeysWithValues: rows.map { ($0.key.rawValue, .integer($0.value)) })),
      "words": words.map { .array($0.map { .string($0) }) } ?? .null,
    ]
  }

  init?(json: JSONValue) {
    guard let recording = json["recording"]?.text, let times = json["interval"]?.elements?.compactMap(\.doubleValue),
      times.count == 2, let labels = json["labels"]?.elements?.map({ $0 == .null ? .nan : $0.doubleValue }),
      let rows = json["rows"]?.members
    else { return nil }
    id = SampleID(recording: recording, segment: json["segment"]?.count)
    interval = Interval(start: times[0], end: times[1])
    self.labels = labels.compactMap { $0.map { Float($0) } }
    if self.labels.count != labels.count { return nil }
    var counts: [Modality: Int] = [:]
    for (name, count) in rows {
      guard let modality = Modality(rawValue: name), let count = count.count else { return nil }
      counts[modality] = count
    }
    self.rows = counts
    words = json["words"]?.elements?.compactMap(\.text)
  }
}

extension BlockSummary {
  /// Records that a recording could not be read; none of its label rows becomes a sample.
  mutating func leaveOut(_ recording: PlannedRecording, _ defect: EntryDefect) {
    unreadable.append(defect)
    for segment in recording.segments { dropped.add(segment.id.description, .badRecording) }
  }
}

extension EntryDefect {
  /// The defect as JSON; `init(json:)` gives it back.
  fileprivate var json: JSONValue {
    [
      "recording": .string(recording), "file": .string(file), "place": error.place.map { .string($0) } ?? .null,
      "problem": .string(error.problem), "expected": error.expected.map { .string($0) } ?? .null,
      "advice": error.advice.map { .string($0) } ?? .null,
    ]
  }

  fileprivate init?(json: JSONValue) {
    guard let recording = json["recording"]?.text, let file = json["file"]?.text, let problem = json["problem"]?.text
    else { return nil }
    self.init(
      unreadable: recording,
      finding: DataError(
        .badData, file: file, place: json["place"]?.text, problem, expected: json["expected"]?.text,
        advice: json["advice"]?.text))
  }
}
