import AllocationCounter
import Files
import Foundation
import Metrics
import Samples
import TensorCore
import Testing
import TestSupport
import Text
import Workers

@testable import Training

/// Samples whose label is the sum of some features and a little noise.
private func planted(_ count: Int, widths: [Int], seed: UInt64) -> TrainingFolder.Data {
  let generator = Philox(seed: seed)
  func normal(_ position: Int, _ stream: UInt32) -> Float {
    (0..<4).reduce(0) { $0 + 2 * Philox.uniform(generator.word(at: 4 * position + $1, stream: stream, step: 0)) - 1 }
  }
  let features = widths.enumerated().map { number, width in
    (0..<count * width).map { normal($0, UInt32(number)) }
  }
  let labels = (0..<count).map { sample -> Float in
    let signal = zip(features, widths).reduce(Float(0)) { $1.1 > 0 ? $0 + $1.0[sample * $1.1] : $0 }
    return signal + 0.1 * normal(sample, 9)
  }
  return TrainingFolder.Data(features: features, labels: labels)
}

/// The same as sequences of up to seven rows, some without a frame; the last rows hold the signal.
private func plantedSequences(_ count: Int, widths: [Int], seed: UInt64) -> TrainingFolder.Data {
  let generator = Philox(seed: seed)
  let vectors = planted(count, widths: widths, seed: seed)
  var data = TrainingFolder.Data(features: [], labels: vectors.labels, rowCounts: [], masks: [])
  for (modality, width) in widths.enumerated() {
    func word(_ position: Int, _ kind: UInt32) -> Int {
      Int(generator.word(at: position, stream: 10 * kind + UInt32(modality), step: 0) % 8)
    }
    let counts = (0..<count).map { word($0, 1) }
    data.rowCounts?.append(counts)
    var (rows, mask): ([Float], [UInt8]) = ([], [])
    for (sample, rowCount) in counts.enumerated() {
      for row in 0..<rowCount {
        mask.append(word(8 * sample + row, 2) < 6 ? 1 : 0)
        rows += vectors.features[modality][sample * width..<(sample + 1) * width]
      }
    }
    data.masks?.append(mask)
    data.features.append(rows)
  }
  return data
}

private func writeSequences(_ folder: String, train: Int = 65, widths: [Int] = [6, 5, 4]) throws {
  try TrainingFolder.write(
    [
      .train: plantedSequences(train, widths: widths, seed: 1), .valid: plantedSequences(30, widths: widths, seed: 2),
      .test: plantedSequences(30, widths: widths, seed: 3),
    ], widths: widths, to: folder)
}

private func writeFolder(_ folder: String, train: Int = 65, widths: [Int] = [6, 5, 4], prefix: String = "") throws {
  try TrainingFolder.write(
    [
      .train: planted(train, widths: widths, seed: 1), .valid: planted(30, widths: widths, seed: 2),
      .test: planted(30, widths: widths, seed: 3),
    ], widths: widths, to: folder, prefix: prefix)
}

private func configuration(_ folders: [String], output: String? = nil) -> TrainingConfiguration {
  var configuration = TrainingConfiguration(shards: folders, output: output)
  (configuration.hidden, configuration.embed) = (16, 8)
  (configuration.epochs, configuration.batch, configuration.dropout) = (4, 8, 0.3)
  return configuration
}

private func run(
  _ configuration: TrainingConfiguration, onEpoch: (EpochRecord) throws -> Void = { _ in }
) throws -> TrainingOutcome {
  try Training.run(configuration, progress: SilentProgress(), onEpoch: onEpoch)
}

@Test("the planted signal is learned, and the test split is predicted with the best weights")
func learns() throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.path, train: 400)
  var configuration = configuration([folder.path])
  (configuration.epochs, configuration.dropout, configuration.batch) = (20, 0, 32)
  let outcome = try run(configuration)
  #expect(outcome.history.count == 20)
  let best = outcome.history.map(\.validScore).max() ?? 0
  #expect(outcome.history[outcome.bestEpoch - 1].validScore >= best - 0.005)
  #expect(best > 0.9)
  #expect(outcome.predictions.filter { $0.split == .test }.count == 30)
  let again = try Training.predict(
    TrainedModel(outcome), shards: configuration.shards, threads: 1, splits: [.valid, .test], progress: SilentProgress()
  )
  #expect(again.predictions == outcome.predictions)
}

