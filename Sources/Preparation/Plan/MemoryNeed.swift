import Corpora
import Samples
import Text

/// The memory that a plan needs, from the files' indexes: it decides how many workers `--memory` has room for.
///
/// Upper bounds, so that a run that is allowed to start keeps to what it was given.
struct MemoryNeed: Hashable, Sendable {
  /// Bytes that stay until the end: the files' indexes, the plan, the samples and what the report says about them.
  let fixed: Int
  /// Bytes that one worker takes for the largest block.
  let worker: Int

  /// An entry of a file: its name, its datasets, its place in the tables.
  fileprivate static let entryBytes = 2_000
  /// A sample from the labels to samples.jsonl and the report.
  fileprivate static let sampleBytes = 2_000
  /// A word of a sample, in its list and in samples.jsonl.
  fileprivate static let wordBytes = 48
  /// A row of a recording while it is aligned: its times as read and sorted, its unit, the unit's task and place.
  static let rowBytes = 240
  /// A row of a block, apart from its values: times and mask.
  static let outputRowBytes = 24

  /// What `--memory` has room for besides the blocks that are kept instead of spilled.
  private static func room(in memory: Int) -> Int {
    memory - KeptRoom.byteCount(memory: memory) + CorpusRequest.freeMemory
  }

  /// The least `--memory` with room for one worker, in whole MiB.
  var least: Int {
    let mebibyte = 1 << 20
    var least = (max(0, fixed + worker - CorpusRequest.freeMemory) + mebibyte - 1) / mebibyte * mebibyte
    while Self.room(in: least) < fixed + worker { least += mebibyte }
    return least
  }

  /// As many workers as threads were requested and memory allows.
  ///
  /// - Throws: `DataError` 64 when there is no room for one.
  func workerCount(threads: Int, memory: Int) throws -> Int {
    if Self.room(in: memory) < fixed + worker {
      throw DataError(
        .usage,
        "--memory \(memory.byteText) is too little: \(fixed.byteText) for what is known of the corpus and "
          + "\(worker.byteText) for its largest recordings",
        expected: "at least \(least >> 20)MiB",
        advice: "Give --memory \(least >> 20)MiB, or leave recordings out of --folds.")
    }
    return max(1, min(threads, (Self.room(in: memory) - fixed) / max(1, worker)))
  }
}

extension MemoryNeed {
  init(of plan: PreparationPlan) {
    let corpus = plan.corpus
    let entries = corpus.features.values.reduce(0) { $0 + $1.recordings.count } + corpus.labels.recordings.count
    let samples = plan.recordings.reduce(0) { $0 + $1.segments.count }
    let words = corpus.features.values.filter(\.isText).reduce(0) { $0 + $1.rowCount }
    fixed = entries * Self.entryBytes + samples * Self.sampleBytes + words * Self.wordBytes
    worker =
      plan.blocks.map { block in
        let recordings = plan.recordings[block.recordings]
        return (recordings.map(\.workBytes).max() ?? 0) + recordings.reduce(0) { $0 + $1.keptBytes }
      }.max() ?? 0
  }
}

extension PreparationPlan {
  /// What a run of this plan needs.
  var memoryNeed: MemoryNeed { MemoryNeed(of: self) }

  /// The most rows that a recording gives a modality, if no row lies in two segments.
  func outputRows(of recording: PlannedRecording, _ modality: Modality) -> Int {
    Self.outputRows(modality, of: recording.id, segments: recording.segments.count, configuration, corpus)
  }

  static func outputRows(
    _ modality: Modality, of id: String, segments: Int, _ configuration: PreparationConfiguration,
    _ corpus: OpenedCorpus
  ) -> Int {
    func rows(_ modality: Modality) -> Int { corpus.features[modality]?.rowCount(of: id) ?? 0 }
    switch configuration.granularity {
    // A segment kept without a word is a row.
    case .word: return configuration.keepsWordless ? max(rows(.text), segments) : rows(.text)
    case .utterance: return segments
    case .frame: return rows(modality)
    case .video: return 1
    }
  }
}

extension PlannedRecording {
  /// The most segments that any moment lies in; 1 if they at most touch.
  static func depth(of segments: [LabelledSegment]) -> Int {
    var depth = 0
    var open: [Double] = []
    for interval in segments.map(\.interval).sorted(by: { $0.start < $1.start }) {
      open.removeAll { $0 - Interval.tolerance <= interval.start }
      open.append(interval.end)
      depth = max(depth, open.count)
    }
    return max(1, depth)
  }
}
