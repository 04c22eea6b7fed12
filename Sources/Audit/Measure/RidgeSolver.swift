/// Ridge regression in closed form from sums of products, with a constant that is not penalised.
///
/// Of columns x and targets y, all samples stacked: w = (XᵀX + λ)⁻¹ Xᵀy, columns and targets moved to mean 0 first. Sums run
/// in a fixed order in float64, by operations that IEEE 754 defines to the last bit.
struct RidgeSolver {
  /// Columns of x.
  let width: Int
  let targetCount: Int
  /// The order of `products`: columns, a column of ones, targets.
  static func order(width: Int, targetCount: Int) -> Int { width + 1 + targetCount }

  /// Coefficients [width, targets], row-major, and a constant for each target.
  private(set) var coefficients: [Double]
  private(set) var constants: [Double]
  private var matrix: [Double]

  init(width: Int, targetCount: Int) {
    self.width = width
    self.targetCount = targetCount
    coefficients = Array(repeating: 0, count: width * targetCount)
    constants = Array(repeating: 0, count: targetCount)
    matrix = Array(repeating: 0, count: width * width)
  }

  /// Solves for `coefficients` and `constants`.
  ///
  /// - Parameters:
  ///   - products: the products of all columns with all, [order, order], of which only the upper triangle is read.
  ///   - penalty: λ, above 0.
  ///   - leavingOut: columns that the model must not read: their coefficients are 0.
  mutating func solve(_ products: [Double], penalty: Double, leavingOut: Range<Int>) {
    let order = Self.order(width: width, targetCount: targetCount)
    let count = max(1, products[width * order + width])
    let sums = (0..<width).map { products[$0 * order + width] }
    let means = (0..<targetCount).map { products[width * order + width + 1 + $0] / count }
    for row in 0..<width {
      let share = sums[row] / count
      for column in row..<width {
        matrix[row * width + column] = products[row * order + column] - share * sums[column]
      }
      matrix[row * width + row] += penalty
      for target in 0..<targetCount {
        coefficients[row * targetCount + target] =
          products[row * order + width + 1 + target] - sums[row] * means[target]
      }
    }
    for left in leavingOut {
      for row in 0..<left { matrix[row * width + left] = 0 }
      for column in left..<width { matrix[left * width + column] = 0 }
      matrix[left * width + left] = penalty
      for target in 0..<targetCount { coefficients[left * targetCount + target] = 0 }
    }
    decompose(smallest: penalty / 2)
    substitute()
    for target in 0..<targetCount {
      var constant = means[target]
      for row in 0..<width { constant -= coefficients[row * targetCount + target] * sums[row] / count }
      constants[target] = constant
    }
  }

  /// The Cholesky decomposition UᵀU of the matrix, in its upper triangle.
  ///
  /// - Parameter smallest: no pivot is below the penalty but by rounding.
  private mutating func decompose(smallest: Double) {
    let width = width
    matrix.withUnsafeMutableBufferPointer { matrix in
      guard let base = matrix.baseAddress else { return }
      for pivot in 0..<width {
        let top = base + pivot * width
        let root = max(smallest, top[pivot]).squareRoot()
        let factor = 1 / root
        top[pivot] = root
        for column in pivot + 1..<width { top[column] *= factor }
        for row in pivot + 1..<width {
          let (cells, weight) = (base + row * width, top[row])
          if weight == 0 { continue }
          for column in row..<width { cells[column] -= weight * top[column] }
        }
      }
    }
  }

  /// Solves UᵀU w = c, where `coefficients` holds c.
  private mutating func substitute() {
    for target in 0..<targetCount {
      for row in 0..<width {
        coefficients[row * targetCount + target] /= matrix[row * width + row]
        let value = coefficients[row * targetCount + target]
        for column in row + 1..<width {
          coefficients[column * targetCount + target] -= matrix[row * width + column] * value
        }
      }
      for row in (0..<width).reversed() {
        var value = coefficients[row * targetCount + target]
        for column in row + 1..<width {
          value -= matrix[row * width + column] * coefficients[column * targetCount + target]
        }
        coefficients[row * targetCount + target] = value / matrix[row * width + row]
      }
    }
  }
}
