import Corpora
import Files
import Samples
import Shards
import Signals
import Text
import Workers

/// One run of the main job, stage by stage.
struct PreparationRun {
  private let configuration: PreparationConfiguration
  private let indexer: CSDIndexer
  private let progress: any ProgressSink
  private let workers: OrderedWorkers
  /// Where the corpus keeps what it read; nil for the unfinished output folder.
  private let work: String?
  private let change: Preparation.Change?

  init(
    _ configuration: PreparationConfiguration, indexer: CSDIndexer, progress: any ProgressSink, work: String? = nil,
    change: Preparation.Change? = nil
  ) {
    self.work = work
    self.change = change
    self.configuration = configuration
    self.indexer = indexer
    self.progress = progress
    workers = OrderedWorkers(threadCount: configuration.threads)
  }

  func run() throws -> Preparation.Outcome {
    let input = try PreparationInput(configuration, indexer: indexer)
    try PreparedFolder.requireOutside(configuration.output, mayBeOne: true)
    try configuration.like?.requireOther(than: configuration.output)
    try configuration.like?.requireIntact(progress: progress)
    // A finished folder may stand where nothing can be written.
    return try FolderLock.hold(
      configuration.output, allowsReadOnly: true, owning: OutputFolder.isOwn, warn: progress.warn
    ) { lock in
      let output = OutputFolder(
        configuration.output, configuration: configuration.fingerprint(with: input.folds), lock: lock)
      do {
        return try run(input, output)
      } catch let error as DataError {
        let told = try output.explained(SourceCheck(input: input, progress: progress).explained(error))
        if told.tellsOfInput || told.code == .usage { try output.removeUnused() }
        throw told
      }
    }
  }

  private func run(_ input: PreparationInput, _ output: OutputFolder) throws -> Preparation.Outcome {
    if try !configuration.overwrites && output.isFinished() {
      let outcome = try output.finishedOutcome(of: input, progress: progress)
      try requireAllowed(outcome.manifest.allowedLeaks, in: output)
      return outcome
    }
    // Anything wrong with the input or the split is found before anything an earlier run finished is removed.
    var keepsWork = false
    let opened = try input.corpus.open(
      keepingIn: {
        if let work {
          return WorkFolder(path: work, arithmetic: Manifest.ownArithmetic, isAlone: true, progress: progress)
        }
        keepsWork = true
        let staging = try output.makeStaging(overwrites: configuration.overwrites, progress: progress)
        return staging.workFolder(progress: progress)
      }, progress: progress)
    try configuration.like?.requireColumns(of: opened, configuration)
    let plan = try plan(for: opened, folds: input.folds)
    let threads = try plan.memoryNeed.workerCount(threads: configuration.threads, memory: configuration.memory)
    try output.make(overwrites: configuration.overwrites, keepsStaging: keepsWork)
    LastWords.goOn(.init(dropping: ["--overwrite"]))
    do {
      return try finish(plan, input, output, threads: threads)
    } catch var error as DataError where error.goingOn != nil {
      // The previous contents are gone, and what is there now is this run's.
      error.goingOn = .init(dropping: ["--overwrite"])
      throw error
    }
  }

  /// Completes a folder that is ready to be written.
  private func finish(
    _ plan: PreparationPlan, _ input: PreparationInput, _ output: OutputFolder, threads: Int
  ) throws -> Preparation.Outcome {
    let staging = try output.makeStaging(overwrites: false, progress: progress)
    let aligned = try alignAndClean(plan, staging, output.planDigest(of: plan), threads: threads)
    try aligned.requireReadable()
    try TimesCheck(aligned).require(for: plan)
    try aligned.requireSamples()
    try aligned.requireRows()
    // Each worker reads a block's rows back, so there are only as many as there is room for blocks.
    let workers = OrderedWorkers(threadCount: threads)
    let scalers = try configuration.like?.scalers(of: plan.modalities) ?? fitScalers(plan, aligned, workers)
    let written = try writeParts(plan, aligned, scalers, output, workers)
    let writer = FolderWriter(
      plan: plan, aligned: aligned, scalers: scalers, written: written, output: output,
      sourceCheck: SourceCheck(input: input, progress: progress), workers: workers)
    let outcome = try writer.write()
    try staging.remove()
    return outcome
  }

  /// A finished folder with a leak is not up to date for somebody who does not allow it.
  private func requireAllowed(_ leaks: [Manifest.LeakRecord], in output: OutputFolder) throws {
    if let leak = leaks.first(where: { !configuration.allowedLeaks.contains($0.check) }) {
      throw leak.refusal(of: output.path, all: leaks)
    }
  }

