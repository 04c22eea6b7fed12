/// The numbers of one Adam step, rounded from float64 as PyTorch's scalars are.
public struct AdamStep: Sendable {
  /// What gradients are multiplied by first: the clipping coefficient.
  public let gradientScale: Float
  fileprivate let decay: Float
  fileprivate let addedDecay: Float
  fileprivate let (beta1Rest, beta2, beta2Rest): (Float, Float, Float)
  fileprivate let stepSize: Float
  fileprivate let correction2: Float
  fileprivate let epsilon: Float

  /// - Parameters:
  ///   - step: from 1.
  ///   - isDecoupled: `true` for AdamW: weights shrink by themselves; `false` for Adam: the decay joins the gradient.
  public init(
    step: Int, learningRate: Double, weightDecay: Double, isDecoupled: Bool, gradientScale: Double,
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.gradientScale = Float(gradientScale)
    decay = isDecoupled ? Float(1 - learningRate * weightDecay) : 1
    addedDecay = isDecoupled ? 0 : Float(weightDecay)
    beta1Rest = Float(1 - beta1)
    self.beta2 = Float(beta2)
    beta2Rest = Float(1 - beta2)
    stepSize = Float(learningRate / (1 - Self.power(beta1, step)))
    correction2 = Float(1 / (1 - Self.power(beta2, step)).squareRoot())
    self.epsilon = Float(epsilon)
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
    let (parameters, gradients, mean, square) = (parameters.start, gradients.start, mean.start, square.start)
    let (scale, decay, addedDecay) = (step.gradientScale, step.decay, step.addedDecay)
    let (beta1Rest, beta2, beta2Rest) = (step.beta1Rest, step.beta2, step.beta2Rest)
    let (stepSize, correction2, epsilon) = (step.stepSize, step.correction2, step.epsilon)
    for index in 0..<count {
      let parameter = parameters[index]
      let gradient = gradients[index] * scale + parameter * addedDecay
      let m = mean[index] + (gradient - mean[index]) * beta1Rest
      let v = square[index] * beta2 + gradient * gradient * beta2Rest
      mean[index] = m
      square[index] = v
      parameters[index] = parameter * decay - stepSize * m / (v.squareRoot() * correction2 + epsilon)
    }
  }

  /// One step of `torch.optim.SGD` without dampening; `velocity` is used when `momentum` is not 0.
  public static func sgd(
    _ parameters: Vector, gradients: Vector, velocity: Vector, learningRate: Float, weightDecay: Float,
    momentum: Float, gradientScale: Float
  ) {
    let count = parameters.count
    require(gradients.count == count && velocity.count == count, "a gradient a parameter")
    let (parameters, gradients, velocity) = (parameters.start, gradients.start, velocity.start)
    for index in 0..<count {
      let gradient = gradients[index] * gradientScale + parameters[index] * weightDecay
      // The first step's velocity is the gradient itself: it starts from 0, so the same formula holds.
      let speed = velocity[index] * momentum + gradient
      velocity[index] = speed
      parameters[index] -= learningRate * speed
    }
  }

  /// Σ x² in a fixed order: 32 running sums, then float64.
  public static func squaredNorm(_ values: Vector) -> Double {
    let (count, values) = (values.count, values.start)
    var (a, b, c, d) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    let raw = UnsafeRawPointer(values)
    var index = 0
    while index + 32 <= count {
      let x0 = raw.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
      let x1 = raw.loadUnaligned(fromByteOffset: 4 * index + 32, as: SIMD8<Float>.self)
      let x2 = raw.loadUnaligned(fromByteOffset: 4 * index + 64, as: SIMD8<Float>.self)
      let x3 = raw.loadUnaligned(fromByteOffset: 4 * index + 96, as: SIMD8<Float>.self)
      a += x0 * x0
      b += x1 * x1
      c += x2 * x2
      d += x3 * x3
      index += 32
    }
    var sum = 0.0
    for lane in 0..<8 { sum += Double(a[lane]) + Double(b[lane]) + Double(c[lane]) + Double(d[lane]) }
    while index < count {
      sum += Double(values[index] * values[index])
      index += 1
    }
    return sum
  }
}