@Test("the weights do not depend on the number of threads", arguments: ModelKind.allCases)
func threadsDoNotMatter(_ kind: ModelKind) throws {
  let folder = try TemporaryFolder()
  try kind.takesSequences ? writeSequences(folder.path) : writeFolder(folder.path)
  var configuration = configuration([folder.path])
  configuration.model = kind
  let one = try run(configuration)
  configuration.threads = 2
  let two = try run(configuration)
  #expect(one.parameters == two.parameters)
  #expect(one.predictions == two.predictions)
}

@Test(
  "a run stopped after any epoch and resumed gives the same weights", arguments: [1, 2, 3],
  [ModelKind.crossmodal, .crossmodalTransformer])
func resumes(_ epoch: Int, _ kind: ModelKind) throws {
  struct Stop: Error {}
  let folder = try TemporaryFolder()
  try kind.takesSequences ? writeSequences(folder.path) : writeFolder(folder.path)
  var configuration = configuration([folder.path], output: folder.file("whole"))
  configuration.warmupSteps = 20
  configuration.model = kind
  let whole = try run(configuration)
  configuration.output = folder.file("parts")
  #expect(throws: Stop.self) { try run(configuration) { if $0.epoch == epoch { throw Stop() } } }
  configuration.resumes = true
  configuration.threads = 2
  let resumed = try run(configuration)
  #expect(resumed.parameters == whole.parameters)
  #expect(resumed.predictions == whole.predictions)
  #expect(resumed.history.map(\.validLoss) == whole.history.map(\.validLoss))
}

@Test("another run's checkpoint is refused, naming the differences")
func refusesOtherCheckpoint() throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.path)
  var configuration = configuration([folder.path], output: folder.file("run"))
  _ = try run(configuration)
  configuration.resumes = true
  configuration.batch = 16
  let error = #expect(throws: DataError.self) { try run(configuration) }
  #expect(error?.code == .badData)
  #expect(error?.description.contains("--batch was 8 and is now 16") == true)
}

@Test("a loss that is not finite names epoch, batch, sample and tensor, and keeps the last checkpoint")
func namesNonFinite() throws {
  let folder = try TemporaryFolder()
  var data = planted(24, widths: [6, 5, 4], seed: 1)
  data.features[1][5 * 13 + 2] = .nan
  try TrainingFolder.write([.train: data, .valid: data, .test: data], widths: [6, 5, 4], to: folder.path)
  var configuration = configuration([folder.path], output: folder.file("run"))
  configuration.shuffles = false
  let error = #expect(throws: DataError.self) { try run(configuration) }
  #expect(error?.code == .badData)
  #expect(error?.description.contains("epoch 1, batch 2 (train8, train9, train10, …)") == true)
  #expect(error?.description.contains("first tensor affected is audio") == true)
  #expect(Folder.exists(folder.file("run/last.safetensors")))
}

@Test("diverging training names run, epoch and the options to change, and blames no intact file")
func namesDivergence() throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.file("p"))
  var configuration = configuration([folder.file("p")], output: folder.file("run"))
  configuration.saveInitialWeights = folder.file("initial.safetensors")
  (configuration.learningRate, configuration.weightDecay) = (1000, 1000)
  let error = #expect(throws: DataError.self) { try run(configuration) }
  #expect(error?.code == .usage)
  #expect(error?.file == folder.file("run"))
  #expect(error?.place?.hasPrefix("epoch 1") == true)
  #expect(error?.advice?.contains("use a lower --lr, and --overwrite") == true)
  // Given weights can themselves be to blame.
  configuration.initialWeights = folder.file("initial.safetensors")
  (configuration.saveInitialWeights, configuration.output) = (nil, folder.file("second"))
  let other = #expect(throws: DataError.self) { try run(configuration) }
  #expect(other?.code == .badData)
  #expect(other?.file == folder.file("initial.safetensors"))
}