  /// The plan; if the corpus is changed, it is split as it was before.
  private func plan(for corpus: OpenedCorpus, folds: FoldFile?) throws -> PreparationPlan {
    let plan = try PreparationPlan(configuration, corpus: corpus, folds: folds)
    guard let change else { return plan }
    let heldOut = plan.recordings.filter { $0.split != .train }.map(\.id)
    return try PreparationPlan(configuration, corpus: change(corpus, Set(heldOut)), folds: folds)
  }

  // MARK: - Stages

  /// Reads, aligns and cleans every block that an earlier run did not finish; what does not fit in memory is spilled.
  private func alignAndClean(
    _ plan: PreparationPlan, _ staging: Staging, _ planDigest: String, threads: Int
  ) throws -> AlignedBlocks {
    let finished = try staging.finishedBlocks(of: planDigest, progress: progress)
    let room = KeptRoom(memory: configuration.memory)
    var aligned = AlignedBlocks(plan: plan)
    progress.begin("Align", total: plan.recordings.count, unit: "recording")
    try OrderedWorkers(threadCount: threads).forEach(count: plan.blocks.count, state: { RecordingWorker(plan: plan) }) {
      number, worker -> (AlignedBlocks.Place, BlockSummary) in
      let block = plan.blocks[number]
      if let (path, digest) = finished[number], let summary = try Self.summary(at: path, digest: digest) {
        progress.advance(by: block.recordings.count)
        return (.file(path), summary)
      }
      let result = try worker.prepare(block) { summary, outputs -> (AlignedBlocks.Place, BlockSummary) in
        if let block = room.keep(outputs) { return (.memory(block), summary) }
        return (.file(try staging.write(number, of: planDigest, summary, outputs: outputs)), summary)
      }
      progress.advance(by: block.recordings.count)
      return result
    } consume: { _, result in
      aligned.append(result.0, summary: result.1)
    }
    progress.end()
    return aligned
  }

  /// The summary of a block that an earlier run finished; nil if a power cut tore the file, which is then made again.
  private static func summary(at path: String, digest: String) throws -> BlockSummary? {
    do {
      return try SpilledBlock.summary(at: path, digest: digest)
    } catch let error as DataError where error.code == .badData {
      try Folder.remove(path)
      return nil
    }
  }

  /// Fits one scaler per modality on the train rows after cleaning.
  private func fitScalers(
    _ plan: PreparationPlan, _ aligned: AlignedBlocks, _ workers: OrderedWorkers
  ) throws -> [Modality: RobustScaler] {
    guard let train = plan.division.train else {
      throw DataError(.internalBug, "scalers were to be fitted on data that have no train split")
    }
    var scalers: [Modality: RobustScaler] = [:]
    let digest = Manifest.ScalersRecord.digest(of: aligned.sampleIDs(of: .train))
    progress.begin("Fit", total: plan.modalities.count, unit: "scaler")
    for modality in plan.modalities {
      try Interrupt.check()
      scalers[modality] = try RobustScaler.fit(
        on: train, rows: { aligned.rows(of: $0, modality) }, samplesDigest: digest, workers: workers,
        memory: configuration.memory)
      if scalers[modality]?.columnsWithoutValue.count == plan.corpus.width(of: modality),
        !configuration.allowsSuspectTimes
      {
        throw DataError(
          .badData, file: plan.corpus.features[modality]?.path, "\(modality) has no valid value in any train sample",
          expected: "numbers in some rows", advice: "Make the features again, or leave it out with --modalities.")
      }
      progress.advance(by: 1)
    }
    progress.end()
    return scalers
  }

  private func writeParts(
    _ plan: PreparationPlan, _ aligned: AlignedBlocks, _ scalers: [Modality: RobustScaler], _ output: OutputFolder,
    _ workers: OrderedWorkers
  ) throws -> WrittenParts {
    try Folder.makeOwn(configuration.output + "/" + ShardRecord.folder)
    let assembly = ShardAssembly(plan: plan, aligned: aligned, scalers: scalers, output: configuration.output)
    progress.begin("Write", total: aligned.shardsWithSamples.count, unit: "shard")
    let progress = progress
    let written = try WrittenParts(of: aligned, assembly, workers: workers) {
      try output.requireUnsealed()
      progress.advance(by: 1)
    }
    progress.end()
    return written
  }
}
