/// What one batch normalisation owns: [columns] each.
public struct BatchNormState {
  /// γ.
  fileprivate let weight: UnsafeMutablePointer<Float>
  /// β.
  fileprivate let bias: UnsafeMutablePointer<Float>
  /// Mean over batches, updated in training.
  fileprivate let runningMean: UnsafeMutablePointer<Float>
  /// Unbiased variance over batches, updated in training.
  fileprivate let runningVariance: UnsafeMutablePointer<Float>
  /// 1 / √(variance + ε) of the last batch, kept for the backward pass.
  fileprivate let inverseDeviation: UnsafeMutablePointer<Float>
  /// Room for two rows.
  fileprivate let scratch: UnsafeMutablePointer<Float>
  fileprivate let columns: Int

  /// PyTorch's defaults (`torch.nn.BatchNorm1d`).
  public static let epsilon: Float = 1e-5
  /// PyTorch's default: the share of the newest batch in the running figures.
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
    self.weight = weight.start
    self.bias = bias.start
    self.runningMean = runningMean.start
    self.runningVariance = runningVariance.start
    self.inverseDeviation = inverseDeviation.start
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
  /// The first column at hand; a multiple of 4.
  fileprivate let firstColumn: Int

  /// Describes a mask over rows of `width` columns.
  ///
  /// - Parameters:
  ///   - probability: the share that is zeroed, in [0, 1).
  ///   - firstColumn: where the columns at hand start; a multiple of 4.
  ///   - words: room for as many words as columns at hand, rounded up to a multiple of 4.
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
    let (values, words, threshold, scale) = (row.start, words.start, threshold, scale)
    for column in 0..<count {
      values[column] = words[column] < threshold ? values[column] * scale : 0
    }
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

/// Bias, batch normalisation, ReLU and dropout in one go, around a matrix product.
public enum BatchNormKernel {
  /// `output = dropout(relu(batchNorm(z + linearBias)))` in training mode; `z` becomes the normalised values.
  ///
  /// `z` and `output` are [batch, columns]; the batch has two rows at least. As `torch.nn.BatchNorm1d`: biased variance to
  /// normalise, unbiased for the running figure.
  public static func forward(
    _ z: Matrix, linearBias: Vector, _ state: BatchNormState, rectifies: Bool, dropout: DropoutMask?,
    into output: Matrix
  ) {
    let (rows, columns) = (z.rows, z.columns)
    check(z, output, state, linearBias)
    let linearBias = linearBias.start
    let (mean, squares) = (state.scratch, state.scratch + columns)
    addRows(z, into: mean)
    let inverseCount = 1 / Float(rows)
    // z + bias − (mean + bias) = z − mean: the bias only moves the running mean.
    for column in 0..<columns { mean[column] *= inverseCount }
    sumSquaredDeviations(z, mean: mean, into: squares)
    update(state, mean: mean, linearBias: linearBias, squares: squares, rows: rows, columns: columns)
    let (gamma, beta, inverse) = (state.weight, state.bias, state.inverseDeviation)
    for row in 0..<rows {
      let (x, y) = (z.row(row), output.row(row))
      if rectifies {
        for column in 0..<columns {
          let normalised = (x[column] - mean[column]) * inverse[column]
          x[column] = normalised
          let value = normalised * gamma[column] + beta[column]
          y[column] = value < 0 ? 0 : value  // NaN stays NaN
        }
      } else {
        for column in 0..<columns {
          let normalised = (x[column] - mean[column]) * inverse[column]
          x[column] = normalised
          y[column] = normalised * gamma[column] + beta[column]
        }
      }
      dropout?.apply(to: Vector(start: y, count: columns), row: row)
    }
  }

  /// `output = relu(batchNorm(z + linearBias))` in evaluation mode, with the running figures; `z` may be `output`.
  public static func evaluate(
    _ z: Matrix, linearBias: Vector, _ state: BatchNormState, rectifies: Bool, into output: Matrix
  ) {
    let columns = z.columns
    check(z, output, state, linearBias)
    let linearBias = linearBias.start
    let (factor, shift) = (state.scratch, state.scratch + columns)
    for column in 0..<columns {
      factor[column] = state.weight[column] / (state.runningVariance[column] + BatchNormState.epsilon).squareRoot()
      shift[column] = state.bias[column] + (linearBias[column] - state.runningMean[column]) * factor[column]
    }
    for row in 0..<z.rows {
      let (x, y) = (z.row(row), output.row(row))
      for column in 0..<columns {
        let value = x[column] * factor[column] + shift[column]
        y[column] = rectifies && value < 0 ? 0 : value
      }
    }
  }

