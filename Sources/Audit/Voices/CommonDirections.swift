import Foundation

/// Directions in which the samples of one recording vary more together than columns do by chance: what is felt and said moves
/// all of them at once, and makes recordings alike or unlike whoever speaks.
struct CommonDirections {
  /// The deviation of each column within recordings.
  private let deviations: [Double]
  /// At right angles, of length 1.
  private let directions: [[Double]]

  private static let mostSamples = 4096
  private static let iterations = 60
  /// Above the largest share of chance, that of a random matrix of as many columns and samples (Marchenko and Pastur, 1967).
  private static let margin = 1.3
  /// Of the columns.
  private static let largestShare = 0.25

  /// - Parameter values: [recordings][samples][columns].
  /// - Returns: nil where no recording has two samples.
  init?(_ values: [[[Double]]]) {
    var residuals: [[Double]] = []
    var freedom = 0
    for samples in values where samples.count > 1 && residuals.count < Self.mostSamples {
      let width = samples[0].count
      var mean = [Double](repeating: 0, count: width)
      for sample in samples { for column in 0..<width { mean[column] += sample[column] / Double(samples.count) } }
      // A mean of few takes a part of their deviations.
      let factor = (Double(samples.count) / Double(samples.count - 1)).squareRoot()
      residuals += samples.map { sample in zip(sample, mean).map { ($0 - $1) * factor } }
      freedom += samples.count - 1
    }
    guard let width = residuals.first?.count, width > 0 else { return nil }
    var squares = [Double](repeating: 0, count: width)
    for row in residuals { for column in 0..<width { squares[column] += row[column] * row[column] } }
    let deviations = squares.map { ($0 / Double(residuals.count)).squareRoot() }
    self.deviations = deviations
    var covariance = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    for row in residuals {
      let unit = zip(row, deviations).map { $1 > 0 ? $0 / $1 : 0 }
      for one in 0..<width where unit[one] != 0 {
        let factor = unit[one] / Double(residuals.count)
        for other in 0..<width { covariance[one][other] += factor * unit[other] }
      }
    }
    let edge = 1 + (Double(width) / Double(freedom)).squareRoot()
    let limit = Self.margin * edge * edge * Double(freedom) / Double(residuals.count)
    var found: [[Double]] = []
    while Double(found.count) < Self.largestShare * Double(width) {
      let (direction, size) = Self.largest(of: covariance)
      if size <= limit { break }
      found.append(direction)
      for one in 0..<width {
        for other in 0..<width { covariance[one][other] -= size * direction[one] * direction[other] }
      }
    }
    directions = found
  }

  /// The direction in which a matrix is largest, and how large, by its powers.
  private static func largest(of matrix: [[Double]]) -> (direction: [Double], size: Double) {
    // The column that is largest has a part in it.
    let start = matrix.indices.max { matrix[$0][$0] < matrix[$1][$1] } ?? 0
    var direction = matrix[start]
    var size = 0.0
    for _ in 0..<iterations {
      size = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if size == 0 { break }
      for column in direction.indices { direction[column] /= size }
      let next = matrix.map { row in zip(row, direction).reduce(0) { $0 + $1.0 * $1.1 } }
      size = zip(next, direction).reduce(0) { $0 + $1.0 * $1.1 }
      direction = next
    }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return (length > 0 ? direction.map { $0 / length } : direction, size)
  }

  /// Returns a sample in units of the columns' deviations, without its part in these directions.
  func removed(from sample: [Double]) -> [Double] {
    var rest = zip(sample, deviations).map { $1 > 0 ? $0 / $1 : 0 }
    for direction in directions {
      let product = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
      for column in rest.indices { rest[column] -= product * direction[column] }
    }
    return rest
  }
}
