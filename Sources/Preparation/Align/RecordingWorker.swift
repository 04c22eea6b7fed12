import Corpora
import Samples
import Storage
import TensorCore

/// Reads, aligns and cleans the recordings of a block; one a worker thread.
final class RecordingWorker {
  private let plan: PreparationPlan
  private let sources: [ModalitySource]
  /// The word sequence, where words are the reference but no output.
  private let reference: ModalitySource?
  private var outputs: [ModalityOutput]

  init(plan: PreparationPlan) {
    self.plan = plan
    let configuration = plan.configuration
    func source(_ modality: Modality, _ source: any SequenceSource, width: Int) -> ModalitySource {
      ModalitySource(
        modality: modality, source: source, width: width, vectors: plan.sources.vectors,
        cleaning: configuration.cleaning, keepsPauses: configuration.takesAllWords)
    }
    // The plan has a source for each modality.
    sources = plan.modalities.map { source($0, plan.sources.features[$0]!, width: plan.sources.width(of: $0)) }
    // Of a reference only the intervals are used; word strings without vectors have no width of their own.
    reference =
      plan.modalities.contains(.text) ? nil : plan.sources.features[.text].map { source(.text, $0, width: 1) }
    outputs = plan.modalities.map { ModalityOutput(modality: $0, width: plan.sources.width(of: $0)) }
  }

  /// Prepares a block and hands its summary and its rows to `body`.
  func prepare<Result>(
    _ block: PlannedBlock, _ body: (BlockSummary, [ModalityOutput]) throws -> Result
  ) throws -> Result {
    var summary = BlockSummary()
    for index in outputs.indices { outputs[index].removeAll() }
    for recording in plan.recordings[block.recordings] {
      try Interrupt.check()
      try prepare(recording, into: &summary)
    }
    for source in sources { collectCounts(of: source, into: &summary) }
    return try body(summary, outputs)
  }

  private func prepare(_ recording: PlannedRecording, into summary: inout BlockSummary) throws {
    let before = summary.samples.count
    switch plan.configuration.granularity {
    case .word, .utterance: try alignToWords(recording, &summary)
    case .frame: try gatherFrames(recording, &summary)
    case .video: try averageWhole(recording, &summary)
    }
    for source in sources + (reference.map { [$0] } ?? []) {
      summary.fingerprints[source.modality.rawValue, default: [:]][recording.id] = source.digest
    }
    if summary.samples.count == before { summary.emptyRecordings.append(recording.id) }
  }

  // MARK: - Granularities

  private func alignToWords(_ recording: PlannedRecording, _ summary: inout BlockSummary) throws {
    guard let wordSource = reference ?? sources.first(where: { $0.modality == .text }) else {
      throw DataError(.internalBug, "word granularity without a word sequence")
    }
    let words = try wordSource.open(recording.id, counting: &summary.tally)
    let aligned = WordSegments(segments: recording.segments, timeline: words)
    for segment in aligned.withoutWords { summary.dropped.add(segment.id.description, .noWord) }
    countWords(aligned, words, &summary.tally)
    let collapses = plan.configuration.granularity == .utterance
    var units: [RowUnits] = []
    for source in sources {
      if source.modality == .text {
        units.append(RowUnits(words: aligned, reference: words, hasValue: source.hasValue))
      } else {
        let timeline = try source.open(recording.id, counting: &summary.tally)
        units.append(RowUnits(words: aligned, reference: words, timeline: timeline))
      }
    }
    let texts = wordSource.words.map { all in
      aligned.segments.map { $0.words.map { all[words.rows[aligned.words[$0]]] } }
    }
    try append(aligned.segments.map(\.segment), units: units, collapses: collapses, words: texts, &summary)
  }

