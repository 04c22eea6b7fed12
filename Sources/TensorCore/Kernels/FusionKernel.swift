import CTensorCore

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
      msa_outer_product(a.row(row), n - 1, b.row(row), m - 1, c.row(row), k - 1, output.row(row))
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
      msa_outer_product_backward(
        gradient.row(row), a.row(row), n - 1, b.row(row), m - 1, c.row(row), k - 1, results.0.row(row),
        results.1.row(row), results.2.row(row))
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
    for row in 0..<a.rows {
      msa_rank_sum(
        a.row(row), b.row(row), c.row(row), weights.start, ranks, bias.start, outputs, output.row(row))
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
    weightGradient.update(repeating: 0)
    biasGradient.update(repeating: 0)
    for row in 0..<a.rows {
      msa_rank_sum_backward(
        gradient.row(row), a.row(row), b.row(row), c.row(row), weights.start, ranks, outputs, results.0.row(row),
        results.1.row(row), results.2.row(row), weightGradient.start, biasGradient.start)
    }
  }
}