@Test(
  "a last batch of one sample joins the previous batch", arguments: [(17, [8, 9]), (16, [8, 8]), (18, [8, 8, 2])])
func lastBatch(_ count: Int, _ sizes: [Int]) {
  var order = BatchOrder(count: count, batch: 8, shuffles: true, seed: 1)
  order.begin(epoch: 3)
  var seen: [Int32] = []
  var found: [Int] = []
  for batch in 0..<order.batchCount {
    found.append(order.samples(of: batch).count)
    seen += order.samples(of: batch)
  }
  #expect(found == sizes)
  #expect(found.max() == BatchOrder.capacity(count: count, batch: 8))
  #expect(seen.sorted() == (0..<Int32(count)).map(\.self))
  #expect(seen != seen.sorted())
}

@Test("corpora of other widths are padded with zeros and predicted under their own number")
func severalCorpora() throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.file("a"), widths: [6, 5, 4])
  try writeFolder(folder.file("b"), widths: [8, 0, 3], prefix: "b")
  let outcome = try run(configuration([folder.file("a"), folder.file("b")]))
  let weight = try #require(outcome.parameters.first { $0.name == "visual_encoder.0.weight" })
  #expect(weight.shape == [16, 8])
  #expect(outcome.corpora.count == 2)
  #expect(outcome.predictions.filter { $0.corpus == 1 }.count == 60)
  #expect(outcome.predictions.filter { $0.corpus == 1 }.allSatisfy { $0.id.hasPrefix("b") })
  #expect(outcome.trainLabels.count == 130)
}

@Test("a damaged shard is refused")
func refusesDamage() throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.path)
  let shard = folder.file("shards/train-00000.safetensors")
  var bytes = try Data(contentsOf: URL(fileURLWithPath: shard))
  bytes[bytes.count - 1] ^= 1
  try bytes.write(to: URL(fileURLWithPath: shard))
  let error = #expect(throws: DataError.self) { try run(configuration([folder.path])) }
  #expect(error?.code == .badData)
  #expect(error?.file == shard)
}

@Test(
  "a manifest that disagrees with the shards is refused before anything is planned by it",
  arguments: [
    ("\"dim\": 6", "\"dim\": 4611686018427387904"), ("\"dim\": 6", "\"dim\": 3"),
    ("\"samples\": 65", "\"samples\": 9223372036854775807"), ("\"sentiment\"", "\"valence\""),
  ])
func refusesOtherManifest(piece: String, other: String) throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.path)
  let path = folder.file("manifest.json")
  let text = try String(contentsOfFile: path, encoding: .utf8)
  #expect(text.contains(piece))
  try AtomicFile.write(text.replacing(piece, with: other), to: path)
  let error = #expect(throws: DataError.self) { try run(configuration([folder.path])) }
  #expect(error?.code == .badData)
}

@Test("a missing label is refused, naming the sample")
func refusesMissingLabel() throws {
  let folder = try TemporaryFolder()
  var data = planted(24, widths: [6, 5, 4], seed: 1)
  try TrainingFolder.write([.valid: data, .test: data], widths: [6, 5, 4], to: folder.path)
  data.labels[3] = .nan
  try TrainingFolder.write([.train: data, .valid: data, .test: data], widths: [6, 5, 4], to: folder.path)
  let error = #expect(throws: DataError.self) { try run(configuration([folder.path])) }
  #expect(error?.place == "train3")
}

@Test("early stopping ends a run that no longer improves")
func earlyStop() throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.path)
  var configuration = configuration([folder.path])
  configuration.epochs = 200
  configuration.earlyStop = 3
  let outcome = try run(configuration)
  let figures = outcome.history.map(\.validScore)
  #expect(figures.firstIndex(of: figures.max() ?? 0) == outcome.history.count - 4)
}