  private func gatherFrames(_ recording: PlannedRecording, _ summary: inout BlockSummary) throws {
    let timelines = try sources.map { try $0.open(recording.id, counting: &summary.tally) }
    var kept: [LabelledSegment] = []
    for segment in recording.segments {
      var isCovered = false
      for timeline in timelines where !isCovered {
        timeline.forEachOverlap(with: segment.interval) { _, _ in isCovered = true }
      }
      if isCovered { kept.append(segment) } else { summary.dropped.add(segment.id.description, .noRow) }
    }
    let units = zip(sources, timelines).map { source, timeline in
      RowUnits(segments: kept, timeline: timeline, hasValue: source.hasValue)
    }
    var texts: [[String]]?
    if let text = sources.firstIndex(where: { $0.modality == .text }), let words = sources[text].words {
      texts = kept.map { segment in
        var inSegment: [String] = []
        timelines[text].forEachOverlap(with: segment.interval) { position, _ in
          inSegment.append(words[timelines[text].rows[position]])
        }
        return inSegment
      }
    }
    try append(kept, units: units, collapses: false, words: texts, &summary)
  }

  private func averageWhole(_ recording: PlannedRecording, _ summary: inout BlockSummary) throws {
    guard let segment = recording.segments.first else { return }
    let timelines = try sources.map { try $0.open(recording.id, counting: &summary.tally) }
    let hulls = timelines.compactMap(\.hull)
    let hull =
      hulls.isEmpty
      ? segment.interval
      : Interval(start: hulls.map(\.start).min() ?? 0, end: hulls.map(\.end).max() ?? 0)
    let units = zip(sources, timelines).map { source, timeline in
      RowUnits(wholeOf: source.rowCount, timeline: timeline, recording: hull, hasValue: source.hasValue)
    }
    let sample = LabelledSegment(id: SampleID(recording: recording.id), interval: hull, labels: segment.labels)
    let starts = outputs.map(\.rowCount)
    try append([sample], units: units, collapses: false, words: nil, &summary)
    let isAllZero = zip(outputs, starts).allSatisfy { output, start in output.isZeroOrMissing(fromRow: start) }
    if isAllZero {
      for (index, start) in starts.enumerated() { outputs[index].truncate(toRows: start) }
      summary.samples.removeLast()
      summary.dropped.add(recording.id, .allZero)
    }
  }

  // MARK: - Rows and counts

  private func append(
    _ segments: [LabelledSegment], units: [RowUnits], collapses: Bool, words: [[String]]?, _ summary: inout BlockSummary
  ) throws {
    for index in sources.indices {
      try sources[index].appendRows(of: units[index], collapses: collapses, to: &outputs[index])
    }
    for (number, segment) in segments.enumerated() {
      var rows: [Modality: Int] = [:]
      for (source, plan) in zip(sources, units) {
        rows[source.modality] = collapses ? 1 : plan.segments[number].count
      }
      summary.samples.append(
        BlockSample(
          id: segment.id, interval: segment.interval, labels: segment.labels, rows: rows, words: words?[number]))
    }
  }

  private func countWords(_ aligned: WordSegments, _ timeline: RowTimeline, _ tally: inout Tally) {
    let empty = (0..<timeline.count).count { timeline.interval(at: $0).isEmpty }
    let uses = aligned.segments.reduce(0) { $0 + $1.words.count }
    tally.add(aligned.words.count, to: "words.used")
    tally.add(uses - aligned.words.count, to: "words.repeated")
    tally.add(empty, to: "words.empty_interval")
    tally.add(timeline.count - empty - aligned.words.count, to: "words.outside_segments")
  }

  private func collectCounts(of source: ModalitySource, into summary: inout BlockSummary) {
    let counts = source.takeCounts(tally: &summary.tally)
    if counts.total == 0 { return }
    summary.nonFinite[source.modality] = counts
    let name = source.modality.rawValue
    summary.tally.add(counts.nan.reduce(0, +), to: "\(name).nan")
    summary.tally.add(counts.positiveInfinity.reduce(0, +), to: "\(name).positive_infinity")
    summary.tally.add(counts.negativeInfinity.reduce(0, +), to: "\(name).negative_infinity")
  }
}
