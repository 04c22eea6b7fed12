import ArrayFiles
import Digests
import Files
import Foundation
import Metrics
import Samples
import Synchronization
import Testing
import TestSupport
import Text
import Workers

@testable import Training

/// Continuing a run: longer, with other weights, and from files that no run wrote.
@Suite("Checkpoints")
struct CheckpointTests {
  private static func data(_ count: Int, salt: Int) -> TrainingFolder.Data {
    let features = [6, 5, 4].map { width in
      (0..<count * width).map { Float(($0 * 37 + 11 * width + 5 * salt) % 23) / 11 - 1 }
    }
    return TrainingFolder.Data(
      features: features, labels: (0..<count).map { features[0][$0 * 6] + 0.5 * features[2][$0 * 4] })
  }

  private static func configuration(_ folder: borrowing TemporaryFolder, epochs: Int = 3) throws
    -> TrainingConfiguration
  {
    let shards = folder.file("shards")
    if !Folder.exists(shards) {
      try TrainingFolder.write(
        [.train: data(33, salt: 1), .valid: data(12, salt: 2), .test: data(12, salt: 3)], widths: [6, 5, 4], to: shards)
    }
    var configuration = TrainingConfiguration(shards: [shards], output: folder.file("run"))
    (configuration.hidden, configuration.embed) = (8, 4)
    (configuration.epochs, configuration.batch, configuration.dropout) = (epochs, 8, 0.3)
    return configuration
  }

  @discardableResult
  private func run(_ configuration: TrainingConfiguration, _ progress: any ProgressSink = SilentProgress()) throws
    -> TrainingOutcome
  { try Training.run(configuration, progress: progress) }

  /// Figures in the history that equal runs share.
  private func curves(_ outcome: TrainingOutcome) -> [[Double]] {
    [outcome.history.map(\.validLoss), outcome.history.map(\.trainLoss), outcome.history.map(\.learningRate)]
  }

