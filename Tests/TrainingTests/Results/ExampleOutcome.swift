import Samples

@testable import Training

/// A plausible outcome of a short run: a real model with its initial weights, and made-up figures and predictions.
enum ExampleOutcome {
  static let mosei: [Modality: Int] = [.visual: 713, .audio: 74, .text: 300]

  static func make(
    _ kind: ModelKind = .crossmodal, preset: Preset = .seed192, widths: [Modality: Int] = mosei,
    task: TrainingTask = .regression, corpora: Int = 1, labelNames: [String]? = nil
  ) throws -> TrainingOutcome {
    var configuration = TrainingConfiguration(shards: (0..<corpora).map { "prepared-\($0)" })
    configuration.model = kind
    configuration.apply(preset)
    configuration.task = task
    configuration.threads = 2
    let labelNames = labelNames ?? (task == .regression ? ["sentiment"] : ["happy", "sad", "angry"])
    let trainLabels: [TrainingTask: [Float]] = [
      .regression: [-1, 2, 0.5], .classification: [0, 1, 1], .multilabel: [1, 0, 0, 1, 1, 0, 0, 0, 0],
    ]
    let shape = ModelShape(
      widths: Modality.allCases.map { widths[$0] ?? 0 }, hidden: preset.hidden, embed: preset.embed,
      outputs: labelNames.count, dropout: 0.7, maxRows: configuration.maxRows)
    let network = try Network.make(kind, shape, capacity: 4, seed: 42, team: LaneTeam(threads: 1))
    let records = (0..<corpora).map { index in
      CorpusRecord(
        folder: "prepared-\(index)", dataset: "CORPUS-\(index)", granularity: "word",
        manifestSHA256: String(repeating: "\(index)", count: 64),
        scalersSHA256: String(repeating: "a\(index)", count: 32),
        samples: [.train: 6, .valid: 2, .test: 4], widths: widths)
    }
    return TrainingOutcome(
      configuration: configuration, corpora: records, labelNames: labelNames, history: history, bestEpoch: 2,
      parameters: parameters(of: network), parameterCount: network.parameterCount,
      predictions: predictions(task, corpora: corpora), trainLabels: trainLabels[task] ?? [],
      testLoss: 0.5, graph: network.graph)
  }

  static let history = (1...3).map { epoch in
    let step = Double(epoch)
    return EpochRecord(
      epoch: epoch, trainLoss: 1 / step, trainError: 0.9 / step, trainScore: epoch == 1 ? .nan : 0.2 * step,
      validLoss: 1.1 / step, validError: 0.95 / step, validScore: epoch == 2 ? 0.5 : 0.3, learningRate: 0.001,
      seconds: 0.25)
  }

  private static func predictions(_ task: TrainingTask, corpora: Int) -> [Prediction] {
    let pairs: [(Float, Float)] =
      task == .regression ? [(1, 0.5), (-1, -2), (0, 0.1), (2, 3)] : [(0, 0), (1, 1), (1, 2), (2, 2)]
    return [Split.valid, .test].flatMap { split in
      (0..<corpora).flatMap { corpus in
        pairs.enumerated().map { index, pair in
          if task == .multilabel {
            return Prediction(
              id: "\(split)\(index)", split: split, corpus: corpus, label: index == 3 ? .nan : 1, prediction: 1,
              scores: [0.75, 0.25, 0.125], labels: index == 3 ? [.nan, 0, 0] : [1, Float(index % 2), 0])
          }
          return Prediction(
            id: "\(split)\(index),\"x\"", split: split, corpus: corpus, label: pair.0, prediction: pair.1,
            scores: task == .regression ? [] : [0.25, 0.5, 0.25])
        }
      }
    }
  }

  static func parameters(of network: Network) -> [NamedTensor] {
    network.tensors.map { tensor in
      if case .counter = tensor.place {
        return NamedTensor(name: tensor.name, shape: tensor.shape, values: .int64([7]))
      }
      let values = Array(network.memory.values(of: tensor))
      return NamedTensor(name: tensor.name, shape: tensor.shape, values: .float32(values))
    }
  }
}
