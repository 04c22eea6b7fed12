import Samples
import TensorCore
import TestSupport
import Testing
import Workers

@testable import Training

/// Two folders of different widths as one set; the second has no audio.
private struct MixedCorpora {
  static let widths = [[6, 5, 4], [8, 0, 3]]
  let set: SampleSet
  let network: Network
  let gatherer: BatchGatherer

  init(_ kind: ModelKind) throws {
    let folder = try TemporaryFolder()  // the shards stay mapped after it is removed
    for (number, widths) in Self.widths.enumerated() {
      let features = widths.enumerated().map { modality, width in
        (0..<8 * width).map { Float(($0 * 37 + 11 * modality + 5 * number) % 23) / 11 - 1 }
      }
      let data = TrainingFolder.Data(features: features, labels: (0..<8).map { Float($0 % 3) - 1 })
      try TrainingFolder.write([.train: data], widths: widths, to: folder.file("\(number)"), prefix: "\(number)")
    }
    let corpora = try (0..<2).map { number in
      try MappedFolder(folder.file("\(number)"), splits: [.train], progress: SilentProgress())
    }
    let shape = ModelShape(
      widths: MappedFolder.widths(corpora), hidden: 16, embed: 8, outputs: 1, dropout: 0, maxRows: 5)
    set = try SampleSet(
      corpora, split: .train, widths: shape.widths,
      target: LabelTarget.common(task: .regression, label: nil, folders: corpora), needsLabels: true,
      maxRows: kind.takesSequences ? 5 : nil)
    network = try Network.make(kind, shape, capacity: 8, seed: 1, team: LaneTeam(threads: 1))
    gatherer = BatchGatherer(network: network, modalities: Modality.allCases)
  }

  /// The predictions for the samples of one corpus, and the gradients for a given gradient of the predictions.
  func pass(corpus: Int) -> [Float] {
    let samples = (0..<8).map { Int32(8 * corpus + $0) }
    return samples.withUnsafeBufferPointer { samples in
      gatherer.choose(samples, of: set)
      network.forward(Pass(samples: 8, isTraining: true, step: 0), gather: gatherer)
      let predictions = (0..<8).map { network.predictions(8)[$0] }
      for row in 0..<8 { network.predictionGradient(8)[row] = Float(row) - 3 }
      network.backward()
      return predictions
    }
  }

  /// The weights that first multiply a modality's features, [outputs, columns].
  func firstLayer(_ modality: Modality) throws -> TensorRecord {
    let names = ["\(modality)_encoder.0.weight", "\(modality)_projection.weight"]
    return try #require(network.tensors.first { names.contains($0.name) })
  }
}

@Test(
  "columns that a corpus lacks add nothing to its predictions and get no gradient from its samples",
  arguments: ModelKind.allCases, [0, 1])
func corpusMask(_ kind: ModelKind, _ corpus: Int) throws {
  let mixed = try MixedCorpora(kind)
  let predictions = mixed.pass(corpus: corpus)
  var maskedCount = 0
  for (index, modality) in Modality.allCases.enumerated() {
    let tensor = try mixed.firstLayer(modality)
    let (outputs, columns) = (tensor.shape[0], tensor.shape[1])
    let gradients = mixed.network.memory.arenas.gradients[tensor.offset, count: tensor.count]
    let own = MixedCorpora.widths[corpus][index]
    for output in 0..<outputs {
      for column in own..<columns {
        #expect(gradients[output * columns + column] == 0)
        mixed.network.memory.values(of: tensor)[output * columns + column] = 1e6
        maskedCount += 1
      }
    }
    if own > 0 { #expect((0..<outputs * columns).contains { gradients[$0] != 0 }, "\(modality) learns") }
  }
  #expect(maskedCount > 0)
  #expect(mixed.pass(corpus: corpus) == predictions)
}
