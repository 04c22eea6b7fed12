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
  /// Whether a later layer uses the same parameters and has already written their gradients.
  private let sharesParameters: Bool

  /// The tensors of one normalisation, which several layers may share.
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

  /// Plans the layer with parameters of its own; `name` is the prefix of their state-dict names.
  convenience init(_ builder: NetworkBuilder, name: String, input: Slot) {
    self.init(
      builder, name: name, input: input, parameters: Parameters(builder, name: name, width: input.width))
  }

  /// Plans the layer with given parameters.
  ///
  /// - Parameters:
  ///   - name: the name of the layer's values.
  ///   - output: the slot for the result; nil to make one.
  ///   - sharesParameters: whether a layer later in the plan uses the same parameters.
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
    // [rows, columns] → weight and bias [columns], and [rows, columns]; the first lane does all of it, because the sums
    // run over all rows.
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
  /// Returns the inverse deviations of some samples, one number per row.
  private func deviations(of samples: Range<Int>) -> Vector {
    let rows = input.rows(of: samples)
    return memory.arenas.values[inverseDeviation + rows.lowerBound, count: rows.count]
  }
}

/// `Linear` and `BatchNorm1d`, optionally followed by `ReLU` and `Dropout`: the building block of encoders and fusion.
final class LinearBatchNorm: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false]
  private let memory: NetworkMemory
  private let input: Slot
  /// Whether the input is the output of a layer, and so needs a gradient, rather than data.
  private let passesGradient: Bool
  private let rectifies: Bool
  private let probability: Double
  private let stream: UInt32
  // Offsets into the arenas.
  private let (weight, bias, gamma, beta): (Int, Int, Int, Int)
  private let (runningMean, runningVariance, counter): (Int, Int, Int)
  private let (product, inverseDeviation, scratch, words): (Slot, Int, Int, Int)

  /// Plans the block.
  ///
  /// - Parameters:
  ///   - prefix: the prefix of the state-dict names; `index` and `index + 1` are the positions of the two layers in the
  ///     `Sequential`.
  ///   - output: the slot for the result; nil to make one.
  ///   - dropout: the fraction of values zeroed after ReLU; nil for neither ReLU nor dropout.
  init(
    _ builder: NetworkBuilder, prefix: String, index: Int, input: Slot, width: Int, dropout: Double?,
    passesGradient: Bool, output: Slot? = nil
  ) {
    let (linear, norm) = ("\(prefix).\(index)", "\(prefix).\(index + 1)")
    name = linear
    memory = builder.memory
    self.input = input
    self.passesGradient = passesGradient
    inputs = passesGradient ? [input] : []
    rectifies = dropout != nil
    probability = dropout ?? 0
    weight = builder.parameter("\(linear).weight", [width, input.width], .linear(fanIn: input.width))
    bias = builder.parameter("\(linear).bias", [width], .linear(fanIn: input.width))
    gamma = builder.parameter("\(norm).weight", [width], .constant(1))
    beta = builder.parameter("\(norm).bias", [width], .constant(0))
    runningMean = builder.buffer("\(norm).running_mean", [width], .constant(0))
    runningVariance = builder.buffer("\(norm).running_var", [width], .constant(1))
    counter = builder.counter("\(norm).num_batches_tracked")
    stream = RandomStream.dropout(counter)
    product = builder.slot("\(linear).product", width: width)
    self.output = output ?? builder.slot("\(norm).output", width: width)
    inverseDeviation = builder.values(width)
    scratch = builder.values(2 * width)
    words = builder.words(width)
    describe(in: builder, linear: linear, norm: norm)
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [samples, inputs] · [outputs, inputs]ᵀ → [samples, outputs]; a share is a range of outputs.
    let columns = share.range(of: output.width, step: 4)
    let arenas = memory.arenas
    let x = input.matrix(in: arenas.values, samples: 0..<pass.samples)
    let z = product.matrix(in: arenas.values, samples: 0..<pass.samples).columns(columns)
    let y = output.matrix(in: arenas.values, samples: 0..<pass.samples).columns(columns)
    Products.multiplyTransposed(x, weights(arenas.parameters).rows(columns), into: z)
    let linearBias = arenas.parameters[bias + columns.lowerBound, count: columns.count]
    if pass.isTraining {
      BatchNormKernel.forward(
        z, linearBias: linearBias, state(columns), rectifies: rectifies, dropout: mask(pass, columns), into: y)
      if columns.lowerBound == 0 { arenas.counters[counter] += 1 }
    } else {
      BatchNormKernel.evaluate(z, linearBias: linearBias, state(columns), rectifies: rectifies, into: y)
    }
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [samples, outputs] → stage 0: weights [outputs, inputs], a share of the outputs; stage 1: [samples, inputs], a
    // share of the inputs.
    let arenas = memory.arenas
    let samples = 0..<pass.samples
    if stage == 0 {
      let columns = share.range(of: output.width, step: 4)
      let gradient = output.matrix(in: arenas.slopes, samples: samples).columns(columns)
      let start = columns.lowerBound
      BatchNormKernel.backward(
        gradient, output: output.matrix(in: arenas.values, samples: samples).columns(columns),
        normalised: product.matrix(in: arenas.values, samples: samples).columns(columns), state(columns),
        rectifies: rectifies, dropoutScale: Float(1 / (1 - probability)),
        weightGradient: arenas.gradients[gamma + start, count: columns.count],
        biasGradient: arenas.gradients[beta + start, count: columns.count],
        linearBiasGradient: arenas.gradients[bias + start, count: columns.count])
      let x = input.matrix(in: arenas.values, samples: samples)
      Products.transposedMultiply(gradient, x, into: weights(arenas.gradients).rows(columns))
    } else if passesGradient {
      let columns = share.range(of: input.width, step: 4)
      let gradient = output.matrix(in: arenas.slopes, samples: samples)
      let inputGradient = input.matrix(in: arenas.slopes, samples: samples).columns(columns)
      Products.multiply(
        gradient, weights(arenas.parameters).columns(columns), into: inputGradient, adding: addsToInputs[0])
    }
  }

  /// Returns the weights, [outputs, inputs], from the arena of parameters or of gradients.
  private func weights(_ arena: Arenas.Arena) -> Matrix {
    Matrix(
      arena[weight, count: output.width * input.width], rows: output.width, columns: input.width)
  }

  private func state(_ columns: Range<Int>) -> BatchNormState {
    let arenas = memory.arenas
    let (start, count) = (columns.lowerBound, columns.count)
    return BatchNormState(
      weight: arenas.parameters[gamma + start, count: count], bias: arenas.parameters[beta + start, count: count],
      runningMean: arenas.buffers[runningMean + start, count: count],
      runningVariance: arenas.buffers[runningVariance + start, count: count],
      inverseDeviation: arenas.values[inverseDeviation + start, count: count],
      scratch: arenas.values[scratch + 2 * start, count: 2 * count])
  }

  private func mask(_ pass: Pass, _ columns: Range<Int>) -> DropoutMask? {
    if probability == 0 { return nil }
    return DropoutMask(
      generator: memory.generator, stream: stream, step: pass.step, probability: probability, width: output.width,
      firstColumn: columns.lowerBound,
      words: memory.arenas.words(words + columns.lowerBound, count: (columns.count + 3) / 4 * 4))
  }

  private func describe(in builder: NetworkBuilder, linear: String, norm: String) {
    builder.graph.nodes.append(
      .gemm(linear, input: input.name, output: product.name))
    let normalised = rectifies ? "\(norm).normalised" : output.name
    builder.graph.nodes.append(
      GraphNode(
        "BatchNormalization", layer: norm,
        inputs: [product.name] + ["weight", "bias", "running_mean", "running_var"].map { "\(norm).\($0)" },
        outputs: [normalised], attributes: ["epsilon": .float(BatchNormState.epsilon)]))
    if rectifies {
      builder.graph.nodes.append(GraphNode("Relu", layer: norm, inputs: [normalised], outputs: [output.name]))
    }
  }
}
