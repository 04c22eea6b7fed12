import CTensorCore

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
    msa_layer_norm(
      x.base, x.stride, x.rows, x.columns, weight.start, bias.start, epsilon, normalised.base, normalised.stride,
      inverseDeviation.start, output.base, output.stride)
  }

  /// The gradients with respect to `x`, weight and bias from that of the output.
  ///
  /// - Parameters:
  ///   - accumulates: whether the gradients of weight and bias are added to what is there or replace it.
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
    msa_layer_norm_backward(
      gradient.base, gradient.stride, normalised.base, normalised.stride, gradient.rows, columns,
      inverseDeviation.start, weight.start, weightGradient.start, biasGradient.start, accumulates, inputGradient.base,
      inputGradient.stride, adding)
  }
}
