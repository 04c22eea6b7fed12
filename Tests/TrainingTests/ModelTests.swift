import Samples
import TensorCore
import TestSupport
import Testing
import Workers

@testable import Training

private let moseiWidths = [713, 74, 300]

private func network(_ kind: ModelKind, _ shape: ModelShape, threads: Int = 1) throws -> (Network, LaneTeam) {
  let team = try LaneTeam(threads: threads)
  return (try Network.make(kind, shape, capacity: 64, seed: 1, team: team), team)
}

@Test(
  "a preset has the original's number of parameters",
  arguments: [(Preset.seed192, 490_849), (.seed256, 777_345)], [ModelKind.seed, .crossmodal])
func parameterCount(_ preset: (Preset, Int), _ kind: ModelKind) throws {
  let shape = ModelShape(
    widths: moseiWidths, hidden: preset.0.hidden, embed: preset.0.embed, outputs: 1, dropout: 0.7)
  #expect(try network(kind, shape).0.parameterCount == preset.1)
}

/// The first and last tensor, if they differ from those of the original's model.
private let ends: [ModelKind: (String, String)] = [
  .lateFusion: ("visual_encoder.0.weight", "fusion_layers.0.bias"),
  .crossmodalTransformer: ("positions.pe", "fusion_layers.output.bias"),
]

/// The sizes of the models in the goldens.
private let goldenShape = ModelShape(
  widths: [11, 7, 9], hidden: 16, embed: 8, outputs: 1, dropout: 0, maxRows: 50)

@Test("a model is found by its unique name", arguments: ModelKind.allCases)
func modelNames(_ kind: ModelKind) {
  #expect(ModelKind(rawValue: kind.rawValue) == kind)
  #expect(ModelKind.allCases.count { $0.rawValue == kind.rawValue } == 1)
  #expect(ModelKind(rawValue: kind.rawValue + "x") == nil)
}

@Test("a model's first layers give the widths it was trained with", arguments: ModelKind.allCases)
func modelWidths(_ kind: ModelKind) throws {
  let (network, _) = try network(kind, goldenShape)
  #expect(Network.inputWidths(of: network.stateDict()) == goldenShape.widths)
}

