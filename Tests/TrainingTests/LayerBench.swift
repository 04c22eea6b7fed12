import TensorCore
import Testing

@testable import Training

/// A single layer, with inputs and outputs set and read by hand.
struct LayerBench {
  let builder: NetworkBuilder
  let input: Slot
  let layer: any Layer
  let samples: Int

  /// - Parameter make: plans the layer for an input slot.
  init(
    samples: Int, width: Int, tokens: Int = 1, seed: UInt64 = 1, ragged: RaggedRows? = nil,
    make: (NetworkBuilder, Slot) -> any Layer
  ) {
    self.samples = samples
    let value = ModelGraph.Value(name: "x", shape: [nil, width])
    builder = NetworkBuilder(capacity: samples, graph: ModelGraph(inputs: [value], output: value))
    var input = builder.slot("x", width: width, tokens: tokens)
    if let ragged {
      input = Slot(
        name: "x", offset: builder.values(ragged.rowCapacity * width), width: width, stride: width, tokens: 1,
        ragged: ragged)
    }
    self.input = input
    layer = make(builder, input)
    builder.finish(seed: seed)
  }

  private var arenas: Arenas { builder.memory.arenas }

  func set(_ slot: Slot, _ values: [Float], slopes: Bool = false) {
    let matrix = slot.matrix(in: slopes ? arenas.slopes : arenas.values, samples: 0..<samples)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { matrix.row(row)[column] = values[row * matrix.columns + column] }
    }
  }

  func values(_ slot: Slot, slopes: Bool = false) -> [Float] {
    let matrix = slot.matrix(in: slopes ? arenas.slopes : arenas.values, samples: 0..<samples)
    return (0..<matrix.rows).flatMap { row in (0..<matrix.columns).map { matrix.row(row)[$0] } }
  }

  /// Sets weights by name, without the layer's prefix.
  func load(_ prefix: String, _ value: (String) throws -> [Float]) rethrows {
    for tensor in builder.tensors where tensor.place != .counter {
      let values = try value(String(tensor.name.dropFirst(prefix.count + 1)))
      builder.memory.values(of: tensor).take(values)
    }
  }

  func gradient(of tensor: TensorRecord) -> [Float] {
    Array(arenas.gradients[tensor.offset, count: tensor.count])
  }

  func parameters(of tensor: TensorRecord) -> [Float] {
    Array(builder.memory.values(of: tensor))
  }

  func forward(isTraining: Bool, step: UInt64 = 0, shares: [Share] = [.whole]) {
    for share in shares { layer.forward(Pass(samples: samples, isTraining: isTraining, step: step), share) }
  }

  func backward(step: UInt64 = 0, shares: [Share] = [.whole]) {
    for stage in 0..<layer.backwardStageCount {
      for share in shares {
        layer.backward(Pass(samples: samples, isTraining: true, step: step), stage: stage, share)
      }
    }
  }
}
