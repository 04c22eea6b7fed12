import Samples
import TensorCore

/// Averages rows of one modality under a cleaning mode; one per worker and modality.
struct CellCleaner: ~Copyable {
  let width: Int
  private let mode: CleaningMode
  private var rowMean: RowMean
  /// For means of units, whose missing cells were counted when the units were made.
  private var unitMean: RowMean
  /// Means that the `seed` mode replaced by a constant, and how many it clipped.
  private var replaced: NonFiniteCounts
  private var clippedCount = 0

  init(width: Int, mode: CleaningMode) {
    self.width = width
    self.mode = mode
    let rule: NonFiniteRule =
      switch mode {
      case .mask: .leaveOut
      case .zero: .zero
      case .seed: .propagate
      }
    rowMean = RowMean(width: width, rule: rule)
    unitMean = RowMean(width: width, rule: rule)
    replaced = NonFiniteCounts(width: width)
  }

  /// Non-finite cells among the rows averaged since the last reset, by column.
  var nonFinite: NonFiniteCounts { rowMean.nonFinite }

  /// Cells of finished rows that the `seed` mode replaced by a constant or clipped since the last reset.
  var replacedCells: Int { replaced.total + clippedCount }

  /// Resets the counts.
  mutating func resetCounts() {
    rowMean.resetCounts()
    replaced = NonFiniteCounts(width: width)
    clippedCount = 0
  }

  /// Writes the unit of a task: `source` is [rows, width], `output` [units, width].
  mutating func average(_ task: RowTask, pool: [Int], source: UnsafeBufferPointer<Float>, into output: Vector) {
    let row = output.part(from: task.destination * width, count: width)
    switch task.source {
    case .rows(let rows): rowMean.mean(of: source, rows: rows, into: row)
    case .pooled(let range):
      pool.withUnsafeBufferPointer { pool in
        rowMean.mean(of: source, rowIndices: UnsafeBufferPointer(rebasing: pool[range]), into: row)
      }
    }
  }

  /// The value of a unit without a source row: NaN where the train median will go, else zero.
  var missing: Float { mode == .mask ? .nan : 0 }

  /// Fills a unit that has no source row.
  func fillMissing(_ row: UnsafeMutablePointer<Float>) { row.update(repeating: missing, count: width) }

  /// Writes the mean of a segment's units: `units` is [units, width].
  mutating func average(units: [Int], of source: UnsafeBufferPointer<Float>, into output: Vector) {
    units.withUnsafeBufferPointer { unitMean.mean(of: source, rowIndices: $0, into: output) }
  }

  /// The last step, on a finished row: `seed` replaces and clips here, after the mean.
  mutating func finish(_ row: UnsafeMutablePointer<Float>) {
    guard mode == .seed else { return }
    clippedCount += CellCleaning.seed(UnsafeMutableBufferPointer(start: row, count: width), counting: &replaced)
  }
}
