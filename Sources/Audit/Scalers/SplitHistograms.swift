import Leaks
import Samples
import TensorCore
import Workers

/// The histograms of a modality's scaled cells, one a split.
struct SplitHistograms: Sendable {
  /// By split; only splits with samples.
  let bySplit: [Split: UnitHistograms]
  /// Cells that are not 0 in rows where the modality has no frame, by column; empty where such rows count.
  let filledCells: [FilledCells]

  /// Cells of one column in rows without a frame.
  struct FilledCells: Sendable {
    let column: Int
    /// How many are not 0.
    var count: Int
    var least: Float
    var greatest: Float
  }

  /// Samples that a thread looks at before it takes the next ones.
  private static let samplesPerTask = 64

  /// Looks at every row of some columns of a modality.
  ///
  /// - Parameter countsMissingRows: whether rows without a frame take part.
  init(
    of dataset: AuditedDataset, _ modality: Modality, columns: Range<Int>, countsMissingRows: Bool, threads: Int
  ) throws {
    let width = dataset.widths[modality] ?? 0
    let count = (dataset.samples.count + Self.samplesPerTask - 1) / Self.samplesPerTask
    var counts = try OrderedWorkers(threadCount: threads).states(count: count, state: { Counts(columns: columns) }) {
      task, counts in
      let start = task * Self.samplesPerTask
      for sample in start..<min(start + Self.samplesPerTask, dataset.samples.count) {
        try dataset.withRows(of: sample, modality) { values, mask in
          counts.add(
            values, mask, width: width, split: dataset.samples[sample].split, countsMissingRows: countsMissingRows)
        }
      }
    }
    // Taken out of their array, so that adding to the first one's copies nothing.
    var total = counts.popLast() ?? Counts(columns: columns)
    while let other = counts.popLast() { total.merge(other) }
    bySplit = total.histograms
    filledCells = total.filled.values.sorted { $0.column < $1.column }
  }

  /// The cells of a column over the splits of a union.
  func profile(ofColumn column: Int, in union: SplitUnion) -> UnitProfile {
    UnitHistograms.profile(ofColumn: column, in: union.splits.compactMap { bySplit[$0] })
  }

  /// What one worker has counted.
  private struct Counts {
    private let columns: Range<Int>
    private(set) var histograms: [Split: UnitHistograms] = [:]
    private(set) var filled: [Int: FilledCells] = [:]

    init(columns: Range<Int>) { self.columns = columns }

    mutating func add(
      _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>, width: Int, split: Split,
      countsMissingRows: Bool
    ) {
      if values.isEmpty || mask.isEmpty { return }
      histograms[split, default: UnitHistograms(columns: columns)].add(
        values, rowCount: mask.count, width: width, mask: countsMissingRows ? nil : mask)
      if countsMissingRows { return }
      for row in mask.indices where mask[row] == 0 {
        for column in columns where values[row * width + column] != 0 { note(values[row * width + column], column) }
      }
    }

    private mutating func note(_ cell: Float, _ column: Int) {
      var cells = filled[column] ?? FilledCells(column: column, count: 0, least: cell, greatest: cell)
      cells.count += 1
      cells.least = min(cells.least, cell)
      cells.greatest = max(cells.greatest, cell)
      filled[column] = cells
    }

    mutating func merge(_ other: Counts) {
      for (split, histogram) in other.histograms where histograms[split]?.merge(histogram) == nil {
        histograms[split] = histogram
      }
      for (column, cells) in other.filled {
        guard var mine = filled[column] else {
          filled[column] = cells
          continue
        }
        mine.count += cells.count
        mine.least = min(mine.least, cells.least)
        mine.greatest = max(mine.greatest, cells.greatest)
        filled[column] = mine
      }
    }
  }
}
