import Samples
import Storage

/// The sizes of a model.
struct ModelShape: Hashable {
  /// Columns by modality, in the order visual, audio, text.
  var widths: [Int]
  var hidden: Int
  var embed: Int
  /// Numbers predicted for a sample.
  var outputs: Int
  var dropout: Double

  /// The prefixes of the encoders' state-dict names.
  static let encoderNames = Modality.allCases.map { "\($0)_encoder" }
}

extension Network {
  /// Plans, allocates and initialises a model.
  ///
  /// - Parameter capacity: samples in the largest batch.
  static func make(
    _ kind: ModelKind, _ shape: ModelShape, capacity: Int, seed: UInt64, team: LaneTeam
  ) throws -> Network {
    let names = Modality.allCases.map(\.rawValue)
    let graph = ModelGraph(
      inputs: zip(names, shape.widths).map { ModelGraph.Value(name: $0, shape: [nil, $1]) },
      output: ModelGraph.Value(name: "prediction", shape: [nil, shape.outputs]))
    let builder = NetworkBuilder(capacity: capacity, graph: graph)
    let inputs = zip(names, shape.widths).map { builder.slot($0, width: $1) }
    let output: Slot
    switch kind {
    case .crossmodal: output = Crossmodal.plan(builder, inputs: inputs, shape, usesAttention: true)
    case .seed: output = Crossmodal.plan(builder, inputs: inputs, shape, usesAttention: false)
    case .lateFusion: output = LateFusion.plan(builder, inputs: inputs, shape)
    case .tensorFusion: output = TensorFusion.plan(builder, inputs: inputs, shape)
    case .lowRankFusion: output = LowRankFusion.plan(builder, inputs: inputs, shape)
    case .crossmodalTransformer:
      throw DataError(
        .usage, "--model \(kind.rawValue) is not there yet",
        expected: ModelKind.allCases.dropLast().map(\.rawValue).joined(separator: ", "))
    }
    builder.graph.output.name = output.name
    builder.finish(seed: seed)
    return Network(builder, inputs: inputs, output: output, team: team)
  }
}
