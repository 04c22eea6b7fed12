import Digests
import Options
import Samples
import Text

/// Puts ready-made features in their places in the recordings of a corpus, and checks that they last as long as these.
struct FeaturePlacement {
  let files: FeatureFiles
  let found: TimedFeatures
  /// Which names are of what.
  let match: FeatureNameMatch
  /// By recording.
  private(set) var parts: [String: [PlacedPart]] = [:]
  /// Rows at a rate, and how long what they are of is.
  private var lengths: [(name: String, rows: StoredRows, seconds: Double)] = []

  /// Rows may last longer or shorter than what they are of by this share of it, or by this many seconds.
  private static let share = 0.1
  private static let slack = 0.5

  /// Finds the recordings and the times of samples; labels are read where samples have features.
  ///
  /// - Throws: `DataError` 65 when no name is of the corpus, or labels cannot be read.
  init(_ files: FeatureFiles, _ found: TimedFeatures, of corpus: OpenedCorpus) throws {
    (self.files, self.found) = (files, found)
    match = try FeatureNameMatch(Set(found.rows.keys), of: corpus, source: files.path)
    let read = corpus.labels.makeReader()
    // Labels are part of the fingerprint where samples are planned.
    var unused = Fingerprint()
    let labelled = Set(corpus.labels.recordings)
    for (name, rows) in found.rows.sortedByBytes(\.key) where labelled.contains(name) {
      let intervals = try read(name, &unused).map(\.segment.interval).filter { $0.isFinite && !$0.isReversed }
      let end = intervals.map(\.end).max() ?? 0
      let whole = Interval(start: min(0, intervals.map(\.start).min() ?? 0), end: end)
      if corpus.entriesAreSamples, let own = intervals.first {
        add(name, rows, to: name, at: own)
      } else {
        parts[name] = [PlacedPart(rows: rows, start: 0, limit: nil, whole: whole)]
        // A video may go on behind its last label, but not end before it.
        if rows.times == .rate, rows.rowCount > 1, Self.length(of: rows) < end {
          lengths.append((name, rows, end))
        }
      }
    }
    for (recording, samples) in match.samples.sortedByBytes(\.key) {
      let segments = Dictionary(
        try read(recording, &unused).map { ($0.segment.id.description, $0.segment.interval) }
      ) { first, _ in first }
      for sample in samples {
        guard let rows = found.rows[sample], let own = segments[sample], own.isFinite, !own.isReversed else { continue }
        add(sample, rows, to: recording, at: own)
      }
      parts[recording]?.sort { $0.start < $1.start }
    }
    useRecordingsClock()
  }

  private mutating func add(_ name: String, _ rows: StoredRows, to recording: String, at interval: Interval) {
    parts[recording, default: []].append(
      PlacedPart(rows: rows, start: interval.start, limit: interval, whole: interval))
    if rows.times == .rate, rows.rowCount > 1 { lengths.append((name, rows, interval.duration)) }
  }

  private static func length(of rows: StoredRows) -> Double { Double(rows.rowCount) * rows.rowSeconds }

  /// Files of samples may give times of their recordings: then the rows are where they say.
  private mutating func useRecordingsClock() {
    var (own, shared) = (0, 0)
    for part in parts.values.joined() where part.rows.times == .own {
      guard let limit = part.limit else { continue }
      let fits = Self.overlap(part.rows.span, Interval(start: 0, end: limit.duration))
      let fitsRecording = Self.overlap(part.rows.span, limit)
      if fits > fitsRecording { own += 1 }
      if fitsRecording > fits { shared += 1 }
    }
    if shared <= own { return }
    parts = parts.mapValues { parts in
      parts.map { part in
        part.rows.times == .own
          ? PlacedPart(rows: part.rows, start: 0, limit: part.limit, whole: part.whole) : part
      }
    }
  }

  private static func overlap(_ left: Interval, _ right: Interval) -> Double {
    max(0, min(left.end, right.end) - max(left.start, right.start))
  }

  // MARK: - The length

  private var misfits: [(name: String, rows: StoredRows, seconds: Double)] {
    lengths.filter { abs(Self.length(of: $0.rows) - $0.seconds) > max(Self.share * $0.seconds, Self.slack) }
  }

  /// Makes sure that most rows last as long as what they are of.
  ///
  /// - Throws: `DataError` 65 that names the rate that would fit.
  func requireLengths() throws {
    let misfits = misfits
    guard 2 * misfits.count > lengths.count, let first = misfits.first else { return }
    let rates = misfits.map { Double($0.rows.rowCount) / max($0.seconds, 1e-9) }.sorted()
    let rate = rates[rates.count / 2]
    let text = rate.fixed(rate < 10 ? 2 : 1)
    throw DataError(
      .badData, file: files.path, place: first.name,
      "\(first.rows.rowCount.counted("row")) last \(Self.length(of: first.rows).fixed(2)) s, but it is "
        + "\(first.seconds.fixed(2)) s long, and so with \(misfits.count) of \(lengths.count)",
      expected: "rows that last as long, within 10 % or 0.5 s",
      advice: (FeatureFile.rates.contains(rate)
        ? "Give --\(files.modality)-rate \(text) if that is their rate" : "Check the files")
        + ". To continue anyway, add --allow-times.")
  }

  /// What the user should know.
  var warnings: [String] {
    var list: [String] = []
    if let first = misfits.first {
      list.append(
        "\(files.modality): \(misfits.count) of \(lengths.count) files have rows for a length other than theirs, the first "
          + "\(first.name): \(Self.length(of: first.rows).fixed(2)) s for \(first.seconds.fixed(2)) s.")
    }
    for (key, what) in [("empty", "without a row"), ("blank", "without any number, or any face")]
    where found.tally[key] > 0 {
      list.append(
        "\(files.modality): \(found.tally[key].counted("file")) \(what): no \(files.modality) there (mask 0).")
    }
    return list
  }
}