  @Test(
    "a finished run can be extended: its epochs stay, and the rest equals a longer run",
    arguments: [ScheduleKind.plateau, .constant])
  func longer(schedule: ScheduleKind) throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder)
    configuration.schedule = schedule
    try run(configuration)
    (configuration.epochs, configuration.resumes) = (6, true)
    let longer = try run(configuration)
    configuration.resumes = false
    configuration.output = folder.file("whole")
    let whole = try run(configuration)
    #expect(curves(longer) == curves(whole))
    #expect(longer.parameters == whole.parameters)
    #expect(longer.configuration.fingerprinted == whole.configuration.fingerprinted)
  }

  @Test("if the rate depends on the number of epochs, earlier rates stay and the shorter plan is recorded")
  func longerCosine() throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder)
    configuration.schedule = .cosine
    let short = try run(configuration)
    (configuration.epochs, configuration.resumes) = (5, true)
    let longer = try run(configuration)
    #expect(longer.history.prefix(3).map(\.learningRate) == short.history.map(\.learningRate))
    #expect(longer.history.count == 5)
    #expect(longer.configuration.fingerprinted["planned-before"] == [3])
    // A repetition has nothing to do, and a third plan remembers both.
    #expect(try run(configuration).configuration.fingerprinted == longer.configuration.fingerprinted)
    configuration.epochs = 6
    #expect(try run(configuration).configuration.fingerprinted["planned-before"] == [3, 5])
  }

  @Test(
    "earlier plans increase in length and are shorter than the current one",
    arguments: [
      ("[]", []), ("[3, 5]", [3, 5]), ("[8]", [8]), ("[7, 7]", nil), ("[5, 3]", nil), ("[0]", nil), ("[9]", nil),
      ("[3, 4.5]", nil), ("[3, null]", nil), ("3", nil),
    ] as [(String, [Int]?)])
  func shorterPlans(list: String, plans: [Int]?) throws {
    #expect(try TrainingConfiguration.shorterPlans(JSONValue(parsing: list), than: 9) == plans)
  }

  @Test("features that are not finite are blamed themselves, even in the first epoch")
  func astray() throws {
    let folder = try TemporaryFolder()
    var train = Self.data(33, salt: 1)
    train.features[0] = train.features[0].map { _ in .nan }
    try TrainingFolder.write(
      [.train: train, .valid: Self.data(12, salt: 2), .test: Self.data(12, salt: 3)], widths: [6, 5, 4],
      to: folder.file("shards"))
    let configuration = try Self.configuration(folder)
    let error = #expect(throws: DataError.self) { try run(configuration) }
    #expect(error?.place?.hasPrefix("epoch 1, batch 1 ") == true)
    #expect(error?.advice == "Look at these samples with msa-prep inspect, and prepare the folder again.")
  }

  @Test("a run cannot be shortened")
  func shorter() throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder)
    try run(configuration)
    (configuration.epochs, configuration.resumes) = (2, true)
    let error = #expect(throws: DataError.self) { try run(configuration) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains("--epochs was 3 and is now 2") == true)
  }

  @Test("the weights of every epoch that may still be chosen survive a stop", arguments: 1...5)
  func keepsCandidates(stop: Int) throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder, epochs: 6)
    configuration.output = nil
    // So wide that no epoch is ruled out by its r: a loss decides, which a later epoch may or may not beat.
    configuration.selection = EpochSelection(.r, tolerance: 2)
    let whole = try run(configuration)
    let losses = whole.history.map(\.validLoss)
    #expect(whole.bestEpoch == (losses.firstIndex(of: losses.min() ?? 0) ?? 0) + 1)
    configuration.output = folder.file("run")
    configuration.epochs = stop
    try run(configuration)
    (configuration.epochs, configuration.resumes) = (6, true)
    let resumed = try run(configuration)
    #expect(resumed.bestEpoch == whole.bestEpoch)
    #expect(resumed.parameters == whole.parameters)
  }

  @Test("other initial weights are another configuration, and a run records its own")
  func initialWeights() throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder)
    for seed in [1, 2] as [UInt64] {
      configuration.seed = seed
      configuration.saveInitialWeights = folder.file("\(seed)")
      configuration.output = folder.file("made-\(seed)")
      try run(configuration)
    }
    (configuration.saveInitialWeights, configuration.output) = (nil, folder.file("run"))
    configuration.initialWeights = folder.file("1")
    let digest = try SHA256.hexDigest(ofFile: folder.file("1")).digest
    #expect(try run(configuration).configuration.fingerprinted["init"] == .string(digest))
    configuration.resumes = true
    #expect(try run(configuration).history.count == 3)
    for other in [folder.file("2"), nil] {
      configuration.initialWeights = other
      let error = #expect(throws: DataError.self) { try run(configuration) }
      #expect(error?.description.contains("--init was \"\(digest)\" and is now") == true)
    }
  }

  /// Rewrites the tensors of a checkpoint with some of them changed.
  private func rewrite(
    _ path: String, metadata change: (inout [String: String]) -> Void = { _ in },
    tensors edit: (_ name: String, _ bytes: inout [UInt8]) -> Void = { _, _ in }
  ) throws {
    let file = try SafetensorsFile(path: path)
    var metadata = file.header.metadata
    change(&metadata)
    let layout = file.header.tensors.map { (name: $0.name, type: $0.type, shape: $0.shape) }
    let tensors = try file.header.tensors.map { entry in
      var bytes = Array(try file.tensor(entry.name, entry.type, shape: entry.shape, as: UInt8.self))
      edit(entry.name, &bytes)
      return (entry.name, bytes)
    }
    // With the right digest, as an attacker would write it.
    try SealedSafetensors.write(layout, metadata: metadata, to: path) { append in
      for (name, bytes) in tensors { try bytes.withUnsafeBytes { try append(name, $0) } }
    }
  }

  private static func bytes<Value>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

  @Test(
    "a checkpoint with impossible numbers is refused in one line",
    arguments: [
      ("state.counts", bytes(Int64(-5))), ("state.counts", bytes(Int64.max)), ("state.counts", bytes(Int64(1 << 62))),
      ("state.numbers", bytes(Double.nan)), ("state.numbers", bytes(-1.0)), ("state.numbers", bytes(1e308)),
      ("state.history", bytes(Double.nan)), ("state.history", bytes(1e19)), ("state.history", bytes(-3.0)),
      ("exp_avg.fusion_layers.8.bias", bytes(Float.nan)), ("exp_avg_sq.fusion_layers.8.bias", bytes(Float(-1))),
      ("fusion_layers.8.bias", bytes(Float.infinity)), ("visual_encoder.1.running_mean", bytes(Float(1e38))),
      ("visual_encoder.1.running_var", bytes(Float(3e38))), ("best.", bytes(Float.nan)),
      ("visual_encoder.1.num_batches_tracked", bytes(Int64.max)),
      ("visual_encoder.1.num_batches_tracked", bytes(Int64(-1))),
    ])
  func strangeNumbers(name: String, value: [UInt8]) throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder, epochs: 2)
    try run(configuration)
    let path = folder.file("run/last.safetensors")
    let whole = try InputFile.contents(of: path, limit: 1 << 24)
    (configuration.epochs, configuration.resumes) = (4, true)
    let places = ["state.counts": 3, "state.numbers": 2][name] ?? 1
    for place in 0..<places {
      var file = try AtomicFile(path: path)
      try file.write(whole)
      try file.commit()
      try rewrite(
        path,
        tensors: { found, bytes in
          let isMeant = name == "best." ? found.hasPrefix(name) && found.hasSuffix("8.bias") : found == name
          if isMeant { bytes.replaceSubrange(place * value.count..<(place + 1) * value.count, with: value) }
        })
      let error = #expect(throws: DataError.self, "\(place)") { try run(configuration) }
      #expect(error?.code == .badData, "\(place)")
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test(
    "a history with figures out of range is refused", arguments: [1, 3, 6, 7, 9, 10], [1e19, -1e19, .infinity])
  func strangeHistory(column: Int, value: Double) throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder, epochs: 2)
    try run(configuration)
    try rewrite(
      folder.file("run/last.safetensors"),
      tensors: { name, bytes in
        if name == "state.history" {
          bytes.replaceSubrange(8 * column..<8 * column + 8, with: Self.bytes(column == 1 ? .infinity : value))
        }
      })
    configuration.resumes = true
    #expect(throws: DataError.self) { try run(configuration) }
  }

  @Test("weights with predictions that are not finite end the run before anything is scored")
  func hugeWeights() throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder, epochs: 2)
    try run(configuration)
    let huge = Self.bytes(Float(1e18))
    try rewrite(
      folder.file("run/last.safetensors"),
      tensors: { name, bytes in
        guard name.hasPrefix("best."), name.hasSuffix(".weight") else { return }
        bytes = (0..<bytes.count / huge.count).flatMap { _ in huge }
      })
    configuration.resumes = true
    let error = #expect(throws: DataError.self) { _ = try run(configuration) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains("the model predicts") == true)
  }

  @Test("a flipped bit anywhere in a checkpoint is noticed, and the run does not restart over it")
  func flippedBits() throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder, epochs: 1)
    try run(configuration)
    let path = folder.file("run/last.safetensors")
    let whole = try InputFile.contents(of: path, limit: 1 << 24)
    (configuration.epochs, configuration.resumes) = (2, true)
    let header = try SafetensorsFile(path: path).header.dataStart
    // In the header a bit decides what is read; of the weights, a sample is enough.
    let places =
      Array(stride(from: 0, to: header, by: 17)) + stride(from: header, to: whole.count, by: whole.count / 40)
    for (number, place) in places.enumerated() {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(number % 8)
      try Data(bytes).write(to: URL(filePath: path))
      let error = #expect(throws: DataError.self, "\(place)") { try run(configuration) }
      #expect(error?.code == .badData && error?.description.contains("\n") == false, "\(place)")
      #expect(try InputFile.contents(of: path, limit: 1 << 24) == bytes, "\(place)")
    }
    try Data(whole).write(to: URL(filePath: path))
    #expect(try run(configuration).history.count == 2)
  }

  @Test("a checkpoint of other shapes is refused before its tensors are read")
  func otherShapes() throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder)
    try run(configuration)
    configuration.resumes = true
    let path = folder.file("run/last.safetensors")
    let identity = try SafetensorsFile(path: path).header.metadata
    try SealedSafetensors.write(
      [("state.counts", .int64, [0]), ("state.numbers", .float64, [0]), ("state.history", .float64, [0, 11])],
      metadata: identity, to: path
    ) { _ in }
    #expect(throws: DataError.self) { try run(configuration) }
  }

  @Test(
    "work left by another version of the program or its arithmetic is restarted, with a message",
    arguments: ["0.0.9", "0.1.0", "0.1.0 (arithmetic 0)"])
  func otherVersion(version: String) throws {
    let folder = try TemporaryFolder()
    var configuration = try Self.configuration(folder)
    let first = try run(configuration)
    let path = folder.file("run/last.safetensors")
    try rewrite(path, metadata: { $0["version"] = version })
    configuration.resumes = true
    let progress = Recorder()
    #expect(try curves(run(configuration, progress)) == curves(first))
    #expect(progress.warnings.count == 1)
    #expect(progress.warnings.first?.contains("msa-train \(version)") == true)
    #expect(progress.epochCount == 3)
  }

  @Test("with --ablate and --seeds a resumed job repeats nothing that is finished")
  func repeatsNothing() throws {
    let folder = try TemporaryFolder()
    var job = TrainingJob(try Self.configuration(folder, epochs: 2))
    (job.seedCount, job.ablates) = (2, true)
    let progress = Recorder()
    let first = try job.run(progress: progress)
    #expect(progress.epochCount == 2 * 4 * 2)
    job.configuration.resumes = true
    let again = Recorder()
    let second = try job.run(progress: again)
    #expect(again.epochCount == 0)
    #expect(second.text == first.text)
    // One ablation and the second seed are cut off, and only these are trained again.
    try Folder.remove(folder.file("run/seed-42/ablation/audio/last.safetensors"))
    try Folder.remove(folder.file("run/seed-43"))
    let rest = Recorder()
    #expect(try job.run(progress: rest).text == first.text)
    #expect(rest.epochCount == 2 + 4 * 2)
    job.seedCount = 3
    let more = Recorder()
    _ = try job.run(progress: more)
    #expect(more.epochCount == 4 * 2)
  }
}

/// Counts the epochs that are trained, not those restored from a checkpoint, and keeps warnings.
private final class Recorder: ProgressSink {
  private let state = Mutex((isTraining: false, steps: [Int](), warnings: [String]()))

  var warnings: [String] { state.withLock { $0.warnings } }
  /// A resumed run's first step is the number of epochs done.
  var epochCount: Int { state.withLock { $0.steps.reduce(0, +) } }

  func begin(_ stage: String, total: Int, unit: String) {
    state.withLock {
      $0.isTraining = false; if stage == "train" { $0.isTraining = true; $0.steps.append(-1) }
    }
  }

  func advance(by steps: Int) {
    state.withLock { state in
      guard state.isTraining, let last = state.steps.indices.last else { return }
      state.steps[last] = state.steps[last] < 0 ? 0 : state.steps[last] + steps
    }
  }

  func end() { state.withLock { $0.isTraining = false } }
  func warn(_ message: String) { state.withLock { $0.warnings.append(message) } }
}
