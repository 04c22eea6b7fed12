import ArrayFiles
import Digests
import Files
import Foundation
import Runs
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Training

@Suite("Run folders")
struct RunFolderTests {
  @Test("a run leaves every promised file, and equal runs the same bytes")
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

  @Test("the model file records how it was made, and reads back", arguments: TrainingTask.allCases)
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

  @Test("the model file has PyTorch's names, and no trace of threads or paths")
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

  @Test("a flipped bit anywhere in the model file is noticed; an older file without a digest is read")
  func digest() throws {
    let folder = try TemporaryFolder()
    try TrainedModel(ExampleOutcome.make(.seed)).write(to: folder.path)
    let path = folder.file(RunFile.model.name)
    let whole = try InputFile.contents(of: path, limit: 1 << 24)
    let header = try SafetensorsFile(path: path).header.dataStart
    for place in Array(stride(from: 8, to: header, by: 211)) + [header, whole.count / 2, whole.count - 1] {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      try Data(bytes).write(to: URL(filePath: path))
      let error = #expect(throws: DataError.self, "\(place)") { try TrainedModel.read(path) }
      #expect(error?.code == .badData && error?.description.contains("\n") == false, "\(place)")
    }
    try Data(whole).write(to: URL(filePath: path))
    var old = try RawTensors(path)
    old.metadata[SealedSafetensors.key] = nil
    old.metadata["msa"] = old.metadata["msa"]?.replacing("msa-model/2", with: "msa-model/1")
    try old.write(to: path)
    #expect(try TrainedModel.read(path).parameters.count == old.tensors.count)
  }

  @Test("a file that is not a model is refused by name")
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
    #expect(other?.description.contains("expected \"msa-model/2\"") == true)
  }

  @Test(
    "an untrusted model with impossible numbers is refused with 65",
    arguments: [
      ("\"hidden\":192", "\"hidden\":9223372036854775806"), ("\"hidden\":192", "\"hidden\":-2"),
      ("\"hidden\":192", "\"hidden\":1e19"), ("\"hidden\":192", "\"hidden\":65536"),
      ("\"embed\":96", "\"embed\":9223372036854775804"), ("\"epochs\":100", "\"epochs\":0"),
      ("\"batch\":32", "\"batch\":9223372036854775807"), ("\"lr\":0.001", "\"lr\":-1"),
      ("\"dropout\":0.7", "\"dropout\":7"), ("\"early-stop\":null", "\"early-stop\":-3"),
      ("\"parameters\":490849", "\"parameters\":-1"), ("\"select\":\"r\"", "\"select\":\"luck\""),
      ("\"select-tolerance\":0.005", "\"select-tolerance\":-1"),
      ("\"label_names\":[\"sentiment\"]", "\"label_names\":[]"),
      ("\"label_names\":[\"sentiment\"]", "\"label_names\":[\"a\",\"b\"]"),
      ("\"warmup-steps\":0", "\"warmup-steps\":-9223372036854775808"),
      ("\"modalities\":[\"visual\",\"audio\",\"text\"]", "\"modalities\":[]"),
      ("\"modalities\":[\"visual\",\"audio\",\"text\"]", "\"modalities\":[\"text\",\"text\"]"),
      ("\"epochs\":100", "\"planned-before\":[7,7],\"epochs\":100"),
      ("\"parameters\":490849", "\"parameters\":490850"), ("\"corpora\":[{", "\"corpora\":[],\"others\":[{"),
    ])
  func strangeModel(piece: String, other: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try ExampleOutcome.make()
    try TrainedModel(outcome).write(to: folder.path)
    let text = try #require(SafetensorsFile(path: folder.file("best.safetensors")).header.metadata["msa"])
    #expect(text.contains(piece))
    try StateDict.write(
      outcome.parameters, metadata: ["msa": text.replacing(piece, with: other)], to: folder.file("strange.safetensors"))
    let error = #expect(throws: DataError.self) { try TrainedModel.read(folder.file("strange.safetensors")) }
    #expect(error?.code == .badData && error?.place != nil)
    #expect(error?.file == folder.file("strange.safetensors"))
    #expect(error?.description.contains("\n") == false)
  }

  @Test(
    "an untrusted model whose weights do not fit its description is refused before memory is allocated",
    arguments: [("\"hidden\":192", "\"hidden\":8192"), ("crossmodal", "tfn"), ("\"embed\":96", "\"embed\":4096")])
  func misfit(piece: String, other: String) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    var outcome = try ExampleOutcome.make(widths: ExampleFolder.widths)
    outcome.corpora[0].scalersSHA256 = try Manifest.read(prepared).scalers.sha256
    try TrainedModel(outcome).write(to: folder.path)
    let text = try #require(SafetensorsFile(path: folder.file("best.safetensors")).header.metadata["msa"])
    try StateDict.write(
      outcome.parameters, metadata: ["msa": text.replacing(piece, with: other)], to: folder.file("strange.safetensors"))
    let job = PredictionJob(model: folder.file("strange.safetensors"), shards: [prepared])
    let error = #expect(throws: DataError.self) { try job.run(progress: SilentProgress()) }
    #expect(error?.code == .badData && error?.file == job.model)
    // Nobody passes these options to predict.
    #expect(error?.description.contains("--model") == false, "\(error?.description ?? "")")
  }

  @Test("initial weights that are not finite, and impossible counters, are refused")
  func strangeWeights() throws {
    var outcome = try ExampleOutcome.make(.seed)
    let network = try Network.make(
      .seed, ModelShape(widths: [713, 74, 300], hidden: 192, embed: 96, outputs: 1, dropout: 0), capacity: 2, seed: 1,
      team: LaneTeam(threads: 1))
    for (index, tensor) in outcome.parameters.enumerated() {
      let kept = outcome.parameters[index].values
      switch tensor.values {
      case .int64: outcome.parameters[index].values = .int64([.max])
      case .float32(var values):
        values[values.count - 1] = tensor.name.hasSuffix("running_var") ? -1 : .nan
        outcome.parameters[index].values = .float32(values)
      }
      let error = #expect(throws: DataError.self) { try network.load(outcome.parameters, source: .given("weights")) }
      #expect(error?.place == tensor.name)
      outcome.parameters[index].values = kept
    }
    #expect(throws: Never.self) { try network.load(outcome.parameters, source: .given("weights")) }
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

  @Test("differently scaled folders are refused for prediction")
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
