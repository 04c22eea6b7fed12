import Samples
import Text

/// The sizes of a model.
struct ModelShape: Hashable {
  /// The number of columns of each modality, in the order visual, audio, text.
  var widths: [Int]
  var hidden: Int
  var embed: Int
  /// The number of values predicted per sample.
  var outputs: Int
  var dropout: Double
  /// The number of rows of the longest sample, for models that take sequences.
  var maxRows = 1

  /// The prefixes of the encoders' state-dict names.
  static let encoderNames = Modality.allCases.map { "\($0)_encoder" }
}

extension Network {
  /// Plans, allocates and initialises a model.
  ///
  /// - Parameters:
  ///   - capacity: the number of samples in the largest batch.
  ///   - weights: a state dict that will be loaded; one that does not fit is refused before memory is allocated.
  static func make(
    _ kind: ModelKind, _ shape: ModelShape, capacity: Int, seed: UInt64, team: LaneTeam,
    fitting weights: (state: [NamedTensor], source: WeightsSource)? = nil
  ) throws -> Network {
    let output = ModelGraph.Value(name: "prediction", shape: [nil, shape.outputs])
    let builder = NetworkBuilder(capacity: capacity, graph: ModelGraph(inputs: [], output: output))
    let inputs = kind.takesSequences ? sequenceInputs(builder, shape) : vectorInputs(builder, shape)
    let predictions = kind.plan(builder, inputs, shape)
    builder.graph.output.name = predictions.name
    if let weights { try builder.tensors.check(weights.state, source: weights.source) }
    if builder.byteCount > largestNetwork {
      throw DataError(
        weights == nil ? .usage : .badData, file: weights?.source.file,
        "the model would take \(builder.byteCount >> 20) MiB", expected: "at most \(largestNetwork >> 20) MiB",
        advice: weights == nil
          ? "Lower --batch or --max-rows, or choose a smaller --preset."
          : "Train a model with a lower --max-rows or a smaller --preset.")
    }
    builder.finish(seed: seed)
    return Network(builder, inputs: inputs, output: predictions, team: team)
  }

  /// A network that needs more memory than this is a slip in the options.
  private static let largestNetwork = 16 << 30

  /// Plans the inputs of models that take vectors: [samples, width] for each modality.
  private static func vectorInputs(_ builder: NetworkBuilder, _ shape: ModelShape) -> [Slot] {
    zip(Modality.allCases, shape.widths).map { modality, width in
      builder.graph.inputs.append(ModelGraph.Value(name: modality.rawValue, shape: [nil, width]))
      return builder.slot(modality.rawValue, width: width)
    }
  }

  /// Plans the inputs of models that take sequences: [rows, width] for each modality. In the graph they are
  /// [batch, rows, width], with a mask [batch, rows] that is 1 if a row is real and the modality has a frame there,
  /// otherwise 0.
  private static func sequenceInputs(_ builder: NetworkBuilder, _ shape: ModelShape) -> [Slot] {
    zip(Modality.allCases, shape.widths).map { modality, width in
      let mask = "\(modality)_mask"
      builder.graph.inputs.append(ModelGraph.Value(name: modality.rawValue, shape: [nil, nil, width]))
      builder.graph.inputs.append(ModelGraph.Value(name: mask, shape: [nil, nil]))
      return builder.sequence(modality.rawValue, width: width, longest: shape.maxRows, maskName: mask)
    }
  }
}
