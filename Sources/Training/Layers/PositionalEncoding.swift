import TensorCore

/// Adds to each row its position in the sample: `dropout(√width · x + pe[position])`, with the sines and cosines of
/// Vaswani et al., "Attention is all you need", 2017.
final class PositionalEncoding: Layer {
  /// The sines and cosines for one width, shared by all layers of that width; a buffer in the state dict.
  struct Table {
    fileprivate let name: String
    fileprivate let offset: Int
    fileprivate let rows: Int

    /// Registers `<name>.pe`, [rows, width].
    init(_ builder: NetworkBuilder, name: String, rows: Int, width: Int) {
      self.name = "\(name).pe"
      self.rows = rows
      offset = builder.buffer(self.name, [rows, width], .sinusoids(columns: width))
    }
  }

  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false]
  let backwardStageCount = 1
  private let memory: NetworkMemory
  private let table: Table
  private let dropout: Dropout
  private let factor: Float

  /// Plans the layer; no sample of `input` may have more rows than the table.
  init(_ builder: NetworkBuilder, name: String, input: Slot, table: Table, dropout: Double) {
    self.name = name
    self.table = table
    memory = builder.memory
    inputs = [input]
    factor = Float(input.width).squareRoot()
    output = builder.slot("\(name).output", like: input, width: input.width)
    self.dropout = Dropout(builder, probability: dropout, width: input.width)
    describe(in: builder)
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, width] → [rows, width]; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    for sample in samples {
      let y = output.matrix(in: arenas.values, samples: sample..<sample + 1)
      LinearKernel.scale(inputs[0].matrix(in: arenas.values, samples: sample..<sample + 1), by: factor, into: y)
      let positions = Matrix(
        arenas.buffers[table.offset, count: table.rows * y.columns], rows: table.rows, columns: y.columns)
      LinearKernel.copy(positions.rows(0..<y.rows), into: y, adding: true)
    }
    LinearKernel.drop(
      output.matrix(in: arenas.values, samples: samples), dropout.mask(pass, share),
      firstRow: output.rows(of: samples).lowerBound)
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [rows, width] → [rows, width]; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    let slopes = memory.arenas.slopes
    let gradient = output.matrix(in: slopes, samples: samples)
    LinearKernel.drop(gradient, dropout.mask(pass, share), firstRow: output.rows(of: samples).lowerBound)
    LinearKernel.scale(
      gradient, by: factor, into: inputs[0].matrix(in: slopes, samples: samples), adding: addsToInputs[0])
  }

  private func describe(in builder: NetworkBuilder) {
    let zero = builder.constant("\(name).zero", [0])
    let input = inputs[0].name
    builder.node(
      "Shape", layer: name, [input], "\(name).row_count", ["start": .int(1), "end": .int(2)])
    builder.node("Slice", layer: name, [table.name, zero, "\(name).row_count", zero], "\(name).positions")
    builder.node("Constant", layer: name, [], "\(name).factor", ["value_float": .float(factor)])
    builder.node("Mul", layer: name, [input, "\(name).factor"], "\(name).scaled")
    builder.node("Add", layer: name, ["\(name).scaled", "\(name).positions"], output.name)
  }
}
