import TensorCore

/// `torch.nn.LayerNorm` over the columns.
final class LayerNorm: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false]
  private let memory: NetworkMemory
  private let input: Slot
  private let normalised: Slot
  private let (weight, bias, inverseDeviation): (Int, Int, Int)
  /// Whether a later layer has the same parameters, and has left its gradients in their place.
  private let sharesParameters: Bool

  /// The tensors of one normalisation, which several layers may use.
  struct Parameters {
    fileprivate let name: String
    fileprivate let (weight, bias): (Int, Int)

    /// Registers `<name>.weight` and `<name>.bias`, [width] each.
    init(_ builder: NetworkBuilder, name: String, width: Int) {
      self.name = name
      weight = builder.parameter("\(name).weight", [width], .constant(1))
      bias = builder.parameter("\(name).bias", [width], .constant(0))
    }
  }

  /// Plans the layer; `name` is the prefix of its state-dict names.
  convenience init(_ builder: NetworkBuilder, name: String, input: Slot) {
    self.init(
      builder, name: name, input: input, parameters: Parameters(builder, name: name, width: input.width))
  }

  /// Plans the layer with given parameters.
  ///
  /// - Parameters:
  ///   - name: what its values are called.
  ///   - output: where the result goes; nil makes a slot.
  ///   - sharesParameters: whether a layer later in the plan has the same ones.
  init(
    _ builder: NetworkBuilder, name: String, input: Slot, parameters: Parameters, output: Slot? = nil,
    sharesParameters: Bool = false
  ) {
    self.name = name
    self.sharesParameters = sharesParameters
    memory = builder.memory
    self.input = input
    inputs = [input]
    (weight, bias) = (parameters.weight, parameters.bias)
    normalised = builder.slot("\(name).normalised", like: input, width: input.width)
    self.output = output ?? builder.slot("\(name).output", like: input, width: input.width)
    inverseDeviation = builder.values(builder.rowCapacity(of: input))
    builder.node(
      "LayerNormalization", layer: name, [input.name, "\(parameters.name).weight", "\(parameters.name).bias"],
      self.output.name, ["axis": .int(-1), "epsilon": .float(LayerNormKernel.epsilon)])
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, columns] → [rows, columns]; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    LayerNormKernel.forward(
      input.matrix(in: arenas.values, samples: samples), weight: arenas.parameters[weight, count: input.width],
      bias: arenas.parameters[bias, count: input.width],
      normalised: normalised.matrix(in: arenas.values, samples: samples),
      inverseDeviation: deviations(of: samples),
      into: output.matrix(in: arenas.values, samples: samples))
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [rows, columns] → weight and bias [columns], and [rows, columns]; the first lane does all of it, since the sums run
    // over all rows.
    if stage != 0 || share == .secondHalf { return }
    let samples = 0..<pass.samples
    let arenas = memory.arenas
    LayerNormKernel.backward(
      output.matrix(in: arenas.slopes, samples: samples),
      normalised: normalised.matrix(in: arenas.values, samples: samples),
      inverseDeviation: deviations(of: samples), weight: arenas.parameters[weight, count: input.width],
      weightGradient: arenas.gradients[weight, count: input.width],
      biasGradient: arenas.gradients[bias, count: input.width], accumulates: sharesParameters,
      into: input.matrix(in: arenas.slopes, samples: samples), adding: addsToInputs[0])
  }
  /// A number for each row of some samples.
  private func deviations(of samples: Range<Int>) -> Vector {
    let rows = input.rows(of: samples)
    return memory.arenas.values[inverseDeviation + rows.lowerBound, count: rows.count]
  }
}
