import CTensorCore

/// The numbers of one Adam step, rounded from float64 as PyTorch's scalars are.
public struct AdamStep: Sendable {
  /// The clipping coefficient, by which gradients are multiplied first.
  public var gradientScale: Float { numbers.gradientScale }
  fileprivate let numbers: msa_adam_step

  /// - Parameters:
  ///   - step: from 1.
  ///   - isDecoupled: `true` for AdamW: weights shrink directly; `false` for Adam: the decay is added to the gradient.
  public init(
    step: Int, learningRate: Double, weightDecay: Double, isDecoupled: Bool, gradientScale: Double,
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    numbers = msa_adam_step(
      gradientScale: Float(gradientScale), decay: isDecoupled ? Float(1 - learningRate * weightDecay) : 1,
      addedDecay: isDecoupled ? 0 : Float(weightDecay), beta1Rest: Float(1 - beta1), beta2: Float(beta2),
      beta2Rest: Float(1 - beta2), stepSize: Float(learningRate / (1 - Self.power(beta1, step))),
      correction2: Float(1 / (1 - Self.power(beta2, step)).squareRoot()), epsilon: Float(epsilon))
  }

  /// By squaring: the same bits with every C library.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}

/// Steps of optimisers over flat arenas.
public enum OptimizerKernel {
  /// One step of Adam or AdamW, as `torch.optim.adamw._single_tensor_adamw`.
  public static func adam(
    _ parameters: Vector, gradients: Vector, mean: Vector, square: Vector, _ step: AdamStep
  ) {
    let count = parameters.count
    require(gradients.count == count && mean.count == count && square.count == count, "a gradient a parameter")
    if count == 0 { return }
    msa_adam(parameters.start, gradients.start, mean.start, square.start, count, step.numbers)
  }

  /// One step of `torch.optim.SGD` without dampening; `velocity` is used when `momentum` is not 0.
  public static func sgd(
    _ parameters: Vector, gradients: Vector, velocity: Vector, learningRate: Float, weightDecay: Float,
    momentum: Float, gradientScale: Float
  ) {
    let count = parameters.count
    require(gradients.count == count && velocity.count == count, "a gradient a parameter")
    if count == 0 { return }
    msa_sgd(
      parameters.start, gradients.start, velocity.start, count, learningRate, weightDecay, momentum, gradientScale)
  }

  /// Σ x² in a fixed order: 32 running sums, then float64.
  public static func squaredNorm(_ values: Vector) -> Double {
    values.isEmpty ? 0 : msa_squared_norm(values.start, values.count)
  }
}
