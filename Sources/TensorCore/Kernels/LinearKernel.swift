/// What surrounds the product of a linear layer.
public enum LinearKernel {
  /// Adds a bias to each row; `matrix` is [rows, columns], `bias` [columns].
  public static func addBias(_ bias: UnsafePointer<Float>, to matrix: Matrix) {
    for row in 0..<matrix.rows {
      let x = matrix.row(row)
      for column in 0..<matrix.columns { x[column] += bias[column] }
    }
  }

  /// `sums[c] = Σ matrix[r, c]`: a bias's gradient.
  public static func sumRows(_ matrix: Matrix, into sums: UnsafeMutablePointer<Float>) {
    for column in 0..<matrix.columns { sums[column] = 0 }
    for row in 0..<matrix.rows {
      let x = matrix.row(row)
      for column in 0..<matrix.columns { sums[column] += x[column] }
    }
  }

  /// `output = x`, or `output += x`, row by row.
  public static func copy(_ x: Matrix, into output: Matrix, adding: Bool = false) {
    for row in 0..<x.rows {
      let (from, to) = (x.row(row), output.row(row))
      if adding {
        for column in 0..<x.columns { to[column] += from[column] }
      } else {
        for column in 0..<x.columns { to[column] = from[column] }
      }
    }
  }
}
