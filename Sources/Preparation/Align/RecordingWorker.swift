import Corpora
import Samples
import Signals
import TensorCore
import Text

/// Reads, aligns and cleans the recordings of a block; one per worker thread.
final class RecordingWorker {
  let plan: PreparationPlan
  let sources: [ModalityInput]
  /// The word sequence, if words are the reference but not an output.
  let reference: ModalityInput?
  /// What is said where the text sequence holds no words.
  private let transcript: (any SequenceReader)?
  var outputs: [ModalityOutput]

  init(plan: PreparationPlan) {
    self.plan = plan
    let configuration = plan.configuration
    func source(_ modality: Modality, _ source: any ModalitySequence, width: Int) -> ModalityInput {
      ModalityInput(
        modality: modality, source: source, width: width, vectors: plan.corpus.vectors,
        cleaning: configuration.cleaning, pauses: configuration.corpus.pauses)
    }
    // The plan has a source for each modality.
    sources = plan.modalities.map { source($0, plan.corpus.features[$0]!, width: plan.corpus.width(of: $0)) }
    // Only the intervals of a reference are used; word strings without vectors have no width.
    reference =
      plan.modalities.contains(.text) ? nil : plan.corpus.features[.text].map { source(.text, $0, width: 1) }
    transcript = plan.corpus.transcript?.makeReader()
    outputs = plan.modalities.map { ModalityOutput(modality: $0, width: plan.corpus.width(of: $0)) }
  }

  /// Prepares a block and passes its summary and its rows to `body`.
  func prepare<Result>(
    _ block: PlannedBlock, _ body: (BlockSummary, [ModalityOutput]) throws -> Result
  ) throws -> Result {
    var unreadable: [String: EntryDefect] = [:]
    var summary = try gather(block, &unreadable)
    var known = 0
    // What was read of a bad recording is among the rows and counts: all others are read again without it.
    while unreadable.count > known {
      known = unreadable.count
      summary = try gather(block, &unreadable)
    }
    return try body(summary, outputs)
  }

  /// Prepares the recordings of a block except those known to be unreadable, and adds to these.
  private func gather(_ block: PlannedBlock, _ unreadable: inout [String: EntryDefect]) throws -> BlockSummary {
    var summary = BlockSummary()
    for index in outputs.indices {
      outputs[index].removeAll()
      // Once, for the whole block: lists that grow by doubling take up to three times what they hold.
      outputs[index].reserve(
        plan.recordings[block.recordings].reduce(0) { $0 + plan.outputRows(of: $1, outputs[index].modality) })
    }
    for source in sources { source.forgetCounts() }
    for recording in plan.recordings[block.recordings] {
      try Interrupt.check()
      if let defect = unreadable[recording.id] {
        summary.leaveOut(recording, defect)
        continue
      }
      do {
        try prepare(recording, into: &summary)
      } catch let error as DataError where error.code == .badData && plan.configuration.corpus.canLeaveOutUnreadable {
        unreadable[recording.id] = EntryDefect(unreadable: recording.id, finding: error)
      }
    }
    for source in sources { collectCounts(of: source, into: &summary) }
    return summary
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

  // MARK: - Rows and counts

  func append(
    _ segments: [LabelledSegment], units: [RowUnits], collapses: Bool, words: [[String]]?, _ summary: inout BlockSummary
  ) throws {
    for (source, plan) in zip(sources, units) {
      summary.tally.add(plan.mask.count { $0 == 1 }, to: "\(source.modality).rows_present")
    }
    for index in sources.indices {
      try sources[index].appendRows(of: units[index], collapses: collapses, to: &outputs[index])
    }
    let said: [[String]?]? = try words.map { $0.map(Optional.some) } ?? transcribed(segments)
    for (number, segment) in segments.enumerated() {
      var rows: [Modality: Int] = [:]
      for (source, plan) in zip(sources, units) {
        rows[source.modality] = collapses ? 1 : plan.segments[number].count
      }
      summary.samples.append(
        BlockSample(
          id: segment.id, interval: segment.interval, labels: segment.labels, rows: rows, words: said?[number]))
    }
  }

  /// The words of the transcript in each segment, pauses aside; nil without a transcript or where it lacks the recording.
  private func transcribed(_ segments: [LabelledSegment]) throws -> [[String]?]? {
    guard let transcript, let sequence = plan.corpus.transcript else { return nil }
    var opened: (name: String, timeline: RowTimeline, words: [String])?
    return try segments.map { segment in
      // Of a file whose entries are samples, all words of the entry.
      let names = [segment.id.description, segment.id.recording, SampleID.recording(of: segment.id.recording)]
      guard let name = names.first(where: sequence.contains) else { return nil }
      if opened?.name != name {
        let times = try transcript.open(name)
        let words = times.words ?? []
        let timeline = RowTimeline(
          intervals: times.intervals, excluding: words.map(plan.configuration.corpus.pauses.contains))
        opened = (name, timeline, words)
      }
      guard let opened else { return nil }
      if name == segment.id.description { return opened.timeline.rows.map { opened.words[$0] } }
      var said: [String] = []
      opened.timeline.forEachOverlap(with: segment.interval) { position, _ in
        if !opened.timeline.interval(at: position).isEmpty { said.append(opened.words[opened.timeline.rows[position]]) }
      }
      return said
    }
  }

  private func collectCounts(of source: ModalityInput, into summary: inout BlockSummary) {
    let counts = source.takeCounts(tally: &summary.tally)
    if counts.total == 0 { return }
    summary.nonFinite[source.modality] = counts
    let name = source.modality.rawValue
    summary.tally.add(counts.nan.reduce(0, +), to: "\(name).nan")
    summary.tally.add(counts.positiveInfinity.reduce(0, +), to: "\(name).positive_infinity")
    summary.tally.add(counts.negativeInfinity.reduce(0, +), to: "\(name).negative_infinity")
  }
}
