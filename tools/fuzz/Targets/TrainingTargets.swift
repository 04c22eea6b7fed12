import Training
import Workers

extension FuzzTarget {
  /// Untrusted models and weights.
  static let training: [FuzzTarget] = [
    .ofFile("model", "model.safetensors", madeSeeds: { try [model()] }) { path in _ = try TrainedModel.read(path) },
    .ofFile("weights", "weights.safetensors", madeSeeds: { try [model()] }) { path in
      var configuration = try MadeSeeds.configuration("weights")
      (configuration.output, configuration.initialWeights) = (nil, path)
      let outcome = try Training.run(configuration, progress: SilentProgress())
      precondition(outcome.predictions.allSatisfy { $0.prediction.isFinite }, "a prediction that is not finite")
    },
  ]

  private static func model() throws -> [UInt8] { try MadeSeeds.bytes(MadeSeeds.run("model") + "/best.safetensors") }
}
