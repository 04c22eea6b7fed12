/// An ordinary least-squares fit of a target to one or two columns and a constant, in float64.
struct LinearFit: Sendable {
  /// One coefficient per column.
  let coefficients: [Double]
  let constant: Double
  /// 1 − R²: the share of the target's variance that remains.
  let residualShare: Double

  /// Fits `target` to `columns`; nil if a column is constant or the two are collinear.
  init?(_ target: [Double], on columns: [[Double]]) {
    precondition(columns.count == 1 || columns.count == 2, "one or two columns are fitted")
    let y = Self.centered(target)
    let x = columns.map(Self.centered)
    let yy = Self.product(y.values, y.values)
    let xy = x.map { Self.product($0.values, y.values) }
    let xx = x.map { Self.product($0.values, $0.values) }
    guard yy > 0, xx.allSatisfy({ $0 > 0 }) else { return nil }
    if x.count == 1 {
      coefficients = [xy[0] / xx[0]]
    } else {
      let cross = Self.product(x[0].values, x[1].values)
      let determinant = xx[0] * xx[1] - cross * cross
      guard determinant > xx[0] * xx[1] * 1e-9 else { return nil }
      coefficients = [
        (xy[0] * xx[1] - xy[1] * cross) / determinant, (xy[1] * xx[0] - xy[0] * cross) / determinant,
      ]
    }
    constant = y.mean - zip(coefficients, x).reduce(0) { $0 + $1.0 * $1.1.mean }
    var left = 0.0
    for sample in y.values.indices {
      var residual = y.values[sample]
      for (coefficient, column) in zip(coefficients, x) { residual -= coefficient * column.values[sample] }
      left += residual * residual
    }
    residualShare = left / yy
  }

  private static func centered(_ values: [Double]) -> (values: [Double], mean: Double) {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    return (values.map { $0 - mean }, mean)
  }

  private static func product(_ first: [Double], _ second: [Double]) -> Double {
    var sum = 0.0
    for index in first.indices { sum += first[index] * second[index] }
    return sum
  }
}
