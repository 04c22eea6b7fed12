import ArrayFiles
import Foundation
import Samples
import Storage
import TestSupport
import Testing
import Workers

@testable import Training

@Suite("Run folders")
struct RunFolderTests {
  @Test("a run leaves every file of the contract, and equal runs the same bytes")
  func files() throws {
    let folder = try TemporaryFolder()
    let results = RunResults(try ExampleOutcome.make())
    for name in ["a", "b"] {
      try Folder.make(folder.file(name))
      try RunFolder.write(results, command: "msa-train --shards prepared", to: folder.file(name))
    }
    let names = try Folder.names(in: folder.file("a"))
    #expect(
      names == [
        "best.safetensors", "metrics_history.json", "model.onnx", "predictions.csv", "report.html", "results.json",
        "training_metrics.png", "training_metrics.svg",
      ])
    for name in names {
      #expect(
        try SHA256.hexDigest(ofFile: folder.file("a/" + name)).digest
          == SHA256.hexDigest(ofFile: folder.file("b/" + name)).digest, "\(name)")
    }
  }

  @Test("the model file says how it was made, and reads back", arguments: TrainingTask.allCases)
  func model(task: TrainingTask) throws {
    let folder = try TemporaryFolder()
    let outcome = try ExampleOutcome.make(.seed, preset: .seed256, task: task, corpora: 2)
    try TrainedModel(outcome).write(to: folder.path)
    let model = try TrainedModel.read(folder.path)
    #expect(model.configuration.fingerprinted == outcome.configuration.fingerprinted)
    #expect(model.graph == outcome.graph)
    #expect(model.corpora.map(\.scalersSHA256) == outcome.corpora.map(\.scalersSHA256))
    #expect(Set(model.parameters) == Set(outcome.parameters))
    #expect(model.parameterCount == outcome.parameterCount)
  }

  @Test("the model file has PyTorch's names, and nothing of threads or paths")
  func names() throws {
    let folder = try TemporaryFolder()
    var outcome = try ExampleOutcome.make(.seed)
    try TrainedModel(outcome).write(to: folder.path)
    let first = try SHA256.hexDigest(ofFile: folder.file("best.safetensors")).digest
    outcome.configuration.threads = 7
    outcome.configuration.output = "elsewhere"
    try TrainedModel(outcome).write(to: folder.path)
    #expect(try SHA256.hexDigest(ofFile: folder.file("best.safetensors")).digest == first)
    let header = try SafetensorsFile(path: folder.file("best.safetensors")).header
    for name in ["visual_encoder.9.num_batches_tracked", "cross_attention.in_proj_weight", "fusion_layers.8.bias"] {
      #expect(header[name] != nil, "\(name)")
    }
    #expect(header.metadata["format"] == "pt")
  }

  @Test("what is no model is refused by name")
  func refusals() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DataError.self) { try TrainedModel.read(folder.path) }
    let outcome = try ExampleOutcome.make()
    try StateDict.write(outcome.parameters, to: folder.file("plain.safetensors"))
    let plain = #expect(throws: DataError.self) { try TrainedModel.read(folder.file("plain.safetensors")) }
    #expect(plain?.code == .badData)
    try StateDict.write(
      outcome.parameters, metadata: ["msa": "{\"format\":\"msa-model/9\"}"], to: folder.file("other.safetensors"))
    let other = #expect(throws: DataError.self) { try TrainedModel.read(folder.file("other.safetensors")) }
    #expect(other?.description.contains("expected \"msa-model/1\"") == true)
  }

  @Test("a folder that holds a run is neither resumed nor replaced unasked")
  func present() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("last.safetensors", [1])
    let job = TrainingJob(TrainingConfiguration(shards: ["prepared"], output: folder.path))
    let error = #expect(throws: DataError.self) { try job.run(progress: SilentProgress()) }
    #expect(error?.code == .cannotCreate)
    #expect(error?.advice?.contains("--resume") == true)
    #expect(Folder.exists(folder.file("last.safetensors")))
  }

  @Test("folders that were scaled otherwise are refused for prediction")
  func otherScalers() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("prepared"))
    try TrainedModel(ExampleOutcome.make(widths: ExampleFolder.widths)).write(to: folder.path)
    let job = PredictionJob(model: folder.path, shards: [folder.file("prepared")])
    let error = #expect(throws: DataError.self) { try job.run(progress: SilentProgress()) }
    #expect(error?.code == .badData)
    #expect(error?.file?.hasSuffix("scalers.safetensors") == true)
    #expect(error?.advice?.contains("--allow-other-scalers") == true)
  }
}
