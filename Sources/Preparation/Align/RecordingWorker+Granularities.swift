import Corpora
import Samples
import Text

/// How the rows of a recording become those of its samples, by granularity.
extension RecordingWorker {
  /// Whether the recording is one sample, with all rows of its entries, whatever their times.
  private func isSample(_ recording: PlannedRecording) -> Bool {
    plan.corpus.entriesAreSamples && recording.segments.count == 1
  }

  func alignToWords(_ recording: PlannedRecording, _ summary: inout BlockSummary) throws {
    guard let wordSource = reference ?? sources.first(where: { $0.modality == .text }) else {
      throw DataError(.internalBug, "word granularity without a word sequence")
    }
    let isSample = isSample(recording)
    let words = try wordSource.open(recording.id, counting: &summary.tally)
    let timelines = try sources.map {
      $0.modality == .text ? words : try $0.open(recording.id, counting: &summary.tally)
    }
    let others = zip(sources, timelines).filter { $0.0.modality != .text }.map(\.1)
    let keepsWordless = { [plan] (segment: LabelledSegment) in
      plan.configuration.keepsWordless
        && others.contains { isSample ? $0.count > 0 : $0.hasOverlap(with: segment.interval) }
    }
    let aligned =
      isSample
      ? WordSegments(whole: recording.segments[0], timeline: words, keepsWordless: keepsWordless)
      : WordSegments(segments: recording.segments, timeline: words, keepsWordless: keepsWordless)
    for segment in aligned.withoutWords { summary.dropped.add(segment.id.description, .noWord) }
    summary.tally.add(aligned.counts(of: words, leftOut: recording.leftOut))
    if !isSample { summary.note(words, of: wordSource, in: recording) }
    let collapses = plan.configuration.granularity == .utterance
    var units: [RowUnits] = []
    for (source, timeline) in zip(sources, timelines) {
      if source.modality == .text {
        units.append(try source.units(of: aligned, reference: words, collapses: collapses))
      } else if isSample, source.rowCount == wordSource.rowCount {
        units.append(RowUnits(pairing: aligned, reference: words, timeline: timeline))
      } else {
        summary.note(timeline, of: source, in: recording)
        units.append(RowUnits(words: aligned, reference: words, timeline: timeline))
      }
    }
    let texts = wordSource.words.map { all in
      aligned.segments.map { segment in
        segment.units.compactMap { number in
          if case .word(let position) = aligned.units[number] { all[words.rows[position]] } else { nil }
        }
      }
    }
    try append(aligned.segments.map(\.segment), units: units, collapses: collapses, words: texts, &summary)
  }

  func gatherFrames(_ recording: PlannedRecording, _ summary: inout BlockSummary) throws {
    let timelines = try sources.map { try $0.open(recording.id, counting: &summary.tally) }
    if isSample(recording) { return try gatherAllRows(of: recording, timelines, &summary) }
    for (source, timeline) in zip(sources, timelines) { summary.note(timeline, of: source, in: recording) }
    // A turn is a sample of its own: with --missing drop it needs every modality. Segments of a longer recording are
    // kept.
    let needsAll = plan.configuration.corpus.recordingsAreTurns && plan.configuration.missing == .drop
    var kept: [LabelledSegment] = []
    for segment in recording.segments {
      let present = timelines.map { $0.hasOverlap(with: segment.interval) }
      if needsAll ? !present.contains(false) : present.contains(true) {
        kept.append(segment)
      } else {
        summary.dropped.add(segment.id.description, .noRow)
      }
    }
    let units = try zip(sources, timelines).map { source, timeline in
      try source.units(of: kept, timeline: timeline)
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

  /// The frames of a recording that is one sample.
  private func gatherAllRows(
    of recording: PlannedRecording, _ timelines: [RowTimeline], _ summary: inout BlockSummary
  ) throws {
    let segment = recording.segments[0]
    if timelines.allSatisfy({ $0.count == 0 }) {
      summary.dropped.add(segment.id.description, .noRow)
      return
    }
    let units = zip(sources, timelines).map { source, timeline in
      RowUnits(allOf: timeline, hasValue: source.hasValue)
    }
    var texts: [[String]]?
    if let text = sources.firstIndex(where: { $0.modality == .text }), let words = sources[text].words {
      texts = [timelines[text].rows.map { words[$0] }]
    }
    try append([segment], units: units, collapses: false, words: texts, &summary)
  }

  func averageWhole(_ recording: PlannedRecording, _ summary: inout BlockSummary) throws {
    guard let segment = recording.segments.first else { return }
    let timelines = try sources.map { try $0.open(recording.id, counting: &summary.tally) }
    if !plan.corpus.entriesAreSamples {
      for (source, timeline) in zip(sources, timelines) { summary.note(timeline, of: source, in: recording) }
    }
    let hulls = timelines.compactMap(\.hull)
    let own = segment.interval
    // Where no row has a usable time and the label has none either, nobody could say when the recording is.
    let fault: DropReason? =
      !hulls.isEmpty ? nil : !own.isFinite ? .nonFiniteLabelInterval : own.isReversed ? .reversedLabelInterval : nil
    let hull =
      hulls.isEmpty
      ? (fault == nil ? own : Interval(start: 0, end: 0))
      : Interval(start: hulls.map(\.start).min() ?? 0, end: hulls.map(\.end).max() ?? 0)
    let units = zip(sources, timelines).map { source, timeline in
      source.unit(ofWhole: hull, timeline: timeline)
    }
    let sample = LabelledSegment(id: SampleID(parsing: recording.id), interval: hull, labels: segment.labels)
    let starts = outputs.map(\.rowCount)
    try append([sample], units: units, collapses: false, words: nil, &summary)
    let isAllZero = zip(outputs, starts).allSatisfy { output, start in output.isZeroOrMissing(fromRow: start) }
    if let reason = fault ?? (isAllZero ? .allZero : nil) {
      for (index, start) in starts.enumerated() { outputs[index].truncate(toRows: start) }
      summary.samples.removeLast()
      summary.dropped.add(recording.id, reason)
    }
  }
}
