import Files
import TensorCore
import Workers

/// What the fixed model reads of a sample: the means of its rows, each column brought to mean 0 and deviation 1 and cut at
/// ±5, 0 where a sample has none.
///
/// More than 512 columns are brought to 512 by a fixed projection with entries ±1/√512, which keeps distances nearly as they
/// are; columns that are to be left out are never mixed with others.
struct ModelInputs: Sendable {
  let samples: EffectSamples
  /// Columns that the model reads.
  let width: Int
  /// Where among these the columns stand that can be left out: the last ones.
  let removable: Range<Int>
  /// Columns that others are made of: all but the removable ones, in their order.
  private let common: [Int]
  /// Columns that stand for themselves at the end.
  private let apart: [Int]
  private let centers: [Float]
  private let factors: [Float]
  /// [common, projected width], ±1/√512; empty where nothing is projected.
  private let projection: [Float]

  /// Columns that the model reads at most, besides those that can be left out.
  static let widest = 512
  /// Where values are cut, in deviations: one outlier must not decide.
  static let limit: Float = 5
  private static let seed: UInt64 = 2024
  private static let stream: UInt32 = 0x7072_6f6a
  private static let rowsPerTask = 256

  /// - Parameters:
  ///   - fitted: the samples whose mean and deviation columns are scaled by.
  ///   - removable: columns of the pooled features that can be left out.
  ///   - widest: more other columns than this are projected.
  init(_ samples: EffectSamples, fittedOn fitted: [Int], removable: Set<Int> = [], widest: Int = ModelInputs.widest) {
    self.samples = samples
    let all = samples.width
    apart = removable.sorted()
    common = (0..<all).filter { !removable.contains($0) }
    (centers, factors) = Self.statistics(samples, fitted)
    let projected = common.count > widest
    let read = projected ? widest : common.count
    width = read + apart.count
    self.removable = read..<read + apart.count
    projection = projected ? Self.projection(rows: common.count, columns: widest) : []
  }

  /// How many columns stand behind what the model reads, with or without those that can be left out.
  func columnCount(leavingOut: Bool) -> Int { common.count + (leavingOut ? 0 : apart.count) }

  /// [samples, `stride`], the model's columns first; the others are left to `rest`.
  func rows(
    of indices: [Int], stride: Int, threads: Int,
    rest: @escaping @Sendable (_ index: Int, _ cells: Vector) -> Void = { _, _ in }
  ) throws -> FixedFloats {
    let read = width - apart.count
    return try OrderedWorkers(threadCount: threads).rows(
      count: indices.count, width: stride, rowsPerTask: Self.rowsPerTask
    ) { rows, output in
      let scaled = [Float](unsafeUninitializedCapacity: rows.count * common.count) { cells, count in
        for (row, place) in rows.enumerated() {
          let means = samples.means(of: indices[place])
          for (column, source) in common.enumerated() {
            cells[row * common.count + column] = scale(means[source], source)
          }
        }
        count = rows.count * common.count
      }
      for (row, place) in rows.enumerated() {
        let cells = output.part(from: row * stride, count: stride)
        if projection.isEmpty { cells.part(from: 0, count: read).take(Array(scaled[row * read..<(row + 1) * read])) }
        let means = samples.means(of: indices[place])
        for (column, source) in apart.enumerated() { cells[read + column] = scale(means[source], source) }
        rest(indices[place], cells.part(from: width, count: stride - width))
      }
      if !projection.isEmpty { project(scaled, rows.count, into: Matrix(output, rows: rows.count, columns: stride)) }
    } consume: {
    }
  }

  private func scale(_ value: Float, _ column: Int) -> Float {
    let scaled = (value - centers[column]) * factors[column]
    return scaled.isNaN ? 0 : max(-Self.limit, min(Self.limit, scaled))
  }

  private func project(_ scaled: [Float], _ rows: Int, into output: Matrix) {
    scaled.withUnsafeBufferPointer { scaled in
      projection.withUnsafeBufferPointer { projection in
        // A product only reads its factors.
        Products.multiply(
          Matrix(UnsafeMutableBufferPointer(mutating: scaled), rows: rows, columns: common.count),
          Matrix(UnsafeMutableBufferPointer(mutating: projection), rows: common.count, columns: removable.lowerBound),
          into: output.columns(0..<removable.lowerBound))
      }
    }
  }

  private static func projection(rows: Int, columns: Int) -> [Float] {
    let generator = Philox(seed: seed)
    let entry = 1 / Float(columns).squareRoot()
    return (0..<rows * columns).map { position in
      let word = generator.word(at: position >> 5, stream: stream, step: 0)
      return word >> UInt32(position & 31) & 1 == 0 ? -entry : entry
    }
  }

  /// The mean of each column and one over its deviation, 0 where it is constant, over the samples that have it.
  private static func statistics(_ samples: EffectSamples, _ fitted: [Int]) -> (centers: [Float], factors: [Float]) {
    let width = samples.width
    var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    var counts = [Int](repeating: 0, count: width)
    for index in fitted {
      for (column, value) in samples.means(of: index).enumerated() where value.isFinite {
        sums[column] += Double(value)
        counts[column] += 1
      }
    }
    let means = zip(sums, counts).map { $1 == 0 ? 0 : $0 / Double($1) }
    for index in fitted {
      for (column, value) in samples.means(of: index).enumerated() where value.isFinite {
        let deviation = Double(value) - means[column]
        squares[column] += deviation * deviation
      }
    }
    let factors = (0..<width).map { column -> Float in
      let deviation = (squares[column] / Double(max(1, counts[column]))).squareRoot()
      // Rounding of the mean leaves a constant with a tiny deviation.
      return deviation <= abs(means[column]) * 0x1p-22 ? 0 : Float(1 / deviation)
    }
    return (means.map { Float($0) }, factors)
  }
}