@Test("a training step allocates nothing", arguments: ModelKind.allCases)
func allocatesNothing(_ kind: ModelKind) throws {
  let folder = try TemporaryFolder()
  try kind.takesSequences ? writeSequences(folder.path) : writeFolder(folder.path)
  let corpus = try MappedFolder(folder.path, splits: [.train], progress: SilentProgress())
  let set = try SampleSet(
    [corpus], split: .train, widths: [6, 5, 4], target: LabelTarget(task: .regression, label: nil, folder: corpus),
    needsLabels: true, maxRows: kind.takesSequences ? 7 : nil)
  // One thread does the work of two, so that one count sees everything.
  let team = try LaneTeam(threads: 1)
  let shape = ModelShape(widths: [6, 5, 4], hidden: 16, embed: 8, outputs: 1, dropout: 0.3, maxRows: 7)
  let network = try Network.make(kind, shape, capacity: 8, seed: 1, team: team)
  let optimizer = Optimizer(.adamw, weightDecay: 0.05, clipNorm: 0.5, network: network, team: team)
  let runner = StepRunner(
    network: network, optimizer: optimizer, gatherer: BatchGatherer(network: network, modalities: Modality.allCases),
    loss: WeightedLoss.sentiment, set: set)
  var order = BatchOrder(count: 64, batch: 8, shuffles: true, seed: 1)
  order.begin(epoch: 0)
  let predictions = UnsafeMutableBufferPointer<Float>.allocate(capacity: 8)
  defer { predictions.deallocate() }
  for batch in 0..<2 { _ = runner.step(order.samples(of: batch), learningRate: 1e-3, predictions: predictions) }
  let before = allocation_count()
  for batch in 2..<8 { _ = runner.step(order.samples(of: batch), learningRate: 1e-3, predictions: predictions) }
  #expect(allocation_count() == before)
}

@Test("mult learns from sequences of any length, and from folders with one row per sample", arguments: [true, false])
func learnsSequences(_ hasSequences: Bool) throws {
  let folder = try TemporaryFolder()
  try hasSequences ? writeSequences(folder.path, train: 400) : writeFolder(folder.path, train: 400)
  var configuration = configuration([folder.path])
  configuration.model = .crossmodalTransformer
  (configuration.epochs, configuration.dropout, configuration.batch) = (8, 0, 32)
  let outcome = try run(configuration)
  // If a modality has no row, its part of the signal cannot be known.
  #expect(outcome.history.map(\.validScore).max() ?? 0 > (hasSequences ? 0.6 : 0.9))
  let again = try Training.predict(
    TrainedModel(outcome), shards: configuration.shards, threads: 1, splits: [.valid, .test], progress: SilentProgress()
  )
  #expect(again.predictions == outcome.predictions)
}

@Test("mult reads a sample's last rows, and none of modalities that are left out")
func readsLastRows() throws {
  let folder = try TemporaryFolder()
  let long = plantedSequences(24, widths: [6, 5, 4], seed: 1)
  var short = long
  for (modality, width) in [6, 5, 4].enumerated() {
    let counts = long.rowCounts?[modality] ?? []
    var (rows, mask, start): ([Float], [UInt8], Int) = ([], [], 0)
    for count in counts {
      let range = start + max(0, count - 3)..<start + count
      rows += long.features[modality][range.lowerBound * width..<range.upperBound * width]
      mask += long.masks?[modality][range] ?? []
      start += count
    }
    short.features[modality] = rows
    short.masks?[modality] = mask
    short.rowCounts?[modality] = counts.map { min(3, $0) }
  }
  var other = short
  other.features[2] = short.features[2].map { 5 - $0 }
  var found: [[NamedTensor]] = []
  for (name, data) in [("long", long), ("short", short), ("other", other)] {
    try TrainingFolder.write(
      [.train: data, .valid: data, .test: data], widths: [6, 5, 4], to: folder.file(name))
    var configuration = configuration([folder.file(name)])
    (configuration.model, configuration.maxRows) = (.crossmodalTransformer, 3)
    (configuration.epochs, configuration.modalities) = (1, [.visual, .audio])
    found.append(try run(configuration).parameters)
  }
  #expect(found[0] == found[1])
  #expect(found[1] == found[2])
}

