import Samples
import Storage
import TensorCore
import Workers

/// One modality's pooled features as directions: each column moved to its mean and divided by its deviation over all
/// samples, cut at ±4 so that no wild column decides alone, then brought to the length 1.
///
/// The product of two is the cosine of their angle.
final class DirectionVectors: @unchecked Sendable {
  // Written by one thread a sample before `init` returns, only read afterwards.

  let modality: Modality
  let width: Int
  /// Whether a sample has anything of its own in this modality: a row with a frame, and not silence or no face throughout.
  let isInformative: [Bool]
  private let buffer: FloatBuffer

  /// Deviations beyond which a column says no more.
  private static let limit = 4.0
  private static let samplesPerTask = 256

  init(_ space: PooledSpace, threads: Int) throws {
    modality = space.modality
    width = space.width
    let count = space.isKnown.count
    buffer = FloatBuffer(capacity: count * width)
    let statistics = Self.statistics(space)
    let target = Base(pointer: buffer.base)
    let width = width
    let tasks = (count + Self.samplesPerTask - 1) / Self.samplesPerTask
    var informative: [Bool] = []
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task, _ in
      (task * Self.samplesPerTask..<min((task + 1) * Self.samplesPerTask, count)).map { sample in
        let output = target.pointer + sample * width
        let length = space.isKnown[sample] ? Self.normalize(space.cells(of: sample), statistics, into: output) : 0
        if length == 0 { output.update(repeating: 0, count: width) }
        return length > 0
      }
    } consume: { _, known in
      informative += known
    }
    isInformative = informative
  }

  /// The direction of a sample, [width].
  func vector(_ sample: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(buffer.values.part(from: sample * width, count: width))
  }

  /// The cosine of the angle between two samples; nil where one has nothing of its own.
  func cosine(_ first: Int, _ second: Int) -> Double? {
    guard isInformative[first], isInformative[second] else { return nil }
    return Double(VectorProduct.dot(vector(first), vector(second)))
  }

  private struct Base: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
  }

  /// Mean and deviation of each column over the samples that have it.
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

  private static func normalize(
    _ cells: UnsafePointer<Float>, _ statistics: [(mean: Double, factor: Double)],
    into output: UnsafeMutablePointer<Float>
  ) -> Double {
    var length = 0.0
    for (column, statistic) in statistics.enumerated() {
      let cell = cells[column].isNaN ? 0 : (Double(cells[column]) - statistic.mean) * statistic.factor
      let cut = max(-limit, min(limit, cell))
      output[column] = Float(cut)
      length += cut * cut
    }
    length = length.squareRoot()
    if length == 0 { return 0 }
    for column in statistics.indices { output[column] = Float(Double(output[column]) / length) }
    return length
  }
}
