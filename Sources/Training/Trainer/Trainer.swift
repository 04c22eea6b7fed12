import ArrayFiles
import Files
import Foundation
import Metrics
import Runs
import Samples
import Shards
import Signals
import TensorCore
import Text
package import Workers

/// One run: epochs, validation, checkpoints, and the test at the end.
package final class Trainer {
  /// The configuration of the run, completed from the folders, the initial weights and the checkpoint.
  private(set) var configuration: TrainingConfiguration
  private let folders: [MappedFolder]
  private let target: LabelTarget
  /// Contradictions between the folders that the user has allowed.
  let allowedLeaks: [FolderConflict]
  private let train: SampleSet
  private let valid: SampleSet
  private let network: Network
  private let optimizer: Optimizer
  private let evaluator: Evaluator
  private let runner: StepRunner
  private let loss: any Loss
  private let team: LaneTeam
  private let widths: [Int]
  private let outputNames: [String]
  private var identity: CheckpointIdentity
  private var schedule: Schedule
  private var state: TrainingState

  /// Opens the shards, plans the model and sets its weights.
  package init(_ configuration: TrainingConfiguration, progress: any ProgressSink) throws {
    try configuration.check()
    try PreparedFolder.refuseRepeated(configuration.shards)
    let folders = try configuration.shards.map { try MappedFolder($0, splits: Split.allCases, progress: progress) }
    if let like = folders.first(where: { $0.manifest.likeSHA256 != nil }) {
      throw DataError(
        .badData, file: like.path, "has the one split predict, on which nothing is trained",
        expected: "train, valid and test", advice: "Ask a trained model about it: msa-train predict.")
    }
    let (configuration, target) = try configuration.resolved(for: folders)
    (self.folders, self.configuration, self.target) = (folders, configuration, target)
    allowedLeaks = try FolderConflicts.check(folders, allowed: configuration.allowedLeaks)
    widths = MappedFolder.widths(folders)
    train = try Self.set(folders, .train, widths, target, configuration)
    outputNames = try target.outputNames(labels: train.labels, in: folders[0])
    valid = try Self.set(folders, .valid, widths, target, configuration)
    let outputs = outputNames.count
    for set in [train, valid] { try set.check(outputs: outputs, task: configuration.task) }
    if train.count < 2 {
      throw DataError(
        .badData, file: configuration.shards.first, "has \(train.count.counted("train sample"))",
        expected: "at least two")
    }
    team = try LaneTeam(threads: configuration.threads)
    let capacity = max(
      BatchOrder.capacity(count: train.count, batch: configuration.batch),
      configuration.model.evaluationBatch)
    do {
      network = try Network.make(
        configuration.model, configuration.shape(widths, outputs: outputs), capacity: capacity,
        seed: configuration.seed, team: team)
    } catch {
      team.stop()  // no `deinit` runs until every property is set
      throw error
    }
    loss = configuration.task.loss
    optimizer = Optimizer(
      configuration.optimizer, weightDecay: configuration.weightDecay, clipNorm: configuration.clipNorm,
      network: network, team: team)
    schedule = Schedule(configuration)
    let gatherer = BatchGatherer(network: network, modalities: configuration.modalities)
    evaluator = Evaluator(
      network: network, gatherer: gatherer,
      weights: configuration.output.map { RunFile.checkpoint.path(in: $0) } ?? "the weights")
    runner = StepRunner(network: network, optimizer: optimizer, gatherer: gatherer, loss: loss, set: train)
    identity = Self.identity(configuration, folders)
    state = TrainingState(selection: configuration.epochSelection)
    try setWeights(progress: progress)
  }

  deinit { team.stop() }

  private static func set(
    _ folders: [MappedFolder], _ split: Split, _ widths: [Int], _ target: LabelTarget,
    _ configuration: TrainingConfiguration
  ) throws -> SampleSet {
    try SampleSet(
      folders, split: split, widths: widths, target: target, needsLabels: true, maxRows: configuration.sequenceRows)
  }

  private func setWeights(progress: any ProgressSink) throws {
    if let path = configuration.initialWeights { try network.load(try StateDict.read(path), source: .given(path)) }
    if let path = configuration.saveInitialWeights { try StateDict.write(network.stateDict(), to: path) }
    guard let output = configuration.output else { return }
    if configuration.resumes {
      let path = RunFile.checkpoint.path(in: output)
      guard let version = try resume(from: path) else { return }
      progress.warn("\(path): was written by \(version), whose steps may differ: training starts over.")
    }
    try Folder.make(output)
    try writeCheckpoint()
  }

  private static func identity(_ configuration: TrainingConfiguration, _ folders: [MappedFolder]) -> CheckpointIdentity
  {
    CheckpointIdentity(configuration, manifests: folders.map(\.record.manifestSHA256))
  }

  /// Continues where a checkpoint left off, whatever was run before.
  ///
  /// - Returns: the version that wrote the file if its steps may differ, in which case nothing has changed.
  /// - Throws: `DataError` 65 if the file is damaged or belongs to another run.
  package func resume(from path: String) throws -> String? {
    let file = try SafetensorsFile(path: path)
    if let version = try CheckpointIdentity.otherVersion(file) { return version }
    (identity, schedule) = (Self.identity(configuration, folders), Schedule(configuration))
    let steps = BatchOrder.batchCount(count: train.count, batch: configuration.batch)
    state = try Checkpoint.read(file, network, optimizer, &schedule, identity: &identity, epochSteps: steps)
    configuration = identity.configuration
    return nil
  }

  /// Whether all epochs have been run.
  var isFinished: Bool { state.isFinished(configuration) }

  private func writeCheckpoint() throws {
    guard let output = configuration.output else { return }
    try Checkpoint.write(
      state, network, optimizer, schedule, identity: identity, to: RunFile.checkpoint.path(in: output))
  }

  /// Trains to the end, then tests.
  func run(progress: any ProgressSink, onEpoch: (EpochRecord) throws -> Void) throws -> TrainingOutcome {
    for record in state.history { try onEpoch(record) }
    var order = BatchOrder(
      count: train.count, batch: configuration.batch, shuffles: configuration.shuffles, seed: configuration.seed)
    progress.begin("train", total: configuration.epochs, unit: "epoch")
    progress.advance(by: state.epoch)
    while !state.isFinished(configuration) {
      let record = try runEpoch(&order)
      state.add(record, weights: network.stateDict)
      try writeCheckpoint()
      progress.advance(by: 1)
      try onEpoch(record)
    }
    progress.end()
    return try test()
  }

  /// - Throws: `DataError` 64 if training diverges, 65 if a feature or a weight from `--init` is to blame for a loss
  ///   that is not finite, 130 if the user interrupts.
  private func runEpoch(_ order: inout BatchOrder) throws -> EpochRecord {
    let start = ContinuousClock.now
    order.begin(epoch: state.epoch)
    let outputs = outputNames.count
    let scoredWidth = train.scored.count / train.count
    var (predictions, labels) = ([Float](repeating: 0, count: train.count * outputs), [Float]())
    var (loss, rate, done) = (0.0, 0.0, 0)
    for batch in 0..<order.batchCount {
      if Interrupt.isPending { throw interrupted }
      let samples = order.samples(of: batch)
      rate = schedule.rate(epoch: state.epoch, step: optimizer.stepCount)
      let result = predictions.withUnsafeMutableBufferPointer {
        runner.step(
          samples, learningRate: rate, predictions: $0.part(from: done * outputs, count: samples.count * outputs))
      }
      guard result.loss.isFinite, result.norm.isFinite else { throw notFinite(result, batch: batch, samples) }
      loss += result.loss * Double(samples.count)
      for sample in samples {
        labels += train.scored[Int(sample) * scoredWidth..<(Int(sample) + 1) * scoredWidth]
      }
      done += samples.count
    }
    let validation = try evaluator.predictions(for: valid) { self.diverged("epoch \(self.state.epoch + 1)", $0) }
    let figures = (
      EpochFigures(predictions, labels, outputs: outputs, task: configuration.task),
      EpochFigures(validation, valid.scored, outputs: outputs, task: configuration.task)
    )
    schedule.endEpoch(figure: figures.1.correlation)
    return EpochRecord(
      epoch: state.epoch + 1, trainLoss: loss / Double(done), trainError: figures.0.meanAbsoluteError,
      trainScore: figures.0.correlation, validLoss: self.loss(validation, valid.labels),
      validError: figures.1.meanAbsoluteError, validScore: figures.1.correlation,
      validConcordance: figures.1.concordance, validUnweightedAccuracy: figures.1.unweightedAccuracy,
      learningRate: rate,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// The error for an interrupt: the current step is finished but the epoch is not, so the epoch will start over from
  /// the checkpoint before it.
  private var interrupted: DataError {
    DataError(.interrupted, "interrupted after \(state.epoch) whole epochs", goingOn: .init())
  }

  private func notFinite(
    _ result: (loss: Double, norm: Double), batch: Int, _ samples: UnsafeBufferPointer<Int32>
  ) -> DataError {
    let first = network.firstNonFinite() ?? "the sum of finite values"
    let what = result.loss.isFinite ? "the gradients' norm" : "the loss"
    let names = samples.prefix(3).map { train.ids[Int($0)] }.joined(separator: ", ")
    let place = "epoch \(state.epoch + 1), batch \(batch + 1) (\(names), …)"
    let problem = "\(what) is not finite; the first tensor affected is \(first)"
    guard network.inputs.contains(where: { $0.name == first }) else { return diverged(place, problem) }
    return DataError(
      .badData, file: configuration.shards.first, place: place, problem, expected: "finite values",
      advice: "Look at these samples with msa-prep inspect, and prepare the folder again.")
  }

  /// Makes the error for features that are finite and results that are not: the options must change, unless training
  /// began with weights from a file.
  private func diverged(_ place: String, _ problem: String) -> DataError {
    if state.epoch == 0, let weights = configuration.initialWeights {
      return DataError(
        .badData, file: weights, place: place, problem, expected: "finite values",
        advice: "Start from other weights, or use a lower --lr than \(configuration.learningRate).")
    }
    return DataError(
      .usage, file: configuration.output, place: place, problem, expected: "finite values",
      advice:
        "Training diverged with --lr \(configuration.learningRate): use a lower --lr, and --overwrite to start over.")
  }

  /// Returns the loss over a whole split at once; NaN if the split is empty.
  private func loss(_ predictions: [Float], _ labels: [Float]) -> Double {
    if labels.isEmpty { return .nan }
    return predictions.withUnsafeBufferPointer { predictions in
      labels.withUnsafeBufferPointer { labels in
        loss.evaluate(
          LabelledBatch(predictions, labels: labels, outputs: network.output.width), factor: 1, addingTo: nil)
      }
    }
  }

  /// Makes predictions for valid and, for the only time, for test, with the best weights, or the last without valid.
  private func test() throws -> TrainingOutcome {
    guard let best = state.best else {
      throw DataError(.internalBug, "no epoch was run", advice: "Please report this as a bug.")
    }
    try network.load(best.weights, source: .given(RunFile.checkpoint.name))
    let test = try Self.set(folders, .test, widths, target, configuration)
    try test.check(outputs: outputNames.count, task: configuration.task)
    let answers = try [valid, test].map { ($0, try evaluator.predictions(for: $0)) }
    return TrainingOutcome(
      configuration: configuration, corpora: folders.map(\.record),
      labelNames: outputNames,
      history: state.history, bestEpoch: best.epoch, parameters: best.weights,
      parameterCount: network.parameterCount,
      predictions: answers.flatMap { $0.0.answers($0.1, outputs: outputNames.count, task: configuration.task) },
      trainLabels: train.scored, labelsAreShares: target.kind == .shares,
      testLoss: loss(answers[1].1, test.labels), graph: network.graph,
      allowedLeaks: allowedLeaks)
  }
}
