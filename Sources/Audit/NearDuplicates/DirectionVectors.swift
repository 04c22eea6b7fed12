import Samples
import Shards
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

  init(_ features: PooledFeatures, place: Int, scaler: ScalersFile.Columns?, threads: Int) throws {
    let (modality, columns) = features.modalities[place]
    self.modality = modality
    width = columns.count
    buffer = FloatBuffer(capacity: features.sampleCount * columns.count)
    let statistics = Self.statistics(features, columns)
    let target = Base(pointer: buffer.base)
    let (source, stride, width, count) = (
      Base(pointer: features.base), features.width, columns.count, features.sampleCount
    )
    let hasRows = features.presentRows.map { $0[place] > 0 }
    let tasks = (count + Self.samplesPerTask - 1) / Self.samplesPerTask
    var informative: [Bool] = []
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task, _ in
      (task * Self.samplesPerTask..<min((task + 1) * Self.samplesPerTask, count)).map { sample in
        let cells = source.pointer + sample * stride + columns.lowerBound
        let output = target.pointer + sample * width
        let isKnown = hasRows[sample] && !Self.isRawZero(cells, width: width, scaler)
        let length = isKnown ? Self.normalize(cells, statistics, into: output) : 0
        if length == 0 { output.update(repeating: 0, count: width) }
        return length > 0
      }
    } consume: { _, known in
      informative += known
    }
    isInformative = informative
  }

  /// The direction of a sample, [width].
  func vector(_ sample: Int) -> UnsafePointer<Float> { UnsafePointer(buffer.base + sample * width) }

  /// The cosine of the angle between two samples; nil where one has nothing of its own.
  func cosine(_ first: Int, _ second: Int) -> Double? {
    guard isInformative[first], isInformative[second] else { return nil }
    return Double(VectorProduct.dot(vector(first), vector(second), count: width))
  }

  private struct Base: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
  }

  /// Mean and deviation of each column over the samples that have it.
  private static func statistics(_ features: PooledFeatures, _ columns: Range<Int>) -> [(mean: Double, factor: Double)]
  {
    var sums = [Double](repeating: 0, count: columns.count)
    var squares = sums
    var counts = sums
    for sample in 0..<features.sampleCount {
      let cells = features.base + sample * features.width + columns.lowerBound
      for column in sums.indices where !cells[column].isNaN {
        sums[column] += Double(cells[column])
        counts[column] += 1
      }
    }
    let means = zip(sums, counts).map { $0 / max(1, $1) }
    for sample in 0..<features.sampleCount {
      let cells = features.base + sample * features.width + columns.lowerBound
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

  /// Whether all values were 0 before scaling: silence, or no face in the picture. Stored values are rounded.
  private static func isRawZero(_ cells: UnsafePointer<Float>, width: Int, _ scaler: ScalersFile.Columns?) -> Bool {
    guard let scaler, scaler.center.count == width else { return (0..<width).allSatisfy { cells[$0] == 0 } }
    return (0..<width).allSatisfy { column in
      let raw = Double(cells[column]) * scaler.scale[column] + scaler.center[column]
      return abs(raw) <= abs(scaler.center[column]) * 0x1p-7 + 1e-12
    }
  }
}
