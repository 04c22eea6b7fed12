/// A sequence of rows made one vector.
public enum PoolingKernel {
  /// The mean over the valid rows of `rows` [count, columns] into `output` [columns]; zeros when there is none.
  ///
  /// - Parameter mask: 1 where a row is valid, [count].
  public static func mean(_ rows: Matrix, mask: UnsafeBufferPointer<UInt8>, into output: Vector) {
    require(mask.count == rows.rows && output.count == rows.columns, "a mask a row, a mean a column")
    let output = output.start
    var valid = 0
    for column in 0..<rows.columns { output[column] = 0 }
    for row in 0..<rows.rows where mask[row] == 1 {
      valid += 1
      let x = rows.row(row)
      for column in 0..<rows.columns { output[column] += x[column] }
    }
    let factor = 1 / Float(max(valid, 1))
    for column in 0..<rows.columns { output[column] *= factor }
  }

  /// The gradient of `mean` with respect to the rows: each valid one gets its share, the others 0.
  ///
  /// - Parameter mask: 1 where a row is valid, [count].
  public static func meanBackward(
    _ gradient: Vector, mask: UnsafeBufferPointer<UInt8>, into rowGradient: Matrix, adding: Bool
  ) {
    require(mask.count == rowGradient.rows && gradient.count == rowGradient.columns, "a mask a row, a mean a column")
    let (gradient, mask) = (gradient.start, mask.start)
    var valid = 0
    for row in 0..<rowGradient.rows { valid += Int(mask[row]) }
    let factor = 1 / Float(max(valid, 1))
    for row in 0..<rowGradient.rows {
      let result = rowGradient.row(row)
      let share = mask[row] == 1 ? factor : 0
      for column in 0..<rowGradient.columns {
        let value = gradient[column] * share
        result[column] = adding ? result[column] + value : value
      }
    }
  }

  /// `output = Σ softmax(rows · query)ᵢ rowsᵢ` over the valid rows; zeros when there is none.
  ///
  /// - Parameter weights: gets the softmax, [count]; 0 where a row is not valid.
  public static func attention(
    _ rows: Matrix, query: Vector, mask: UnsafeBufferPointer<UInt8>, weights: Vector, into output: Vector
  ) {
    require(mask.count == rows.rows && weights.count == rows.rows, "a mask and a weight a row")
    require(query.count == rows.columns && output.count == rows.columns, "a query and a mean a column")
    let (query, mask, weights, output) = (query.start, mask.start, weights.start, output.start)
    for column in 0..<rows.columns { output[column] = 0 }
    var largest = -Float.infinity
    for row in 0..<rows.rows where mask[row] == 1 {
      weights[row] = dot(rows.row(row), query, rows.columns)
      largest = max(largest, weights[row])
    }
    var sum: Float = 0
    for row in 0..<rows.rows {
      weights[row] = mask[row] == 1 ? exponential(weights[row] - largest) : 0
      sum += weights[row]
    }
    if sum == 0 { return }
    for row in 0..<rows.rows {
      weights[row] /= sum
      addScaled(rows.row(row), weights[row], to: output, rows.columns)
    }
  }

  /// The gradients of `attention` with respect to the rows and, added, to the query.
  ///
  /// - Parameter scratch: room for [count].
  public static func attentionBackward(
    _ gradient: Vector, rows: Matrix, query: Vector, weights: Vector, scratch: Vector, queryGradient: Vector,
    into rowGradient: Matrix, adding: Bool
  ) {
    require(rows.isLike(rowGradient), "a gradient a value")
    require(weights.count == rows.rows && scratch.count >= rows.rows, "a weight a row")
    require(
      gradient.count == rows.columns && query.count == rows.columns && queryGradient.count == rows.columns,
      "a query a column")
    let (gradient, query, weights) = (gradient.start, query.start, weights.start)
    let (scratch, queryGradient) = (scratch.start, queryGradient.start)
    var inner: Float = 0
    for row in 0..<rows.rows {
      scratch[row] = dot(gradient, rows.row(row), rows.columns)
      inner += scratch[row] * weights[row]
    }
    for row in 0..<rows.rows {
      let score = weights[row] * (scratch[row] - inner)
      let (x, result) = (rows.row(row), rowGradient.row(row))
      for column in 0..<rows.columns {
        let value = gradient[column] * weights[row] + query[column] * score
        result[column] = adding ? result[column] + value : value
        queryGradient[column] += x[column] * score
      }
    }
  }
}
