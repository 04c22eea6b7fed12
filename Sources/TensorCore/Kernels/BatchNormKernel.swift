import CTensorCore

/// The arrays of one batch normalisation: [columns] each.
public struct BatchNormState {
  /// γ and β; mean and unbiased variance over batches, updated in training; 1 / √(variance + ε) of the last batch, kept
  /// for the backward pass.
  fileprivate let arrays: msa_batch_norm
  /// Room for two rows.
  fileprivate let scratch: UnsafeMutablePointer<Float>
  fileprivate let columns: Int

  /// PyTorch's defaults (`torch.nn.BatchNorm1d`).
  public static let epsilon: Float = 1e-5
  /// PyTorch's default: the weight of the newest batch in the running statistics.
  public static let momentum: Float = 0.1

  /// Gathers the arrays: `weight` says how many columns there are, `scratch` has room for two rows.
  public init(
    weight: Vector, bias: Vector, runningMean: Vector, runningVariance: Vector, inverseDeviation: Vector,
    scratch: Vector
  ) {
    columns = weight.count
    require(bias.count == columns && runningMean.count == columns, "a number a column")
    require(runningVariance.count == columns && inverseDeviation.count == columns, "a number a column")
    require(scratch.count >= checkedCount(2, columns), "room for two rows")
    arrays = msa_batch_norm(
      weight: weight.start, bias: bias.start, runningMean: runningMean.start, runningVariance: runningVariance.start,
      inverseDeviation: inverseDeviation.start)
    self.scratch = scratch.start
  }
}

/// Which values of an activation are zeroed: a function of seed, layer, step and position.
public struct DropoutMask {
  fileprivate let generator: Philox
  fileprivate let stream: UInt32
  fileprivate let step: UInt64
  /// Words below this are kept.
  fileprivate let threshold: UInt32
  /// 1 / (1 − p).
  public let scale: Float
  /// Room for the words of one row, rounded up to whole blocks of four.
  fileprivate let words: UnsafeMutableBufferPointer<UInt32>
  /// Blocks of four words that a whole row takes.
  fileprivate let rowBlocks: Int
  /// The first column of this part; a multiple of 4.
  fileprivate let firstColumn: Int

  /// Describes a mask over rows of `width` columns.
  ///
  /// - Parameters:
  ///   - probability: the share that is zeroed, in [0, 1).
  ///   - firstColumn: where the columns of this part start; a multiple of 4.
  ///   - words: room for as many words as columns in this part, rounded up to a multiple of 4.
  public init(
    generator: Philox, stream: UInt32, step: UInt64, probability: Double, width: Int, firstColumn: Int = 0,
    words: UnsafeMutableBufferPointer<UInt32>
  ) {
    self.generator = generator
    self.stream = stream
    self.step = step
    threshold = UInt32(((1 - probability) * 0x1p32).rounded(.down).clamped(to: 0...0x1.fffffffep31))
    scale = Float(1 / (1 - probability))
    self.words = words
    rowBlocks = (width + 3) / 4
    self.firstColumn = firstColumn
  }

  /// Zeroes and scales the values of a row, or the first of them.
  public func apply(to row: Vector, row number: Int) {
    let count = row.count
    require(words.count >= count, "a random word a value")
    let first = number * rowBlocks + firstColumn / 4
    generator.fill(words, blockCount: (count + 3) / 4, first: first, stream: stream, step: step)
    if count > 0 { msa_drop(row.start, words.start, count, threshold, scale) }
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

/// Bias, batch normalisation, ReLU and dropout in one pass, around a matrix product.
public enum BatchNormKernel {
  /// `output = dropout(relu(batchNorm(z + linearBias)))` in training mode; `z` becomes the normalised values.
  ///
  /// `z` and `output` are [batch, columns]; the batch has at least two rows. As `torch.nn.BatchNorm1d`: biased variance
  /// to normalise, unbiased for the running statistic.
  public static func forward(
    _ z: Matrix, linearBias: Vector, _ state: BatchNormState, rectifies: Bool, dropout: DropoutMask?,
    into output: Matrix
  ) {
    let (rows, columns) = (z.rows, z.columns)
    check(z, output, state, linearBias)
    let (mean, squares) = (state.scratch, state.scratch + columns)
    msa_batch_norm_statistics(
      z.base, z.stride, rows, columns, linearBias.start, BatchNormState.epsilon, BatchNormState.momentum, state.arrays,
      mean, squares)
    // Row by row if dropout follows, while the row is in cache.
    let step = dropout == nil ? max(1, rows) : 1
    for row in stride(from: 0, to: rows, by: step) {
      msa_batch_norm_rows(
        z.row(row), z.stride, step, columns, mean, state.arrays, rectifies, output.row(row), output.stride)
      dropout?.apply(to: output.vector(row), row: row)
    }
  }

  /// `output = relu(batchNorm(z + linearBias))` in evaluation mode, with the running statistics; `z` may be `output`.
  public static func evaluate(
    _ z: Matrix, linearBias: Vector, _ state: BatchNormState, rectifies: Bool, into output: Matrix
  ) {
    let columns = z.columns
    check(z, output, state, linearBias)
    msa_batch_norm_evaluate(
      z.base, z.stride, z.rows, columns, linearBias.start, BatchNormState.epsilon, state.arrays, rectifies,
      state.scratch, state.scratch + columns, output.base, output.stride)
  }

  /// The gradient with respect to `z`, written over `gradient`, and those of γ, β and the linear bias.
  ///
  /// `gradient` comes in as the gradient of `output`; `normalised` is what `forward` left in `z`. Where ReLU or dropout
  /// made an output 0, nothing flows back. The linear bias's gradient is 0 up to rounding, as in PyTorch.
  public static func backward(
    _ gradient: Matrix, output: Matrix, normalised: Matrix, _ state: BatchNormState, rectifies: Bool,
    dropoutScale: Float, weightGradient: Vector, biasGradient: Vector, linearBiasGradient: Vector
  ) {
    let (rows, columns) = (gradient.rows, gradient.columns)
    check(gradient, output, state, weightGradient)
    require(gradient.isLike(normalised), "a normalised value a gradient")
    require(biasGradient.count == columns && linearBiasGradient.count == columns, "a gradient a column")
    msa_batch_norm_backward(
      gradient.base, gradient.stride, output.base, output.stride, normalised.base, normalised.stride, rows, columns,
      state.arrays, rectifies, dropoutScale, weightGradient.start, biasGradient.start, linearBiasGradient.start)
  }

  /// Checks that two activations have the same shape, and that per-column arrays have one number per column.
  @inline(__always)
  private static func check(_ z: Matrix, _ output: Matrix, _ state: BatchNormState, _ numbers: Vector) {
    require(z.isLike(output), "an output a value")
    require(state.columns == z.columns && numbers.count == z.columns, "a number a column")
  }
}
