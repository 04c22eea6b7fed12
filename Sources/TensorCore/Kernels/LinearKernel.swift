import CTensorCore

/// The operations around the product of a linear layer.
public enum LinearKernel {
  /// Adds a bias to each row; `matrix` is [rows, columns], `bias` [columns].
  public static func addBias(_ bias: Vector, to matrix: Matrix) {
    require(bias.count == matrix.columns, "a bias a column")
    msa_add_rows(bias.start, 0, matrix.rows, matrix.columns, matrix.base, matrix.stride)
  }

  /// `sums[c] = Σ matrix[r, c]`: a bias's gradient.
  public static func sumRows(_ matrix: Matrix, into sums: Vector) {
    require(sums.count == matrix.columns, "a sum a column")
    sums.update(repeating: 0)
    msa_add_rows(matrix.base, matrix.stride, matrix.rows, matrix.columns, sums.start, 0)
  }

  /// `output = x`, or `output += x`, row by row.
  public static func copy(_ x: Matrix, into output: Matrix, adding: Bool = false) {
    require(x.isLike(output), "a copy has the shape of its original")
    if adding {
      msa_add_rows(x.base, x.stride, x.rows, x.columns, output.base, output.stride)
    } else {
      msa_copy_rows(x.base, x.stride, x.rows, x.columns, output.base, output.stride)
    }
  }

  /// `x = dropout(relu(x))`, in place; `firstRow` is the mask's row of the first row.
  public static func rectify(_ x: Matrix, dropout: DropoutMask?, firstRow: Int) {
    for row in 0..<x.rows {
      msa_rectify(x.row(row), x.columns)
      dropout?.apply(to: x.vector(row), row: firstRow + row)
    }
  }

  /// The gradient of `rectify`, in place: where ReLU or dropout made an output 0, nothing flows back.
  public static func rectifyBackward(_ gradient: Matrix, output: Matrix, dropoutScale: Float) {
    require(gradient.isLike(output), "a gradient a value")
    msa_rectify_backward(
      gradient.base, gradient.stride, output.base, output.stride, gradient.rows, gradient.columns, dropoutScale)
  }

  /// `output = x · factor`, or `output += x · factor`, row by row.
  public static func scale(_ x: Matrix, by factor: Float, into output: Matrix, adding: Bool = false) {
    require(x.isLike(output), "a copy has the shape of its original")
    msa_scale_and_copy(x.base, x.stride, x.rows, x.columns, factor, output.base, output.stride, adding)
  }

  /// Zeroes and scales in place as the mask says; `firstRow` is the mask's row of the first row.
  public static func drop(_ x: Matrix, _ dropout: DropoutMask?, firstRow: Int) {
    guard let dropout else { return }
    for row in 0..<x.rows { dropout.apply(to: x.vector(row), row: firstRow + row) }
  }
}
