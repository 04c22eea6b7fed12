import Leaks
import Samples
import TensorCore
import Workers

/// The histograms of a modality's scaled cells, one per split.
struct SplitHistograms: Sendable {
  /// The histograms of the splits that have samples.
  let bySplit: [Split: UnitHistograms]
  /// Cells that are not 0 in rows where the modality has no frame, by column; empty if such rows count.
  let filledCells: [FilledCells]

  /// The cells of one column in rows without a frame.
  struct FilledCells: Sendable {
    let column: Int
    /// The number of cells that are not 0.
    var count: Int
    var least: Float
    var greatest: Float
  }

  /// The number of samples that a thread processes at a time.
  private static let samplesPerTask = 64

  /// Reads every row of some columns of a modality.
  ///
  /// - Parameter countsMissingRows: whether to include rows without a frame.
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
    // Removed from the array so that adding to the first element copies nothing.
    var total = counts.popLast() ?? Counts(columns: columns)
    while let other = counts.popLast() { total.merge(other) }
    bySplit = total.histograms
    filledCells = total.filled.values.sorted { $0.column < $1.column }
  }

  /// Returns the cells of a column over the splits of a union.
  func profile(ofColumn column: Int, in union: SplitUnion) -> UnitProfile {
    UnitHistograms.profile(ofColumn: column, in: union.splits.compactMap { bySplit[$0] })
  }

  /// The counts of one worker.
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
