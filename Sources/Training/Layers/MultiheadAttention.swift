import TensorCore

/// `torch.nn.MultiheadAttention` of a sample's tokens over themselves, with the tokens added to what it gives, if wanted.
final class MultiheadAttention: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false]
  private let memory: NetworkMemory
  private let tokens: Slot
  private let headCount: Int
  private let addsTokens: Bool
  private let probability: Double
  private let stream: UInt32
  // Offsets into the arenas, and room for what the backward pass needs.
  private let (inWeight, inBias, outWeight, outBias): (Int, Int, Int, Int)
  private let (projected, context): (Slot, Slot)
  private let (weights, dropped, scratch, words): (Int, Int, Int, Int)

  /// Plans the layer.
  ///
  /// - Parameters:
  ///   - number: of the layer, for its dropout.
  ///   - dropout: the share of attention weights that are zeroed.
  ///   - addsTokens: whether the output is attention plus tokens, or attention alone.
  init(
    _ builder: NetworkBuilder, name: String, number: Int, tokens: Slot, headCount: Int, dropout: Double,
    addsTokens: Bool
  ) {
    self.name = name
    memory = builder.memory
    self.tokens = tokens
    self.headCount = headCount
    self.addsTokens = addsTokens
    probability = dropout
    inputs = [tokens]
    let width = tokens.width
    (inWeight, inBias, outWeight, outBias) = Self.parameters(builder, name: name, width: width)
    stream = RandomStream.dropout(number)
    projected = builder.slot("\(name).projected", width: 3 * width, tokens: tokens.tokens)
    context = builder.slot("\(name).context", width: width, tokens: tokens.tokens)
    output = builder.slot("\(name).output", width: width, tokens: tokens.tokens)
    weights = builder.values(builder.capacity * headCount * tokens.tokens * tokens.tokens)
    dropped = builder.values(builder.capacity * headCount * tokens.tokens * tokens.tokens)
    scratch = builder.values(2 * Arenas.aligned(tokens.tokens))
    words = builder.words(2 * Arenas.aligned(headCount * tokens.tokens * tokens.tokens))
    describe(in: builder, tokens: tokens, headCount: headCount, addsTokens: addsTokens)
  }

  /// Names the layer's tensors in PyTorch's order and returns their offsets.
  static func parameters(_ builder: NetworkBuilder, name: String, width: Int) -> (Int, Int, Int, Int) {
    (
      builder.parameter("\(name).in_proj_weight", [3 * width, width], .xavier(fanIn: width, fanOut: 3 * width)),
      builder.parameter("\(name).in_proj_bias", [3 * width], .constant(0)),
      builder.parameter("\(name).out_proj.weight", [width, width], .linear(fanIn: width)),
      builder.parameter("\(name).out_proj.bias", [width], .constant(0))
    )
  }

  func forward(_ pass: Pass, _ share: Share) {
    // tokens [samples · T, E] → projected [samples · T, 3E] → context [samples · T, E] → output; a share is a range of
    // samples.
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    let x = tokens.matrix(in: arenas.values, samples: samples)
    let qkv = projected.matrix(in: arenas.values, samples: samples)
    Products.multiplyTransposed(x, inMatrix(arenas.parameters), into: qkv)
    LinearKernel.addBias(arenas.parameters.base + inBias, to: qkv)
    let mask = mask(pass, share)
    for sample in samples {
      kernel(sample).forward(
        into: context.matrix(in: arenas.values, samples: sample..<sample + 1), dropout: mask, row: sample)
    }
    let y = output.matrix(in: arenas.values, samples: samples)
    if addsTokens { LinearKernel.copy(x, into: y) }
    Products.multiplyTransposed(
      context.matrix(in: arenas.values, samples: samples), outMatrix(arenas.parameters), into: y, adding: addsTokens)
    LinearKernel.addBias(arenas.parameters.base + outBias, to: y)
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // output [samples · T, E] → stage 0: tokens [samples · T, E], a share of the samples; stage 1: the four parameters, a
    // share of the outputs.
    if stage == 0 {
      backwardTokens(pass, share)
    } else {
      backwardParameters(pass, share)
    }
  }

  private func backwardTokens(_ pass: Pass, _ share: Share) {
    let samples = share.range(of: pass.samples)
    let arenas = memory.arenas
    let gradient = output.matrix(in: arenas.slopes, samples: samples)
    Products.multiply(
      gradient, outMatrix(arenas.parameters), into: context.matrix(in: arenas.slopes, samples: samples))
    let scale = pass.isTraining && probability > 0 ? Float(1 / (1 - probability)) : 1
    let width = tokens.width
    let lane = share == .secondHalf ? Arenas.aligned(tokens.tokens) : 0
    for sample in samples {
      let one = sample..<sample + 1
      let slopes = projected.matrix(in: arenas.slopes, samples: one)
      kernel(sample).backward(
        context.matrix(in: arenas.slopes, samples: one), dropoutScale: scale,
        queryGradient: slopes.columns(0..<width), keyGradient: slopes.columns(width..<2 * width),
        valueGradient: slopes.columns(2 * width..<3 * width), scratch: arenas.values.base + scratch + lane)
    }
    let tokenGradient = tokens.matrix(in: arenas.slopes, samples: samples)
    if addsTokens { LinearKernel.copy(gradient, into: tokenGradient, adding: addsToInputs[0]) }
    Products.multiply(
      projected.matrix(in: arenas.slopes, samples: samples), inMatrix(arenas.parameters), into: tokenGradient,
      adding: addsTokens || addsToInputs[0])
  }

  private func backwardParameters(_ pass: Pass, _ share: Share) {
    let arenas = memory.arenas
    let samples = 0..<pass.samples
    let outputs = share.range(of: output.width, step: 4)
    let gradient = output.matrix(in: arenas.slopes, samples: samples).columns(outputs)
    let inner = context.matrix(in: arenas.values, samples: samples)
    Products.transposedMultiply(gradient, inner, into: outMatrix(arenas.gradients).rows(outputs))
    LinearKernel.sumRows(gradient, into: arenas.gradients.base + outBias + outputs.lowerBound)
    let projections = share.range(of: projected.width, step: 4)
    let slopes = projected.matrix(in: arenas.slopes, samples: samples).columns(projections)
    let x = tokens.matrix(in: arenas.values, samples: samples)
    Products.transposedMultiply(slopes, x, into: inMatrix(arenas.gradients).rows(projections))
    LinearKernel.sumRows(slopes, into: arenas.gradients.base + inBias + projections.lowerBound)
  }

  /// The attention of one sample.
  private func kernel(_ sample: Int) -> AttentionKernel {
    let arenas = memory.arenas
    let qkv = projected.matrix(in: arenas.values, samples: sample..<sample + 1)
    let width = tokens.width
    let start = sample * headCount * tokens.tokens * tokens.tokens
    return AttentionKernel(
      queries: qkv.columns(0..<width), keys: qkv.columns(width..<2 * width), values: qkv.columns(2 * width..<3 * width),
      headCount: headCount, weights: arenas.values.base + weights + start,
      dropped: arenas.values.base + dropped + start)
  }

  private func mask(_ pass: Pass, _ share: Share) -> DropoutMask? {
    if !pass.isTraining || probability == 0 { return nil }
    let count = headCount * tokens.tokens * tokens.tokens
    let lane = share == .secondHalf ? Arenas.aligned(count) : 0
    return DropoutMask(
      generator: memory.generator, stream: stream, step: pass.step, probability: probability, width: count,
      words: memory.arenas.words + words + lane)
  }

  private func inMatrix(_ arena: Arenas.Arena) -> Matrix {
    Matrix(arena.base + inWeight, rows: projected.width, columns: tokens.width)
  }

  private func outMatrix(_ arena: Arenas.Arena) -> Matrix {
    Matrix(arena.base + outWeight, rows: output.width, columns: output.width)
  }
}
