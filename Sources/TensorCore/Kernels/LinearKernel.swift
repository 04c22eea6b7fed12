/// What surrounds the product of a linear layer.
public enum LinearKernel {
  /// Adds a bias to each row; `matrix` is [rows, columns], `bias` [columns].
  public static func addBias(_ bias: Vector, to matrix: Matrix) {
    require(bias.count == matrix.columns, "a bias a column")
    let bias = bias.start
    for row in 0..<matrix.rows {
      let x = matrix.row(row)
      for column in 0..<matrix.columns { x[column] += bias[column] }
    }
  }

  /// `sums[c] = Σ matrix[r, c]`: a bias's gradient.
  public static func sumRows(_ matrix: Matrix, into sums: Vector) {
    require(sums.count == matrix.columns, "a sum a column")
    let sums = sums.start
    for column in 0..<matrix.columns { sums[column] = 0 }
    for row in 0..<matrix.rows {
      let x = matrix.row(row)
      for column in 0..<matrix.columns { sums[column] += x[column] }
    }
  }

  /// `output = x`, or `output += x`, row by row.
  public static func copy(_ x: Matrix, into output: Matrix, adding: Bool = false) {
    require(x.isLike(output), "a copy has the shape of its original")
    for row in 0..<x.rows {
      let (from, to) = (x.row(row), output.row(row))
      if adding {
        for column in 0..<x.columns { to[column] += from[column] }
      } else {
        for column in 0..<x.columns { to[column] = from[column] }
      }
    }
  }

  /// `x = dropout(relu(x))`, in place; `firstRow` is the mask's row of the first row.
  public static func rectify(_ x: Matrix, dropout: DropoutMask?, firstRow: Int) {
    for row in 0..<x.rows {
      let values = x.row(row)
      for column in 0..<x.columns { values[column] = values[column] < 0 ? 0 : values[column] }  // NaN stays NaN
      dropout?.apply(to: x.vector(row), row: firstRow + row)
    }
  }

  /// The gradient of `rectify`, in place: where ReLU or dropout made an output 0, nothing flows back.
  public static func rectifyBackward(_ gradient: Matrix, output: Matrix, dropoutScale: Float) {
    require(gradient.isLike(output), "a gradient a value")
    for row in 0..<gradient.rows {
      let (g, y) = (gradient.row(row), output.row(row))
      for column in 0..<gradient.columns { g[column] = y[column] > 0 ? g[column] * dropoutScale : 0 }
    }
  }

  /// `output = x · factor`, or `output += x · factor`, row by row.
  public static func scale(_ x: Matrix, by factor: Float, into output: Matrix, adding: Bool = false) {
    require(x.isLike(output), "a copy has the shape of its original")
    for row in 0..<x.rows {
      let (from, to) = (x.row(row), output.row(row))
      if adding {
        for column in 0..<x.columns { to[column] += from[column] * factor }
      } else {
        for column in 0..<x.columns { to[column] = from[column] * factor }
      }
    }
  }

  /// Zeroes and scales in place what the mask says; `firstRow` is the mask's row of the first row.
  public static func drop(_ x: Matrix, _ dropout: DropoutMask?, firstRow: Int) {
    guard let dropout else { return }
    for row in 0..<x.rows { dropout.apply(to: x.vector(row), row: firstRow + row) }
  }
}
