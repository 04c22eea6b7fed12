import Corpora
import Samples
import Text

/// How the times of one modality of one recording compare with those of its labels.
struct RecordingTimes: Hashable, Sendable {
  let recording: String
  let modality: Modality
  /// Labelled segments, including those left out.
  let segmentCount: Int
  /// How many of them have no row.
  let bareCount: Int
  /// From the first row's start to the last one's end, in seconds.
  let span: Interval
  /// The same for the labelled segments.
  let labelled: Interval
  /// Whether every row starts at a whole number, as frame numbers do; false for fewer than three rows.
  var startsAreWhole = false

  /// Whether most labelled segments have no row.
  var isMostlyBare: Bool { 2 * bareCount > segmentCount }
  /// Whether the rows end before the first segment begins, or begin after the last one ends.
  var isApart: Bool { span.end < labelled.start || span.start > labelled.end }
  /// The ratio of the rows' time span to the labelled one.
  var lengthRatio: Double { span.duration / labelled.duration }
  /// The same ratio for their ends.
  var endRatio: Double { span.end / labelled.end }
}

extension BlockSummary {
  /// Records how the times of a modality compare with the labels; nothing if it has no row or the recording no label.
  mutating func note(_ timeline: RowTimeline, of source: ModalityInput, in recording: PlannedRecording) {
    let segments = recording.segments.map(\.interval).filter { $0.isFinite && !$0.isReversed } + recording.leftOut
    guard let span = timeline.hull, let start = segments.lazy.map(\.start).min(),
      let end = segments.lazy.map(\.end).max()
    else { return }
    times.append(
      RecordingTimes(
        recording: recording.id, modality: source.modality, segmentCount: segments.count,
        bareCount: segments.count { !timeline.hasOverlap(with: $0) }, span: span,
        labelled: Interval(start: start, end: end), startsAreWhole: timeline.startsAreWhole))
  }
}

extension RecordingTimes {
  /// The facts as JSON; `init(json:)` gives them back.
  var json: JSONValue {
    [
      .string(recording), .string(modality.rawValue), .integer(segmentCount), .integer(bareCount), .number(span.start),
      .number(span.end), .number(labelled.start), .number(labelled.end), .bool(startsAreWhole),
    ]
  }

  init?(json: JSONValue) {
    guard let list = json.elements, list.count == 9, let recording = list[0].text,
      let modality = list[1].text.flatMap(Modality.init(rawValue:)), let segmentCount = list[2].count,
      let bareCount = list[3].count, let startsAreWhole = list[8].boolValue
    else { return nil }
    let numbers = list[4..<8].compactMap(\.doubleValue)
    if numbers.count != 4 { return nil }
    self.init(
      recording: recording, modality: modality, segmentCount: segmentCount, bareCount: bareCount,
      span: Interval(start: numbers[0], end: numbers[1]), labelled: Interval(start: numbers[2], end: numbers[3]),
      startsAreWhole: startsAreWhole)
  }
}
