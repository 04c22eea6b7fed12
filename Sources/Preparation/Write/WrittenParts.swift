import Corpora
import Samples
import Shards
import Text
import Workers

/// What the third pass makes of the aligned blocks: the shards, samples.jsonl, and what the report shows of the rows.
/// They do not depend on each other, so they are made in parallel.
struct WrittenParts: Sendable {
  /// The shards in plan order.
  private(set) var shards: [ShardAssembly.Outcome] = []
  /// The lines of samples.jsonl.
  private(set) var samples: [SampleLine] = []
  /// What scaling does to each modality.
  private(set) var pictures: [Modality: ScalingPicture] = [:]

  private enum Part: Sendable {
    case shard(ShardAssembly.Outcome)
    case samples([SampleLine])
    case picture(Modality, ScalingPicture)
  }

  /// Makes the parts on several threads, the shards first: they take longest.
  ///
  /// - Parameter onShard: called after each shard, on any thread; what it throws ends the work.
  /// - Throws: `DataError` when something cannot be read or written.
  init(
    of aligned: AlignedBlocks, _ assembly: ShardAssembly, workers: OrderedWorkers,
    onShard: @escaping @Sendable () throws -> Void
  ) throws {
    let plan = assembly.plan
    let planned = aligned.shardsWithSamples
    let recordings = Dictionary(uniqueKeysWithValues: plan.recordings.map { ($0.id, $0) })
    // What is not fitted has no train rows to show.
    let train = plan.division.train
    // Nothing has to wait for a long shard: the parts' results are small.
    let count = planned.count + 1 + (train == nil ? 0 : plan.modalities.count)
    try workers.forEach(count: count, window: count) { index -> Part in
      if index < planned.count {
        let outcome = try assembly.write(planned[index])
        try onShard()
        return .shard(outcome)
      }
      if index == planned.count {
        let lines = planned.flatMap { aligned.sampleLines(of: $0, recordings, plan) }
        try SamplesFile.write(lines, to: assembly.output)
        return .samples(lines)
      }
      let modality = plan.modalities[index - planned.count - 1]
      guard let train, let scaler = assembly.scalers[modality] else {
        throw DataError(.internalBug, "no scaler for \(modality)")
      }
      return .picture(modality, try ScalingPicture(of: aligned.rows(of: train, modality), scaler: scaler))
    } consume: { _, part in
      switch part {
      case .shard(let outcome): shards.append(outcome)
      case .samples(let lines): samples = lines
      case .picture(let modality, let picture): pictures[modality] = picture
      }
    }
  }
}

extension AlignedBlocks {
  /// The lines of samples.jsonl for a shard's samples.
  fileprivate func sampleLines(
    of shard: PlannedShard, _ recordings: [String: PlannedRecording], _ plan: PreparationPlan
  ) -> [SampleLine] {
    shard.blocks.flatMap { summaries[$0].samples }.enumerated().map { index, sample in
      let recording = recording(of: sample.id, recordings)
      let origin = recording?.origin
      let facts = plan.corpus.sampleFacts[sample.id.description]
      // A group that the corpus's own split divides is in the partition as its samples.
      let divided = plan.configuration.split == .declared ? facts?.group : nil
      return SampleLine(
        id: sample.id.description, group: divided ?? recording?.group ?? sample.id.recording,
        dialog: origin?.dialog ?? facts?.dialog, speaker: origin?.speaker ?? facts?.speaker,
        session: origin?.session ?? facts?.session, split: shard.split, shard: shard.file, index: index,
        // Without times of the corpus's own, those of rows are only their order.
        interval: facts.map(\.interval) ?? sample.interval(in: origin), rows: sample.rows,
        label: sample.labels.map { Double($0) }, words: sample.words?.joined(separator: " ") ?? facts?.words,
        annotation: facts?.annotation,
        sentence: facts?.words ?? (plan.corpus.transcript == nil ? nil : sample.words?.joined(separator: " ")))
    }
  }

  /// The recording of a sample: that of its name, the sample itself where entries are samples, or the recording without the
  /// segment numbers of an entry that was aligned before (`vid[3]`).
  private func recording(of id: SampleID, _ recordings: [String: PlannedRecording]) -> PlannedRecording? {
    recordings[id.recording] ?? recordings[id.description]
      ?? recordings[SampleID(parsing: id.recording).recording]
  }
}

extension BlockSample {
  /// On the dialog's clock if there is one, so that overlapping turns can be seen; rows stay on the recording's.
  fileprivate func interval(in origin: RecordingOrigin?) -> Interval {
    guard let start = origin?.start else { return interval }
    return Interval(start: start + interval.start, end: start + interval.end)
  }
}