  /// The gradient with respect to `z`, written over `gradient`, and those of γ, β and the linear bias.
  ///
  /// `gradient` comes in as the gradient of `output`; `normalised` is what `forward` left in `z`. Where ReLU or dropout
  /// made an output 0, nothing flows back. The linear bias's gradient is 0 but for rounding, as in PyTorch.
  public static func backward(
    _ gradient: Matrix, output: Matrix, normalised: Matrix, _ state: BatchNormState, rectifies: Bool,
    dropoutScale: Float, weightGradient: Vector, biasGradient: Vector, linearBiasGradient: Vector
  ) {
    let (rows, columns) = (gradient.rows, gradient.columns)
    check(gradient, output, state, weightGradient)
    require(gradient.isLike(normalised), "a normalised value a gradient")
    require(biasGradient.count == columns && linearBiasGradient.count == columns, "a gradient a column")
    let (weightGradient, biasGradient) = (weightGradient.start, biasGradient.start)
    let linearBiasGradient = linearBiasGradient.start
    for column in 0..<columns {
      weightGradient[column] = 0
      biasGradient[column] = 0
      linearBiasGradient[column] = 0
    }
    for row in 0..<rows {
      let (g, y, x) = (gradient.row(row), output.row(row), normalised.row(row))
      if rectifies {
        for column in 0..<columns { g[column] = y[column] > 0 ? g[column] * dropoutScale : 0 }
      }
      for column in 0..<columns {
        biasGradient[column] += g[column]
        weightGradient[column] += g[column] * x[column]
      }
    }
    let inverseCount = 1 / Float(rows)
    let (gamma, inverse) = (state.weight, state.inverseDeviation)
    for row in 0..<rows {
      let (g, x) = (gradient.row(row), normalised.row(row))
      for column in 0..<columns {
        let centred = g[column] - (biasGradient[column] + x[column] * weightGradient[column]) * inverseCount
        g[column] = centred * (gamma[column] * inverse[column])
        linearBiasGradient[column] += g[column]
      }
    }
  }

  /// That two activations have one shape, and that there is a number a column in what belongs to columns.
  @inline(__always)
  private static func check(_ z: Matrix, _ output: Matrix, _ state: BatchNormState, _ numbers: Vector) {
    require(z.isLike(output), "an output a value")
    require(state.columns == z.columns && numbers.count == z.columns, "a number a column")
  }

  /// `sums[c] = Σ z[r, c]`.
  private static func addRows(_ z: Matrix, into sums: UnsafeMutablePointer<Float>) {
    let columns = z.columns
    for column in 0..<columns { sums[column] = 0 }
    for row in 0..<z.rows {
      let x = z.row(row)
      for column in 0..<columns { sums[column] += x[column] }
    }
  }

  private static func sumSquaredDeviations(
    _ z: Matrix, mean: UnsafeMutablePointer<Float>, into squares: UnsafeMutablePointer<Float>
  ) {
    let columns = z.columns
    for column in 0..<columns { squares[column] = 0 }
    for row in 0..<z.rows {
      let x = z.row(row)
      for column in 0..<columns {
        let deviation = x[column] - mean[column]
        squares[column] += deviation * deviation
      }
    }
  }

  private static func update(
    _ state: BatchNormState, mean: UnsafeMutablePointer<Float>, linearBias: UnsafeMutablePointer<Float>,
    squares: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) {
    let (inverseCount, inverseUnbiased) = (1 / Float(rows), 1 / Float(rows - 1))
    let momentum = BatchNormState.momentum
    let (runningMean, runningVariance) = (state.runningMean, state.runningVariance)
    let inverse = state.inverseDeviation
    for column in 0..<columns {
      inverse[column] = 1 / (squares[column] * inverseCount + BatchNormState.epsilon).squareRoot()
      runningMean[column] = runningMean[column] * (1 - momentum) + (mean[column] + linearBias[column]) * momentum
      runningVariance[column] =
        runningVariance[column] * (1 - momentum) + squares[column] * inverseUnbiased * momentum
    }
  }
}
