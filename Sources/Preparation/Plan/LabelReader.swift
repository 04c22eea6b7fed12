import Corpora
import Digests
import Samples

/// The label rows of a recording.
struct RecordingLabels: Hashable, Sendable {
  /// Those that may become samples, sorted by id.
  var segments: [LabelledSegment] = []
  /// The intervals of the others: what is in there is labelled, but not requested.
  var leftOut: [Interval] = []
}

/// Reads the label rows of recordings and tells which can become samples.
struct LabelReader {
  private let columns: LabelColumns
  private let cleaning: CleaningMode
  private let granularity: Granularity
  private let rows: (_ recording: String, _ fingerprint: inout Fingerprint) throws -> [LabelRow]

  /// Label rows that cannot become samples, by reason.
  private(set) var dropped = DropLog()
  /// `labels.above_range`, `labels.negative_start`, `labels.overlapping`, `labels.backward`, …
  private(set) var tally = Tally()
  /// The least value of each column, over all rows that were read; infinite if none is finite.
  private(set) var lowest: [Float]
  /// XXH3-128 of each recording's label rows.
  private(set) var fingerprints: [String: String] = [:]

  init(_ labels: any CorpusLabels, configuration: PreparationConfiguration) {
    columns = labels.columns
    rows = labels.makeReader()
    cleaning = configuration.cleaning
    granularity = configuration.granularity
    lowest = [Float](repeating: .infinity, count: columns.names.count)
  }

  /// The label rows of a recording.
  ///
  /// - Throws: `DataError` when they cannot be read; nothing is counted then.
  mutating func labels(of recording: String) throws -> RecordingLabels {
    var fingerprint = Fingerprint()
    let all = try rows(recording, &fingerprint).sorted { $0.segment.id < $1.segment.id }
    fingerprints[recording] = fingerprint.hexDigest()
    countOddities(all.map(\.segment))
    let segments = granularity == .video ? firstOnly(all.map(\.segment)) : all.compactMap { usable($0) }
    let used = Set(segments.map(\.id))
    let others = all.map(\.segment).filter { !used.contains($0.id) }.map(\.interval)
    return RecordingLabels(
      segments: segments, leftOut: others.filter { $0.isFinite && !$0.isEmpty && !$0.isReversed })
  }

  private mutating func usable(_ row: LabelRow) -> LabelledSegment? {
    guard let reason = row.fault ?? fault(of: row.segment) else { return cleaned(row.segment) }
    dropped.add(row.segment.id.description, reason)
    return nil
  }

  private func fault(of segment: LabelledSegment) -> DropReason? {
    if !segment.interval.isFinite { return .nonFiniteLabelInterval }
    if segment.interval.isEmpty { return .emptyLabelInterval }
    if segment.interval.isReversed { return .reversedLabelInterval }
    return cleaning != .seed && hasBadLabel(segment) ? .nonFiniteLabel : nil
  }

  private func hasBadLabel(_ segment: LabelledSegment) -> Bool {
    segment.labels.enumerated().contains { column, value in
      !value.isFinite && !(value.isNaN && columns.optional.contains(column))
    }
  }

  /// The original project's rule: the first row labels the whole recording, whatever its interval.
  private mutating func firstOnly(_ all: [LabelledSegment]) -> [LabelledSegment] {
    guard let first = all.first else { return [] }
    for later in all.dropFirst() { dropped.add(later.id.description, .laterSegment) }
    if cleaning != .seed, hasBadLabel(first) {
      dropped.add(first.id.description, .nonFiniteLabel)
      return []
    }
    return [cleaned(first)]
  }

  /// The original project's label rule under `seed`: NaN and Inf → 0, the sentiment clipped to [−3, 3].
  private mutating func cleaned(_ segment: LabelledSegment) -> LabelledSegment {
    guard cleaning == .seed else { return segment }
    var labels = segment.labels
    for column in labels.indices where !labels[column].isFinite && !columns.optional.contains(column) {
      labels[column] = 0
    }
    if let column = columns.sentiment, !labels[column].isNaN { labels[column] = min(3, max(-3, labels[column])) }
    if labels.map(\.bitPattern) != segment.labels.map(\.bitPattern) { tally.add(1, to: "labels.replaced") }
    return LabelledSegment(id: segment.id, interval: segment.interval, labels: labels)
  }

  private mutating func countOddities(_ segments: [LabelledSegment]) {
    tally.add(segments.count, to: "labels.rows_read")
    tally.add(segments.count { $0.labels.allSatisfy(\.isNaN) }, to: "labels.unknown")
    for segment in segments {
      if let column = columns.sentiment, abs(segment.labels[column]) > 3 { tally.add(1, to: "labels.above_range") }
      for (column, value) in segment.labels.enumerated() where value < lowest[column] { lowest[column] = value }
      if segment.interval.start < 0 { tally.add(1, to: "labels.negative_start") }
    }
    for (previous, next) in zip(segments, segments.dropFirst()) {
      if next.interval.start < previous.interval.start {
        tally.add(1, to: "labels.backward")
      } else if next.interval.start < previous.interval.end - Interval.tolerance {
        tally.add(1, to: "labels.overlapping")
      }
    }
  }
}
