import Files
import Leaks
import Samples
import TensorCore
import Workers

/// A statistic of one column in one sample: the mean, and those that reveal what a mean hides.
enum ColumnStatistic: String, CaseIterable, Sendable {
  case mean
  case spread
  case greatest
  case least
  case first
  case last
  /// The share of rows whose cell is no finite number; in prepared data, of those that hold what Preparation puts there, 0.
  case missing

  /// The words before the column's name in a finding.
  var words: String {
    switch self {
    case .mean: ""
    case .spread: "the spread of "
    case .greatest: "the maximum of "
    case .least: "the minimum of "
    case .first: "the first row of "
    case .last: "the last row of "
    case .missing: "the missing cells of "
    }
  }
}

/// Statistics of every column in some samples, [samples, statistics, width]; NaN if a sample has no rows.
final class ColumnStatistics: Sendable {
  let samples: [Int]
  let width: Int
  /// The statistics, without those that only repeat others.
  let kinds: [ColumnStatistic]
  private let values: FixedFloats

  private static let samplesPerTask = 16

  /// - Throws: errors from reading rows.
  init(of dataset: AuditedDataset, _ features: PooledFeatures, samples: [Int], threads: Int) throws {
    let (width, modalities) = (features.width, features.modalities)
    var kinds: [ColumnStatistic] = [.mean]
    if features.presentRows.contains(where: { $0.contains { $0 > 1 } }) {
      kinds += [.spread, .greatest, .least, .first, .last]
    }
    if dataset.form != .prepared || kinds.count > 1 { kinds.append(.missing) }
    let all = kinds
    // Preparation replaces all non-finite cells.
    let isPrepared = dataset.form == .prepared
    values = try OrderedWorkers(threadCount: threads).rows(
      count: samples.count, width: width * kinds.count, rowsPerTask: Self.samplesPerTask
    ) { rows, output in
      var sweep = RowSweep()
      for row in rows {
        let start = (row - rows.lowerBound) * width * all.count
        for (modality, columns) in modalities where !columns.isEmpty {
          for column in columns {
            output[start + column] = features.mean(ofSample: samples[row], column: column)
          }
          if all.count == 1 { continue }
          try dataset.withRows(of: samples[row], modality) { cells, mask in
            sweep.take(
              cells, mask, means: output.part(from: start + columns.lowerBound, count: columns.count),
              isMissing: { isPrepared ? $0 == 0 : $0 - $0 != 0 })
          }
          for (place, kind) in all.enumerated() where kind != .mean {
            sweep.write(
              kind, into: output.part(from: start + place * width + columns.lowerBound, count: columns.count))
          }
        }
      }
    } consume: {
    }
    self.samples = samples
    self.width = width
    self.kinds = kinds
  }

  /// Returns one statistic of a column for one of `samples`.
  func value(_ kind: Int, column: Int, row: Int) -> Float {
    values.values[(row * kinds.count + kind) * width + column]
  }

  /// Copies one statistic of a column, one value per sample.
  func copy(_ kind: Int, column: Int, into output: inout [Float]) {
    let (stride, start) = (width * kinds.count, kind * width + column)
    let cells = values.values
    for row in output.indices { output[row] = cells[row * stride + start] }
  }
}

/// The statistics of every column over the rows of one sample.
private struct RowSweep {
  private var squares: [Double] = []
  private var greatest: [Float] = []
  private var least: [Float] = []
  private var first: [Float] = []
  private var last: [Float] = []
  private var missing: [Float] = []
  private var rowCount = 0

  /// Reads the rows with a frame.
  ///
  /// - Parameters:
  ///   - means: the mean of each column.
  ///   - isMissing: whether a cell counts as missing.
  @inline(__always)
  mutating func take(
    _ cells: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>, means: Vector, isMissing: (Float) -> Bool
  ) {
    let width = means.count
    squares = Array(repeating: 0, count: width)
    greatest = Array(repeating: -.infinity, count: width)
    least = Array(repeating: .infinity, count: width)
    first = Array(repeating: .nan, count: width)
    missing = Array(repeating: 0, count: width)
    last = first
    rowCount = 0
    for row in mask.indices where mask[row] != 0 {
      for column in 0..<width {
        let cell = cells[row * width + column]
        let deviation = Double(cell) - Double(means[column])
        squares[column] += deviation * deviation
        greatest[column] = cell > greatest[column] ? cell : greatest[column]
        least[column] = cell < least[column] ? cell : least[column]
        last[column] = cell
        missing[column] += isMissing(cell) ? 1 : 0
      }
      if rowCount == 0 { first = last }
      rowCount += 1
    }
  }

  /// Writes one statistic of each column; NaN if there was no row.
  func write(_ kind: ColumnStatistic, into output: Vector) {
    if rowCount == 0 {
      output.update(repeating: .nan)
      return
    }
    for column in output.indices {
      switch kind {
      case .mean: break
      case .spread: output[column] = Float((squares[column] / Double(rowCount)).squareRoot())
      case .greatest: output[column] = greatest[column]
      case .least: output[column] = least[column]
      case .first: output[column] = first[column]
      case .last: output[column] = last[column]
      case .missing: output[column] = missing[column] / Float(rowCount)
      }
    }
  }
}
