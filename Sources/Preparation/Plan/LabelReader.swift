import Corpora
import HDF5
import Samples
import Storage

/// Reads the label rows of recordings and tells those that can become samples.
struct LabelReader {
  let file: CSDFile
  let sentimentColumn: Int
  let cleaning: CleaningMode
  let granularity: Granularity
  private let reader = HDF5Reader()
  private let buffer = FloatBuffer()

  /// Label rows that cannot become samples, by reason.
  private(set) var dropped = DropLog()
  /// `labels.above_range`, `labels.negative_start`, `labels.overlapping`, `labels.backward`, …
  private(set) var tally = Tally()
  /// XXH3-128 of each recording's label rows.
  private(set) var fingerprints: [String: String] = [:]

  init(file: CSDFile, sentimentColumn: Int, configuration: PreparationConfiguration) {
    self.file = file
    self.sentimentColumn = sentimentColumn
    cleaning = configuration.cleaning
    granularity = configuration.granularity
  }

  /// The usable label rows of a recording, sorted by id.
  mutating func segments(of recording: String) throws -> [LabelledSegment] {
    var fingerprint = Fingerprint()
    var all: [LabelledSegment] = []
    for entry in file.entries(of: recording) where entry.rowCount > 0 {
      let times = try reader.readDoubles(
        entry.intervals, of: file.file, place: file.place(of: "intervals", in: entry), fingerprint: &fingerprint)
      try reader.readFloats(
        entry.features, of: file.file, place: file.place(of: "features", in: entry), into: buffer,
        fingerprint: &fingerprint
      ) { _ in }
      for row in 0..<entry.rowCount {
        let values = UnsafeBufferPointer(start: buffer.base + row * file.width, count: file.width)
        all.append(
          LabelledSegment(
            id: sampleID(entry, row: row), interval: Interval(start: times[2 * row], end: times[2 * row + 1]),
            labels: Array(values)))
      }
    }
    fingerprints[recording] = fingerprint.hexDigest()
    all.sort { $0.id < $1.id }
    countOddities(all)
    return granularity == .video ? firstOnly(all) : all.compactMap { usable($0) }
  }

  /// Row k of `vid` is `vid[k]`; the only row of an entry `vid[k]` is that entry.
  private func sampleID(_ entry: CSDEntry, row: Int) -> SampleID {
    let id = SampleID(parsing: entry.id)
    if id.segment != nil, entry.rowCount == 1 { return id }
    return SampleID(recording: entry.id, segment: row)
  }

  private mutating func usable(_ segment: LabelledSegment) -> LabelledSegment? {
    guard let reason = fault(of: segment) else { return cleaned(segment) }
    dropped.add(segment.id.description, reason)
    return nil
  }

  private func fault(of segment: LabelledSegment) -> DropReason? {
    if !segment.interval.isFinite { return .nonFiniteLabelInterval }
    if segment.interval.isEmpty { return .emptyLabelInterval }
    if segment.interval.isReversed { return .reversedLabelInterval }
    return cleaning != .seed && !segment.labels.allSatisfy(\.isFinite) ? .nonFiniteLabel : nil
  }

  /// The replaced project's rule: the first row labels the whole recording, whatever its interval.
  private mutating func firstOnly(_ all: [LabelledSegment]) -> [LabelledSegment] {
    guard let first = all.first else { return [] }
    for later in all.dropFirst() { dropped.add(later.id.description, .laterSegment) }
    if cleaning != .seed, !first.labels.allSatisfy(\.isFinite) {
      dropped.add(first.id.description, .nonFiniteLabel)
      return []
    }
    return [cleaned(first)]
  }

  /// The replaced project's label rule under `seed`: NaN and Inf → 0, the sentiment clipped to [−3, 3].
  private mutating func cleaned(_ segment: LabelledSegment) -> LabelledSegment {
    guard cleaning == .seed else { return segment }
    var labels = segment.labels.map { $0.isFinite ? $0 : 0 }
    labels[sentimentColumn] = min(3, max(-3, labels[sentimentColumn]))
    if labels != segment.labels { tally.add(1, to: "labels.replaced") }
    return LabelledSegment(id: segment.id, interval: segment.interval, labels: labels)
  }

  private mutating func countOddities(_ segments: [LabelledSegment]) {
    tally.add(segments.count, to: "labels.rows_read")
    for segment in segments {
      if abs(segment.labels[sentimentColumn]) > 3 { tally.add(1, to: "labels.above_range") }
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
