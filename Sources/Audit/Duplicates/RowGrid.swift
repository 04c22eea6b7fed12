import Digests
import Files
import Leaks
import Samples

/// Assigns rows that are equal up to rounding to common buckets: the grid cells that contain some of their columns.
struct RowGrid: Sendable {
  /// The columns of each table.
  private let tables: [[Int]]
  /// The width of a cell in each column.
  private let steps: [Double]

  private static let columnsPerTable = 6
  /// Larger values are rounded too coarsely for the grid.
  private static let largestValue: Float = 8
  /// The number of samples examined to find columns that vary.
  private static let probedSamples = 256

  init(
    _ datasets: [AuditedDataset], _ modality: Modality, _ scales: [StoredScale], tableCount: Int
  ) throws {
    let width = scales[0].center.count
    // bfloat16 has so few digits that its grid must be as coarse as the interquartile range.
    let coarse = scales.contains { $0.rounding > 0x1p-10 } ? 1.0 : 8.0
    steps = (0..<width).map { column in (scales.map { $0.scale[column] }.max() ?? 1) / coarse }
    var variety = [Int](repeating: Int.max, count: width)
    for dataset in datasets {
      let own = try Self.variety(dataset, modality, width: width)
      for column in 0..<width { variety[column] = min(variety[column], own[column]) }
    }
    let order = (0..<width).sorted { (variety[$1], $0) < (variety[$0], $1) }
    let count = min(width, Self.columnsPerTable * (coarse == 1 ? 2 : 1))
    tables = (0..<tableCount).map { table in (0..<count).map { order[(table + $0 * tableCount) % width] } }
  }

  /// Counts the distinct values of each column among some samples of each split.
  private static func variety(_ dataset: AuditedDataset, _ modality: Modality, width: Int) throws -> [Int] {
    var values = [Set<Float>](repeating: [], count: width)
    let step = max(1, dataset.samples.count / probedSamples)
    for sample in stride(from: 0, to: dataset.samples.count, by: step) {
      try dataset.withRows(of: sample, modality) { cells, mask in
        guard let row = mask.firstIndex(of: 1) else { return }
        for column in 0..<width where cells[row * width + column] != 0 {
          values[column].insert(cells[row * width + column])
        }
      }
    }
    return values.map(\.count)
  }

  /// Returns the observed rows of a sample, each with its bucket in every table that has one for it.
  func keys(
    of sample: Int, in dataset: AuditedDataset, _ content: ObservedContent, _ scale: StoredScale
  ) throws -> [(row: Int, keys: [UInt64])] {
    try dataset.withRows(of: sample, scale.modality) { values, mask in
      mask.indices.filter { mask[$0] == 1 }.compactMap { row in
        let cells = UnsafeBufferPointer(rebasing: values[row * steps.count..<(row + 1) * steps.count])
        guard content.cellCount(cells) >= ObservedContent.fewestCells else { return nil }
        return (row, tables.indices.compactMap { key(of: cells, table: $0, scale) })
      }
    }
  }

  private func key(of cells: UnsafeBufferPointer<Float>, table: Int, _ scale: StoredScale) -> UInt64? {
    var key = FNV1a(startingWith: UInt64(table) &* SplitMix64.increment | 1)
    for column in tables[table] {
      let value = cells[column]
      guard value != 0, abs(value) <= Self.largestValue else { return nil }
      let cell = (scale.raw(value, column) / steps[column]).rounded(.down)
      key.add(cell.bitPattern)
      key.value ^= key.value >> 29
    }
    return key.value
  }
}
