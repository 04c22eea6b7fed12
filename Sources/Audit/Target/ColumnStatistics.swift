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
  /// The number of non-finite cells.
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
    // Preparation replaces all non-finite cells.
    if dataset.form != .prepared { kinds.append(.missing) }
    let all = kinds
    values = try OrderedWorkers(threadCount: threads).rows(
      count: samples.count, width: width * kinds.count, rowsPerTask: Self.samplesPerTask
    ) { rows, output in
      for row in rows {
        let start = (row - rows.lowerBound) * width * all.count
        for (modality, columns) in modalities where !columns.isEmpty {
          try dataset.withRows(of: samples[row], modality) { cells, mask in
            for (place, kind) in all.enumerated() {
              let part = output.part(from: start + place * width + columns.lowerBound, count: columns.count)
              if kind == .mean {
                for column in columns {
                  part[column - columns.lowerBound] = features.mean(ofSample: samples[row], column: column)
                }
              } else {
                Self.fill(part, kind, cells, mask)
              }
            }
          }
        }
      }
    } consume: {
    }
    self.samples = samples
    self.width = width
    self.kinds = kinds
  }

  /// Copies one statistic of a column, one value per sample.
  func copy(_ kind: Int, column: Int, into output: inout [Float]) {
    let (stride, start) = (width * kinds.count, kind * width + column)
    let cells = values.values
    for row in output.indices { output[row] = cells[row * stride + start] }
  }

  private static func fill(
    _ output: Vector, _ kind: ColumnStatistic, _ cells: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>
  ) {
    let width = output.count
    let rows = mask.indices.filter { mask[$0] != 0 }
    guard let first = rows.first, let last = rows.last else {
      output.update(repeating: .nan)
      return
    }
    for column in 0..<width {
      func cell(_ row: Int) -> Float { cells[row * width + column] }
      switch kind {
      case .mean, .first: output[column] = cell(first)
      case .last: output[column] = cell(last)
      case .greatest: output[column] = rows.reduce(-.infinity) { max($0, cell($1)) }
      case .least: output[column] = rows.reduce(.infinity) { min($0, cell($1)) }
      case .missing: output[column] = Float(rows.count { !cell($0).isFinite })
      case .spread:
        let mean = rows.reduce(0.0) { $0 + Double(cell($1)) } / Double(rows.count)
        let square = rows.reduce(0.0) { $0 + (Double(cell($1)) - mean) * (Double(cell($1)) - mean) }
        output[column] = Float((square / Double(rows.count)).squareRoot())
      }
    }
  }
}
