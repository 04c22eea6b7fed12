/// Products of embeddings, element by element.
public enum FusionKernel {
  /// The outer product of three vectors, each with a 1 before it, for each row: `output[i, j, k] = a[i] · b[j] · c[k]`.
  ///
  /// `a`, `b`, `c` are [rows, width]; `output` is [rows, (width + 1)³].
  public static func outerProduct(_ a: Matrix, _ b: Matrix, _ c: Matrix, into output: Matrix) {
    let (n, m, k) = (a.columns + 1, b.columns + 1, c.columns + 1)
    require(a.rows == b.rows && a.rows == c.rows && a.rows == output.rows, "as many rows in each factor")
    require(output.columns == checkedCount(checkedCount(n, m), k), "a column a product")
    for row in 0..<a.rows {
      let (x, y, z, result) = (a.row(row), b.row(row), c.row(row), output.row(row))
      for i in 0..<n {
        let first = i == 0 ? 1 : x[i - 1]
        for j in 0..<m {
          let factor = j == 0 ? first : first * y[j - 1]
          let line = result + (i * m + j) * k
          line[0] = factor
          for column in 1..<k { line[column] = factor * z[column - 1] }
        }
      }
    }
  }

  /// The gradients of `outerProduct` with respect to its three factors.
  public static func outerProductBackward(
    _ gradient: Matrix, _ a: Matrix, _ b: Matrix, _ c: Matrix, into results: (Matrix, Matrix, Matrix)
  ) {
    let (n, m, k) = (a.columns + 1, b.columns + 1, c.columns + 1)
    require(a.isLike(results.0) && b.isLike(results.1) && c.isLike(results.2), "a gradient a value")
    require(a.rows == b.rows && a.rows == c.rows && a.rows == gradient.rows, "as many rows in each factor")
    require(gradient.columns == checkedCount(checkedCount(n, m), k), "a column a product")
    for row in 0..<a.rows {
      let (x, y, z, g) = (a.row(row), b.row(row), c.row(row), gradient.row(row))
      let (dx, dy, dz) = (results.0.row(row), results.1.row(row), results.2.row(row))
      for column in 0..<n - 1 { dx[column] = 0 }
      for column in 0..<m - 1 { dy[column] = 0 }
      for column in 0..<k - 1 { dz[column] = 0 }
      for i in 0..<n {
        let first = i == 0 ? 1 : x[i - 1]
        for j in 0..<m {
          let second = j == 0 ? 1 : y[j - 1]
          let line = g + (i * m + j) * k
          let inner = line[0] + dot(line + 1, z, k - 1)
          if i > 0 { dx[i - 1] += second * inner }
          if j > 0 { dy[j - 1] += first * inner }
          addScaled(line + 1, first * second, to: dz, k - 1)
        }
      }
    }
  }

  /// `output[o] = Σ over ranks of weight[r] · a[r, o] · b[r, o] · c[r, o] + bias[o]`, for each row.
  ///
  /// `a`, `b`, `c` are [rows, ranks · outputs]; `output` is [rows, outputs].
  public static func rankSum(
    _ a: Matrix, _ b: Matrix, _ c: Matrix, weights: Vector, bias: Vector, into output: Matrix
  ) {
    let (outputs, ranks) = (output.columns, weights.count)
    require(a.isLike(b) && a.isLike(c) && a.rows == output.rows, "factors of one shape")
    require(bias.count == outputs && a.columns == checkedCount(ranks, outputs), "a column a rank and output")
    let (weights, bias) = (weights.start, bias.start)
    for row in 0..<a.rows {
      let result = output.row(row)
      for column in 0..<outputs { result[column] = bias[column] }
      for rank in 0..<ranks {
        let start = rank * outputs
        let (x, y, z, weight) = (a.row(row) + start, b.row(row) + start, c.row(row) + start, weights[rank])
        for column in 0..<outputs { result[column] += weight * x[column] * y[column] * z[column] }
      }
    }
  }

  /// The gradients of `rankSum` with respect to its factors, weights and bias.
  public static func rankSumBackward(
    _ gradient: Matrix, _ a: Matrix, _ b: Matrix, _ c: Matrix, weights: Vector, into results: (Matrix, Matrix, Matrix),
    weightGradient: Vector, biasGradient: Vector
  ) {
    let (outputs, ranks) = (gradient.columns, weights.count)
    require(a.isLike(b) && a.isLike(c) && a.rows == gradient.rows, "factors of one shape")
    require(a.isLike(results.0) && a.isLike(results.1) && a.isLike(results.2), "a gradient a value")
    require(a.columns == checkedCount(ranks, outputs), "a column a rank and output")
    require(weightGradient.count == ranks && biasGradient.count == outputs, "a gradient a rank and output")
    let (weights, weightGradient, biasGradient) = (weights.start, weightGradient.start, biasGradient.start)
    for rank in 0..<ranks { weightGradient[rank] = 0 }
    for column in 0..<outputs { biasGradient[column] = 0 }
    for row in 0..<a.rows {
      let g = gradient.row(row)
      for column in 0..<outputs { biasGradient[column] += g[column] }
      for rank in 0..<ranks {
        let start = rank * outputs
        let (x, y, z, weight) = (a.row(row) + start, b.row(row) + start, c.row(row) + start, weights[rank])
        let (dx, dy, dz) = (results.0.row(row) + start, results.1.row(row) + start, results.2.row(row) + start)
        var sum: Float = 0
        for column in 0..<outputs {
          let slope = g[column] * weight
          dx[column] = slope * y[column] * z[column]
          dy[column] = slope * x[column] * z[column]
          dz[column] = slope * x[column] * y[column]
          sum += g[column] * x[column] * y[column] * z[column]
        }
        weightGradient[rank] += sum
      }
    }
  }
}
