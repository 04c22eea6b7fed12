/// Normalisation of each row, as `torch.nn.LayerNorm` over the last axis.
public enum LayerNormKernel {
  /// PyTorch's default.
  public static let epsilon: Float = 1e-5

  /// `output = (x − mean) / √(variance + ε) · weight + bias`, row by row; `x` and `output` are [rows, columns].
  ///
  /// - Parameter inverseDeviation: gets 1 / √(variance + ε) of each row.
  public static func forward(
    _ x: Matrix, weight: Vector, bias: Vector, normalised: Matrix, inverseDeviation: Vector, into output: Matrix
  ) {
    require(weight.count == x.columns && bias.count == x.columns, "a weight and a bias a column")
    require(x.isLike(normalised) && x.isLike(output), "the normalised values have the shape of the input")
    require(inverseDeviation.count >= x.rows, "room for a number a row")
    let (weight, bias, inverseDeviation) = (weight.start, bias.start, inverseDeviation.start)
    let inverseCount = 1 / Float(x.columns)
    for row in 0..<x.rows {
      let (from, kept, to) = (x.row(row), normalised.row(row), output.row(row))
      var mean: Float = 0
      for column in 0..<x.columns { mean += from[column] }
      mean *= inverseCount
      var squares: Float = 0
      for column in 0..<x.columns {
        let deviation = from[column] - mean
        squares += deviation * deviation
      }
      let inverse = 1 / (squares * inverseCount + epsilon).squareRoot()
      inverseDeviation[row] = inverse
      for column in 0..<x.columns {
        let value = (from[column] - mean) * inverse
        kept[column] = value
        to[column] = value * weight[column] + bias[column]
      }
    }
  }

  /// The gradients with respect to `x`, weight and bias from that of the output.
  ///
  /// - Parameters:
  ///   - accumulates: whether the gradients of weight and bias join what is there or replace it.
  ///   - adding: the same for the gradient of `x`.
  public static func backward(
    _ gradient: Matrix, normalised: Matrix, inverseDeviation: Vector, weight: Vector, weightGradient: Vector,
    biasGradient: Vector, accumulates: Bool, into inputGradient: Matrix, adding: Bool
  ) {
    let columns = gradient.columns
    require(
      weight.count == columns && weightGradient.count == columns && biasGradient.count == columns,
      "a weight and its gradients a column")
    require(gradient.isLike(normalised) && gradient.isLike(inputGradient), "a gradient a value")
    require(inverseDeviation.count >= gradient.rows, "a number a row")
    let (weight, inverseDeviation) = (weight.start, inverseDeviation.start)
    let (weightGradient, biasGradient) = (weightGradient.start, biasGradient.start)
    let inverseCount = 1 / Float(columns)
    if !accumulates {
      for column in 0..<columns {
        weightGradient[column] = 0
        biasGradient[column] = 0
      }
    }
    for row in 0..<gradient.rows {
      let (g, x, result) = (gradient.row(row), normalised.row(row), inputGradient.row(row))
      var (sum, product): (Float, Float) = (0, 0)
      for column in 0..<columns {
        weightGradient[column] += g[column] * x[column]
        biasGradient[column] += g[column]
        let slope = g[column] * weight[column]
        sum += slope
        product += slope * x[column]
      }
      for column in 0..<columns {
        let centred = g[column] * weight[column] - (sum + x[column] * product) * inverseCount
        let value = centred * inverseDeviation[row]
        result[column] = adding ? result[column] + value : value
      }
    }
  }
}