@Test("state-dict names, shapes and order match PyTorch", arguments: ModelKind.allCases)
func stateDictNames(_ kind: ModelKind) throws {
  let golden = try Golden(kind.rawValue)
  let tensors = try network(kind, goldenShape).0.stateDict()
  let names = golden.names.filter { $0.hasPrefix("init.") }.map { String($0.dropFirst(5)) }
  #expect(tensors.map(\.name).sorted() == names)
  for tensor in tensors { try #expect(tensor.shape == golden.shape("init.\(tensor.name)"), "\(tensor.name)") }
  let (first, last) = ends[kind] ?? ("visual_encoder.0.weight", "fusion_layers.8.bias")
  #expect(tensors.first?.name == first)
  #expect(tensors.last?.name == last)
}

extension Golden {
  fileprivate func vectors() throws -> TrainingFolder.Data {
    try .init(features: ["visual", "audio", "text"].map { try self[$0] }, labels: self["labels"])
  }

  /// The existing rows of padded sequences, [samples, longest, width] per modality.
  fileprivate func sequences() throws -> TrainingFolder.Data {
    var data = try TrainingFolder.Data(features: [], labels: self["labels"], rowCounts: [], masks: [])
    for name in ["visual", "audio", "text"] {
      let counts = try integers("\(name)_rows").map { Int($0) }
      let (shape, values, mask) = try (self.shape(name), self[name], self["\(name)_mask"])
      let rows = counts.enumerated().flatMap { sample, count in (0..<count).map { sample * shape[1] + $0 } }
      data.features.append(rows.flatMap { values[$0 * shape[2]..<($0 + 1) * shape[2]] })
      data.masks?.append(rows.map { UInt8(mask[$0]) })
      data.rowCounts?.append(counts)
    }
    return data
  }
}

/// A model on the data of the golden, with its initial weights.
private struct GoldenRun {
  let golden: Golden
  let network: Network
  let optimizer: Optimizer
  let gatherer: BatchGatherer
  let set: SampleSet
  let team: LaneTeam

  init(_ kind: ModelKind, threads: Int) throws {
    let golden = try Golden(kind.rawValue)
    let widths = [11, 7, 9]
    let folder = try TemporaryFolder()
    let data = try kind.takesSequences ? golden.sequences() : golden.vectors()
    try TrainingFolder.write([.train: data, .valid: data, .test: data], widths: widths, to: folder.path)
    let corpus = try MappedFolder(folder.path, splits: [.train], progress: SilentProgress())
    set = try SampleSet(
      [corpus], split: .train, widths: widths, target: LabelTarget(task: .regression, label: nil, folder: corpus),
      needsLabels: true, maxRows: kind.takesSequences ? goldenShape.maxRows : nil)
    team = try LaneTeam(threads: threads)
    network = try Network.make(kind, goldenShape, capacity: 40, seed: 1, team: team)
    let initial = try network.stateDict().map { tensor in
      tensor.isInt64
        ? tensor
        : NamedTensor(
          name: tensor.name, shape: tensor.shape, values: .float32(try golden["init.\(tensor.name)"]))
    }
    try network.load(initial, source: .given("golden"))
    optimizer = Optimizer(.adamw, weightDecay: 0.05, clipNorm: 0.5, network: network, team: team)
    gatherer = BatchGatherer(network: network, modalities: Modality.allCases)
    self.golden = golden
  }
}

@Test(
  "50 steps from the same weights match PyTorch's losses, weights and predictions",
  arguments: ModelKind.allCases, [1, 2])
func trainingParity(_ kind: ModelKind, threads: Int) throws {
  let run = try GoldenRun(kind, threads: threads)
  defer { run.team.stop() }
  let runner = StepRunner(
    network: run.network, optimizer: run.optimizer, gatherer: run.gatherer, loss: WeightedLoss.sentiment, set: run.set)
  var order = BatchOrder(count: 40, batch: 8, shuffles: false, seed: 0)
  order.begin(epoch: 0)
  var predictions = [Float](repeating: 0, count: 8)
  for (step, expected) in try run.golden["losses"].enumerated() {
    let loss = predictions.withUnsafeMutableBufferPointer {
      runner.step(order.samples(of: step % 5), learningRate: 1e-3, predictions: $0).loss
    }
    #expect(abs(loss / Double(expected) - 1) < 1e-5, "step \(step)")
  }
  let evaluator = Evaluator(network: run.network, gatherer: run.gatherer)
  // PyTorch's own weights: the gradient of a bias before batch normalisation is only rounding, which Adam blows up.
  let final = try run.network.stateDict().map { tensor in
    tensor.isInt64
      ? tensor
      : NamedTensor(
        name: tensor.name, shape: tensor.shape, values: .float32(try run.golden["final.\(tensor.name)"]))
  }
  for (tensor, expected) in zip(run.network.stateDict(), final) where tensor.name.hasSuffix("weight") {
    if case .float32(let found) = tensor.values, case .float32(let values) = expected.values {
      // Where a gradient is near 0, Adam turns rounding into a step of its own, up in one and down in the other: they
      // differ by two learning rates at most.
      #expect(difference(found, values) < 2e-3, "\(tensor.name)")
    }
  }
  try run.network.load(final, source: .given("golden"))
  try #expect(difference(evaluator.predictions(for: run.set), run.golden["predictions"]) < 1e-6)
}

@Test("mult's first gradients match PyTorch, even with missing frames and samples without rows")
func transformerGradients() throws {
  let run = try GoldenRun(.crossmodalTransformer, threads: 1)
  // Clipping and the step do not modify the gradients.
  let runner = StepRunner(
    network: run.network, optimizer: run.optimizer, gatherer: run.gatherer, loss: WeightedLoss.sentiment, set: run.set)
  var order = BatchOrder(count: 40, batch: 8, shuffles: false, seed: 0)
  order.begin(epoch: 0)
  var predictions = [Float](repeating: 0, count: 8)
  predictions.withUnsafeMutableBufferPointer {
    _ = runner.step(order.samples(of: 0), learningRate: 1e-3, predictions: $0)
  }
  for tensor in run.network.tensors where tensor.place == .trained {
    let found = run.network.memory.arenas.gradients[tensor.offset, count: tensor.count]
    let expected = try run.golden["gradient.\(tensor.name)"]
    // Relative to the tensor's largest: softmax ignores a bias common to all keys, whose gradient is only rounding.
    let scale = expected.reduce(1e-3) { max($0, $1.magnitude) }
    #expect(difference(found.map { $0 / scale }, expected.map { $0 / scale }) < 5e-6, "\(tensor.name)")
  }
}
