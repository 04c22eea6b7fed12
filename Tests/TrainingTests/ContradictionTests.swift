import Runs
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Training

@Suite("Training and prediction on contradictory folders")
struct TrainingContradictionTests {
  private static func configuration(_ prepared: String, _ model: ModelKind, output: String? = nil)
    -> TrainingConfiguration
  {
    var configuration = TrainingConfiguration(shards: [prepared], output: output)
    (configuration.model, configuration.hidden, configuration.embed) = (model, 8, 4)
    (configuration.epochs, configuration.batch, configuration.maxRows) = (1, 4, 6)
    return configuration
  }

  @Test(
    "each contradiction ends in one line and 65 before anything is sized by it",
    arguments: [ModelKind.seed, .crossmodalTransformer])
  func each(model: ModelKind) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    var job = TrainingJob(Self.configuration(prepared, model, output: folder.file("run")))
    job.overwrites = true
    _ = try job.run(progress: SilentProgress())
    let trained = try TrainedModel.read(folder.file("run"))
    try Contradiction.forEach(in: prepared) { contradiction in
      let training = #expect(throws: DataError.self, "\(contradiction)") {
        try Training.run(Self.configuration(prepared, model), progress: SilentProgress())
      }
      let prediction = #expect(throws: DataError.self, "\(contradiction)") {
        try Training.predict(
          trained, shards: [prepared], threads: 1, splits: Split.allCases, progress: SilentProgress())
      }
      for error in [training, prediction] {
        #expect(error?.code == .badData && error?.description.contains("\n") == false, "\(contradiction)")
      }
    }
  }

  @Test(
    "untrusted weights with more columns than a shard can have are refused before memory is allocated",
    arguments: [0, 1 << 17, 1 << 40, 1 << 62, Int.max])
  func wideWeights(columns: Int) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    var job = TrainingJob(Self.configuration(prepared, .seed, output: folder.file("run")))
    job.overwrites = true
    _ = try job.run(progress: SilentProgress())
    let path = folder.file("run/" + RunFile.model.name)
    var tensors = try RawTensors(path)
    let count = try TrainedModel.read(path).parameterCount
    var removed = 0
    tensors.change("visual_encoder.0.weight") {
      removed = $0.bytes.count / 4
      ($0.shape, $0.bytes) = ([0, columns], [])
    }
    tensors.metadata["msa"] = tensors.metadata["msa"]?
      .replacing("\"parameters\":\(count)", with: "\"parameters\":\(count - removed)")
    try tensors.write(to: path)
    let error = #expect(throws: DataError.self) {
      try PredictionJob(model: path, shards: [prepared]).run(progress: SilentProgress())
    }
    #expect(error?.code == .badData && error?.description.contains("\n") == false)
    #expect(error?.file == path)
  }
}
