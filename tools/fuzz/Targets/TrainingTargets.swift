import Samples
import Shards
import Storage
import TestSupport
import Training
import Workers

extension FuzzTarget {
  /// What training and prediction read: weights, models and checkpoints from strangers, and folders whose digests are
  /// right and whose contents contradict the manifest.
  static let training = [
    .ofFile("model", "model.safetensors", madeSeeds: { try [model()] }) { path in _ = try TrainedModel.read(path) },
    .ofFile("predict", "predict.safetensors", madeSeeds: { try [model()] }, otherRefusals: [.usage]) { path in
      try predict(try TrainedModel.read(path), from: try MadeSeeds.configuration("model").shards[0])
    },
    .ofFile("weights", "weights.safetensors", madeSeeds: { try [model()] }) { path in
      var configuration = try MadeSeeds.configuration("weights")
      (configuration.output, configuration.initialWeights) = (nil, path)
      try train(configuration)
    },
    .ofFile("checkpoint", "seeds-checkpoint/last.safetensors", madeSeeds: checkpoint) { _ in
      var configuration = try MadeSeeds.configuration("checkpoint")
      configuration.resumes = true
      try train(configuration)
    },
    ofTrained("train-shard", .crossmodal), ofTrained("train-shard-mult", .crossmodalTransformer),
    // A manifest may name a shard that is not there.
    ofPrepared("train-manifest", Manifest.name, otherRefusals: [.inputMissing]) { folder in
      var configuration = try MadeSeeds.configuration("train-manifest")
      (configuration.shards, configuration.output) = ([folder], nil)
      try train(configuration)
    },
  ]

  private static func model() throws -> [UInt8] { try MadeSeeds.bytes(MadeSeeds.run("model") + "/best.safetensors") }

  private static let checkpoint = { @Sendable () throws -> [[UInt8]] in
    try [MadeSeeds.bytes(MadeSeeds.run("checkpoint") + "/last.safetensors")]
  }

  private static func train(_ configuration: TrainingConfiguration) throws {
    let outcome = try Training.run(configuration, progress: SilentProgress())
    precondition(outcome.predictions.allSatisfy { $0.prediction.isFinite }, "a prediction that is not finite")
  }

  private static func predict(_ model: TrainedModel, from folder: String) throws {
    let answers = try Training.predict(
      model, shards: [folder], threads: 1, splits: Split.allCases, progress: SilentProgress())
    precondition(answers.predictions.allSatisfy { $0.prediction.isFinite }, "a prediction that is not finite")
  }

  /// Training on a folder one of whose shards is replaced, with a manifest that vouches for it.
  private static func ofTrained(_ name: String, _ model: ModelKind) -> FuzzTarget {
    let folder = scratch + "/" + name
    return ofPrepared(name, "shards/train-00000.safetensors") { _ in
      try vouch(in: folder)
      var configuration = try MadeSeeds.configuration(name, model: model)
      (configuration.shards, configuration.output) = ([folder], nil)
      try train(configuration)
    }
  }

  /// Writes the digest of the first shard into the manifest, as whoever replaced it would.
  private static func vouch(in folder: String) throws {
    var manifest = try Manifest.read(folder)
    guard let record = manifest.splits[.train]?.shards.first else { preconditionFailure("a manifest without shards") }
    let digest = try SHA256.hexDigest(ofFile: folder + "/" + record.file)
    manifest.splits[.train]?.shards[0].sha256 = digest.digest
    manifest.splits[.train]?.shards[0].bytes = digest.byteCount
    try manifest.write(to: folder)
  }
}
