/// A sequence of rows made one vector.
public enum PoolingKernel {
  /// The mean over the valid rows of `rows` [count, columns] into `output` [columns]; zeros when there is none.
  @inlinable
  public static func mean(_ rows: Matrix, isValid: (Int) -> Bool, into output: UnsafeMutablePointer<Float>) {
    var valid = 0
    for column in 0..<rows.columns { output[column] = 0 }
    for row in 0..<rows.rows where isValid(row) {
      valid += 1
      let x = rows.row(row)
      for column in 0..<rows.columns { output[column] += x[column] }
    }
    let factor = 1 / Float(max(valid, 1))
    for column in 0..<rows.columns { output[column] *= factor }
  }
}
