import Files
import Foundation
import Samples
import TensorCore
import Workers

/// The pooled features of one modality as vectors: each column is standardised over all samples and compressed beyond
/// ±4, so that no outlying column decides alone.
///
/// Without their gain, vectors of samples that differ by a factor and an offset are the same: what these two change is
/// projected out, and the rest, of which the signed square root keeps outlying columns small, is brought to length 1.
final class DirectionVectors: Sendable {
  let modality: Modality
  let width: Int
  /// Whether a sample is informative in this modality: it has a row with a frame, and is not silent or faceless
  /// throughout.
  let isInformative: [Bool]
  /// The factor applied to each column's deviation from its mean; 0 if the column is constant.
  let factors: [Double]
  /// The squared distance below which stored numbers are indistinguishable: integers and classes coincide by chance.
  let resolution: Double
  /// [samples, width]
  private let values: FixedFloats
  /// The length of each vector.
  private let lengths: [Float]

  /// The number of standard deviations beyond which a column is compressed.
  private static let limit = 4.0
  private static let samplesPerTask = 256

  /// - Parameter gains: what a factor and an offset add to a sample, before columns are standardised; nil to keep them.
  init(_ space: PooledSpace, without gains: [[Double]]? = nil, threads: Int) throws {
    modality = space.modality
    let width = space.width
    self.width = width
    let statistics = Self.statistics(space)
    factors = statistics.map(\.factor)
    let directions = gains.map { gains in
      Self.orthonormal(
        (gains + [statistics.map(\.mean)]).map { gain in zip(gain, statistics).map { $0 * $1.factor } })
    }
    let resolution = Self.resolution(space, statistics)
    // A square root of cells of about 1 halves their steps.
    self.resolution = directions == nil ? resolution : resolution / Double(4 * max(1, width))
    var lengths: [Float] = []
    values = try OrderedWorkers(threadCount: threads).rows(
      count: space.isKnown.count, width: width, rowsPerTask: Self.samplesPerTask
    ) { samples, outputs in
      samples.map { sample in
        let output = outputs.part(from: (sample - samples.lowerBound) * width, count: width)
        var length =
          space.isKnown[sample]
          ? Self.standardize(space.cells(of: sample), statistics, compresses: directions == nil, into: output) : 0
        if let directions, length > 0 { length = Self.removeGain(directions, from: output, length: length) }
        if length == 0 { output.update(repeating: 0) }
        return Float(length)
      }
    } consume: {
      lengths += $0
    }
    self.lengths = lengths
    isInformative = lengths.map { $0 > 0 }
  }

  /// The number of columns that are not constant.
  var columnCount: Int { factors.count { $0 > 0 } }

  /// Returns the vector of a sample, [width].
  func vector(_ sample: Int) -> UnsafeBufferPointer<Float> {
    values.values.part(from: sample * width, count: width)
  }

  /// Returns the cosine of the angle between two samples; nil if either is uninformative.
  func cosine(_ first: Int, _ second: Int) -> Double? {
    guard isInformative[first], isInformative[second] else { return nil }
    let product = Double(VectorProduct.dot(vector(first), vector(second)))
    return product / (Double(lengths[first]) * Double(lengths[second]))
  }

  /// Returns the length of a sample's vector.
  func length(_ sample: Int) -> Double { Double(lengths[sample]) }

  /// Returns the squared distance between two samples; NaN if either is uninformative.
  func squaredDistance(_ first: Int, _ second: Int) -> Float {
    guard isInformative[first], isInformative[second] else { return .nan }
    return Self.squaredDistance(vector(first), vector(second))
  }

  /// Returns Σ (first − second)² over two vectors of equal length, in eight lanes that are added at the end.
  static func squaredDistance(_ first: UnsafeBufferPointer<Float>, _ second: UnsafeBufferPointer<Float>) -> Float {
    precondition(first.count == second.count, "vectors of one length")
    let count = first.count
    guard let first = first.baseAddress, let second = second.baseAddress else { return 0 }
    var lanes = SIMD8<Float>.zero
    var index = 0
    while index + 8 <= count {
      let difference =
        UnsafeRawPointer(first + index).loadUnaligned(as: SIMD8<Float>.self)
        - UnsafeRawPointer(second + index).loadUnaligned(as: SIMD8<Float>.self)
      lanes += difference * difference
      index += 8
    }
    var sum = lanes.sum()
    while index < count {
      sum += (first[index] - second[index]) * (first[index] - second[index])
      index += 1
    }
    return sum
  }