@Test("class numbers are learned, and each prediction has a probability per class")
func classifies() throws {
  let folder = try TemporaryFolder()
  func classes(_ count: Int, seed: UInt64) -> TrainingFolder.Data {
    var data = planted(count, widths: [6, 5, 4], seed: seed)
    data.labels = data.labels.map { $0 < -0.7 ? 0 : $0 < 0.7 ? 1 : 2 }
    return data
  }
  try TrainingFolder.write(
    [.train: classes(400, seed: 1), .valid: classes(60, seed: 2), .test: classes(60, seed: 3)], widths: [6, 5, 4],
    to: folder.path)
  var configuration = configuration([folder.path])
  (configuration.task, configuration.label) = (.classification, "sentiment")
  (configuration.epochs, configuration.dropout, configuration.batch) = (20, 0, 32)
  let outcome = try run(configuration)
  #expect(outcome.labelNames == ["sentiment 0", "sentiment 1", "sentiment 2"])
  #expect(outcome.history[outcome.bestEpoch - 1].validScore > 0.5)
  for prediction in outcome.predictions {
    #expect(prediction.scores.count == 3)
    #expect(prediction.scores[Int(prediction.prediction)] == prediction.scores.max())
    let sum = prediction.scores.reduce(0, +)
    #expect(abs(sum - 1) < 1e-5)
  }
  let again = try Training.predict(
    TrainedModel(outcome), shards: configuration.shards, threads: 1, splits: [.valid, .test], progress: SilentProgress()
  )
  #expect(again.predictions == outcome.predictions)
}

/// Two emotions that follow from the planted number, and one that is never present.
private func emotions(_ count: Int, seed: UInt64) -> TrainingFolder.Data {
  var data = planted(count, widths: [6, 5, 4], seed: seed)
  data.emotions = [
    ("happy", data.labels.map { max(0, $0) }), ("sad", data.labels.map { max(0, -0.5 - $0) }),
    ("fear", data.labels.map { _ in 0 }),
  ]
  return data
}

@Test("several emotions per sample are learned with binary cross-entropy", arguments: [1, 2])
func learnsEmotions(threads: Int) throws {
  let folder = try TemporaryFolder()
  try TrainingFolder.write(
    [.train: emotions(400, seed: 1), .valid: emotions(60, seed: 2), .test: emotions(60, seed: 3)], widths: [6, 5, 4],
    to: folder.path)
  var configuration = configuration([folder.path])
  configuration.task = .multilabel
  (configuration.epochs, configuration.dropout, configuration.batch, configuration.threads) = (20, 0, 32, threads)
  let outcome = try run(configuration)
  #expect(outcome.labelNames == ["happy", "sad", "fear"])
  #expect(outcome.trainLabels.count == 1200)
  #expect(outcome.history[outcome.bestEpoch - 1].validScore > 0.8)
  let test = outcome.predictions.filter { $0.split == .test }
  // The loss over the split, computed from the probabilities.
  var (loss, terms) = (0.0, 0.0)
  for item in test {
    for (score, label) in zip(item.scores, item.labels) {
      loss -= log(Double(label == 1 ? score : 1 - score))
      terms += 1
    }
  }
  #expect(abs(loss / terms / outcome.testLoss - 1) < 1e-4)
  let results = RunResults(outcome)
  guard case .emotions(let scores) = results.test, case .emotions(let baseline) = results.baseline else {
    Issue.record("scores of another task")
    return
  }
  #expect(scores.sampleCount == 60)
  #expect(scores.weightedF1 > baseline.weightedF1)
  #expect(baseline.emotions[2].accuracy == 1)
  let happy = test.filter { $0.labels[0] == 1 }.count
  #expect(scores.emotions[0].classes[1].support == happy)
  let again = try Training.predict(
    TrainedModel(outcome), shards: configuration.shards, threads: 1, splits: [.valid, .test], progress: SilentProgress()
  )
  #expect(again.predictions == outcome.predictions)
}

