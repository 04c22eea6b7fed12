import TensorCore

/// The mean of each sample's valid rows: [rows, width] → [samples, width].
final class MaskedMean: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false]
  private let memory: NetworkMemory
  private let input: Slot
  private let rows: RaggedRows

  /// Plans the layer.
  ///
  /// - Parameter output: the slot for the result; nil to make one.
  /// - Precondition: `input` is ragged.
  init(_ builder: NetworkBuilder, name: String, input: Slot, output: Slot? = nil) {
    guard let rows = input.ragged else { preconditionFailure("a masked mean needs sequences") }
    self.name = name
    self.rows = rows
    memory = builder.memory
    self.input = input
    inputs = [input]
    self.output = output ?? builder.slot("\(name).output", width: input.width)
    describe(in: builder)
  }

  private func describe(in builder: NetworkBuilder) {
    let last = builder.constant("\(name).last_axis", [2])
    let row = builder.constant("\(name).row_axis", [1])
    builder.node("Unsqueeze", layer: name, [rows.maskName, last], "\(name).valid")
    builder.node("Mul", layer: name, [input.name, "\(name).valid"], "\(name).valid_rows")
    builder.node("ReduceSum", layer: name, ["\(name).valid_rows", row], "\(name).sum", ["keepdims": .int(0)])
    builder.node("ReduceSum", layer: name, [rows.maskName, row], "\(name).count", ["keepdims": .int(1)])
    builder.node("Constant", layer: name, [], "\(name).one", ["value_float": .float(1)])
    builder.node("Max", layer: name, ["\(name).count", "\(name).one"], "\(name).divisor")
    builder.node("Div", layer: name, ["\(name).sum", "\(name).divisor"], output.name)
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, width] → [samples, width]; a share is a range of samples.
    let arenas = memory.arenas
    for sample in share.range(of: pass.samples) {
      PoolingKernel.mean(
        input.matrix(in: arenas.values, samples: sample..<sample + 1), mask: rows.mask(of: sample),
        into: output.matrix(in: arenas.values, samples: sample..<sample + 1).vector(0))
    }
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [samples, width] → [rows, width]; a share is a range of samples.
    if stage != 0 { return }
    let arenas = memory.arenas
    for sample in share.range(of: pass.samples) {
      PoolingKernel.meanBackward(
        output.matrix(in: arenas.slopes, samples: sample..<sample + 1).vector(0), mask: rows.mask(of: sample),
        into: input.matrix(in: arenas.slopes, samples: sample..<sample + 1), adding: addsToInputs[0])
    }
  }
}