  /// Returns the mean and the inverse deviation of each column over the samples that have it.
  private static func statistics(_ space: PooledSpace) -> [(mean: Double, factor: Double)] {
    var sums = [Double](repeating: 0, count: space.width)
    var squares = sums
    var counts = sums
    for sample in space.isKnown.indices {
      let cells = space.cells(of: sample)
      for column in sums.indices where !cells[column].isNaN {
        sums[column] += Double(cells[column])
        counts[column] += 1
      }
    }
    let means = zip(sums, counts).map { $0 / max(1, $1) }
    for sample in space.isKnown.indices {
      let cells = space.cells(of: sample)
      for column in means.indices where !cells[column].isNaN {
        let deviation = Double(cells[column]) - means[column]
        squares[column] += deviation * deviation
      }
    }
    return means.indices.map { column in
      let deviation = (squares[column] / max(1, counts[column])).squareRoot()
      return (means[column], deviation > 1e-12 * (1 + abs(means[column])) ? 1 / deviation : 0)
    }
  }

  /// The number of samples used to estimate how finely a column is resolved.
  private static let resolvedSamples = 1024

  /// Estimates the squared distance that the steps of stored numbers cannot resolve.
  ///
  /// Two cells of a normal column coincide with the probability step / (2√π), with the step in standard deviations,
  /// which gives the step. The box formed by the steps of all columns has the volume of a ball whose radius is 0.242 of
  /// its diagonal.
  private static func resolution(_ space: PooledSpace, _ statistics: [(mean: Double, factor: Double)]) -> Double {
    let known = space.isKnown.indices.filter { space.isKnown[$0] }
    let stride = max(1, known.count / resolvedSamples)
    let chosen = known.indices.filter { $0 % stride == 0 }.map { known[$0] }
    var sum = 0.0
    for column in statistics.indices where statistics[column].factor > 0 {
      let cells = chosen.map { space.cells(of: $0)[column] }.filter { !$0.isNaN }.sorted()
      var (equal, run) = (0, 1)
      for (cell, next) in zip(cells, cells.dropFirst()) {
        run = cell == next ? run + 1 : 1
        equal += run - 1
      }
      let share = 2 * Double(equal) / Double(max(1, cells.count * (cells.count - 1)))
      // Numbers are no finer than float32 either.
      let (mean, factor) = statistics[column]
      let step = share * 2 * Double.pi.squareRoot() + 0x1p-22 * (limit + abs(mean) * factor)
      sum += step * step
    }
    return 0.242 * 0.242 * sum
  }

  /// Compresses a cell beyond the limit instead of clipping it, which would make all such samples equal.
  static func drawnIn(_ cell: Double) -> Double {
    if abs(cell) <= limit { return cell }
    let size = limit + log(1 + abs(cell) - limit)
    return cell < 0 ? -size : size
  }

  /// - Returns: the vector's length.
  private static func standardize(
    _ cells: UnsafeBufferPointer<Float>, _ statistics: [(mean: Double, factor: Double)], compresses: Bool,
    into output: Vector
  ) -> Double {
    var length = 0.0
    for (column, statistic) in statistics.enumerated() {
      let cell = cells[column].isNaN ? 0 : (Double(cells[column]) - statistic.mean) * statistic.factor
      let drawn = compresses ? drawnIn(cell) : cell
      output[column] = Float(drawn)
      length += drawn * drawn
    }
    return length.squareRoot()
  }

  /// The part of a vector that must be left once gain and offset are taken from it, for its direction to mean anything.
  private static let leastRest = 0.01

  /// Projects directions out of a vector, takes the signed square root of its cells, and brings it to length 1.
  ///
  /// - Returns: its new length: 1, or 0 if hardly anything is left.
  private static func removeGain(_ directions: [[Double]], from output: Vector, length: Double) -> Double {
    for direction in directions {
      var product = 0.0
      for column in direction.indices { product += direction[column] * Double(output[column]) }
      for column in direction.indices { output[column] -= Float(product * direction[column]) }
    }
    var (rest, sum) = (0.0, 0.0)
    for column in output.indices {
      rest += Double(output[column] * output[column])
      sum += Double(abs(output[column]))
    }
    guard rest.squareRoot() > leastRest * length, sum > 0 else { return 0 }
    let size = Float(sum.squareRoot())
    for column in output.indices {
      let root = abs(output[column]).squareRoot() / size
      output[column] = output[column] < 0 ? -root : root
    }
    return 1
  }

  /// Returns vectors of length 1, at right angles, that span the same as the given ones.
  private static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
    var basis: [[Double]] = []
    for vector in vectors {
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      var rest = vector
      for direction in basis {
        let product = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
        rest = zip(rest, direction).map { $0 - product * $1 }
      }
      let size = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if size > 1e-6 * length, size.isFinite, size > 0 { basis.append(rest.map { $0 / size }) }
    }
    return basis
  }
}