@Test("folders with different emotions are refused together, naming both sets")
func refusesOtherEmotions() throws {
  let folder = try TemporaryFolder()
  var other = emotions(24, seed: 1)
  other.emotions[1].name = "anger"
  for (name, data) in [("a", emotions(24, seed: 1)), ("b", other)] {
    try TrainingFolder.write(
      [.train: data, .valid: data, .test: data], widths: [6, 5, 4], to: folder.file(name), prefix: name)
  }
  var configuration = configuration([folder.file("a"), folder.file("b")])
  configuration.task = .multilabel
  let error = #expect(throws: DataError.self) { try run(configuration) }
  #expect(error?.file == folder.file("b"))
  #expect(error?.description.contains("happy, anger, fear") == true)
}

@Test("a column of fractions is refused as classes")
func refusesFractions() throws {
  let folder = try TemporaryFolder()
  try writeFolder(folder.path)
  var configuration = configuration([folder.path])
  (configuration.task, configuration.label) = (.classification, "sentiment")
  let error = #expect(throws: DataError.self) { try run(configuration) }
  #expect(error?.place == "sentiment")
}

@Test("the strongest emotion is the class, or none if all are 0")
func strongestEmotion() throws {
  let folder = try TemporaryFolder()
  let data = emotions(24, seed: 1)
  try TrainingFolder.write([.train: data, .valid: data, .test: data], widths: [6, 5, 4], to: folder.path)
  let corpus = try MappedFolder(folder.path, splits: [.train], progress: SilentProgress())
  let target = try LabelTarget(task: .classification, label: nil, folder: corpus)
  #expect(try target.outputNames(labels: [], in: corpus) == ["none", "happy", "sad", "fear"])
  func label(_ values: [Float]) -> Float {
    var labels: [Float] = []
    LabelRule(target, in: corpus).append(values, to: &labels)
    return labels[0]
  }
  #expect(label([3, 0, 0, 0]) == 0)
  #expect(label([3, 0.3, 1, 1]) == 2)
  #expect(label([3, 0.3, .nan, 1]).isNaN)
}

@Test("without a valid split the last epoch is kept at a constant rate, and whatever would choose is refused")
func withoutValid() throws {
  let folder = try TemporaryFolder()
  let path = folder.file("prepared")
  let widths = [6, 5, 4]
  try TrainingFolder.write(
    [.train: planted(65, widths: widths, seed: 1), .test: planted(30, widths: widths, seed: 3)], widths: widths,
    to: path)
  let outcome = try run(configuration([path], output: folder.file("run")))
  #expect(outcome.bestEpoch == 4 && outcome.history.count == 4)
  #expect(outcome.history.allSatisfy { $0.validLoss.isNaN && $0.validScore.isNaN && $0.learningRate == 1e-3 })
  #expect(outcome.configuration.fingerprinted["select"] == "last")
  #expect(outcome.configuration.fingerprinted["schedule"] == "constant")
  #expect(outcome.predictions.allSatisfy { $0.split == .test } && outcome.predictions.count == 30)
  let results = RunResults(outcome)
  #expect(results.json["validation"] == .null && results.json["best_validation_correlation"] == .null)
  #expect(results.text.contains("the last is kept: there is no valid split"))
  #expect(ReadThisFirst(results).lines.first?.hasPrefix("There is no valid split") == true)
  #expect(ReadThisFirst(results).lines.allSatisfy { !$0.contains("best epoch is the last") })
  // Resumed with more epochs, the run keeps the new last one.
  var more = configuration([path], output: folder.file("run"))
  (more.epochs, more.resumes) = (6, true)
  #expect(try run(more).bestEpoch == 6)
  let choices: [(String, (inout TrainingConfiguration) -> Void)] = [
    ("--select", { $0.selection = EpochSelection(.mae) }), ("--early-stop", { $0.earlyStop = 3 }),
    ("--schedule plateau", { $0.schedule = .plateau }),
  ]
  for (option, choose) in choices {
    var chosen = configuration([path])
    choose(&chosen)
    let error = #expect(throws: DataError.self) { try run(chosen) }
    #expect(error?.code == .usage && error?.description.contains("\(option) is given, but there is no valid") == true)
  }
  var cosine = configuration([path])
  cosine.schedule = .cosine
  #expect(try run(cosine).configuration.schedule == .cosine)
}
