import ArrayFiles
import Leaks
import Samples
import Shards
import TensorCore
import Text
import Workers

/// A modality's stored scaler, compared with the fit to each union of splits.
struct ScalerRefit: Sendable {
  let modality: Modality
  let columnCount: Int
  /// The fit to each union, in the order of `SplitUnion.all`, without unions that contain an empty split.
  let unions: [UnionFit]
  /// The imputed cells that are not the train median.
  let imputed: ImputedCells

  /// The fit to a union of splits.
  struct UnionFit: Sendable {
    let union: SplitUnion
    /// The columns whose centre or scale differs from the stored one by more than rounding.
    var columnsOff: [Int] = []
    /// Columns with cells on both sides of 0, and those of them that are off; constant columns are consistent with any fit.
    var tellingCount = 0
    var tellingOffCount = 0
    /// The former that are not off, without those in which many cells are 0.
    var fittingColumns: [Int] = []
    /// The most deviant column, with its refitted centre and scale in units of the stored scale.
    var worst: (column: Int, center: Double, scale: Double)?

    var isConsistent: Bool { columnsOff.isEmpty }
  }

  /// Cells of rows without a frame that are not 0, the value of the train median.
  struct ImputedCells: Sendable {
    var count = 0
    var columns: [Int] = []
    /// The number of these columns that hold the median of each union.
    var matches: [SplitUnion: Int] = [:]
  }

  /// The number of columns processed in one pass over the rows; it limits memory, not width.
  private static let columnsPerPass = 2048
  private static let columnsPerTask = 16

  /// - Parameter columns: the stored scaler; nil where nothing is known but the scaled cells.
  init(of dataset: AuditedDataset, _ modality: Modality, _ columns: ScalersFile.Columns?, threads: Int) throws {
    let isMasked = dataset.leavesOutMissingCells
    self.modality = modality
    columnCount = dataset.widths[modality] ?? 0
    let present = Set(Split.allCases.filter { !dataset.indices(of: $0).isEmpty })
    var unions = SplitUnion.all.filter { present.isSuperset(of: $0.splits) }.map { UnionFit(union: $0) }
    var imputed = ImputedCells()
    for start in stride(from: 0, to: columnCount, by: Self.columnsPerPass) {
      let range = start..<min(start + Self.columnsPerPass, columnCount)
      let histograms = try SplitHistograms(
        of: dataset, modality, columns: range, countsMissingRows: !isMasked, threads: threads)
      let tested = unions.map(\.union)
      let tasks = (range.count + Self.columnsPerTask - 1) / Self.columnsPerTask
      try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task in
        let first = start + task * Self.columnsPerTask
        return (first..<min(first + Self.columnsPerTask, range.upperBound)).map { column in
          let storage = ColumnFit.Storage(of: dataset, columns, column, hasImputedZeros: isMasked)
          return tested.map { ColumnFit(histograms.profile(ofColumn: column, in: $0), storage) }
        }
      } consume: { task, fits in
        for (offset, fits) in fits.enumerated() {
          for index in unions.indices { unions[index].add(fits[index], start + task * Self.columnsPerTask + offset) }
        }
      }
      imputed.add(histograms, unions: tested)
    }
    self.unions = unions
    self.imputed = imputed
  }

  /// Whether a fit to train gives the stored scaler.
  var isTrainConsistent: Bool { fit(of: .train)?.isConsistent ?? true }

  /// Returns the fit to a union; nil if one of its splits is empty.
  func fit(of union: SplitUnion) -> UnionFit? { unions.first { $0.union == union } }
}

extension ScalerRefit.UnionFit {
  fileprivate mutating func add(_ fit: ColumnFit, _ column: Int) {
    if fit.isTelling { tellingCount += 1 }
    if fit.isTelling, fit.isFine, fit.isConsistent { fittingColumns.append(column) }
    if fit.isConsistent { return }
    if fit.isTelling { tellingOffCount += 1 }
    columnsOff.append(column)
    func distance(_ center: Double, _ scale: Double) -> Double { max(abs(center), abs(scale - 1)) }
    if let worst, distance(worst.center, worst.scale) >= distance(fit.center, fit.scale) { return }
    if fit.center.isFinite, fit.scale.isFinite { worst = (column, fit.center, fit.scale) }
  }
}

extension ScalerRefit.ImputedCells {
  /// Adds the imputed cells of some columns; if all cells of a column have one value, determines whose median it is.
  fileprivate mutating func add(_ histograms: SplitHistograms, unions: [SplitUnion]) {
    for cells in histograms.filledCells {
      count += cells.count
      columns.append(cells.column)
      guard cells.least == cells.greatest else { continue }
      for union in unions {
        let profile = histograms.profile(ofColumn: cells.column, in: union)
        // Zeros may be imputed cells, which the median ignores: it lies between the values without zeros and with all
        // of them.
        guard let without = profile.quantile(0.5, zeros: 0), let with = profile.quantile(0.5, zeros: profile.zeroCount)
        else { continue }
        let step = 1 / Double(UnitHistograms.binsPerUnit)
        let least = min(without.lowerBound, with.lowerBound) - step
        if (least...max(without.upperBound, with.upperBound) + step).contains(Double(cells.least)) {
          matches[union, default: 0] += 1
        }
      }
    }
  }
}

extension ColumnFit.Storage {
  fileprivate init(of dataset: AuditedDataset, _ columns: ScalersFile.Columns?, _ column: Int, hasImputedZeros: Bool) {
    let scale = columns?.scale[column]
    self.init(
      roundoff: dataset.dtype.unitRoundoff,
      centerError: columns.map { abs($0.center[column]) * 0x1p-23 / $0.scale[column] } ?? 0,
      isScaleOne: scale == 1, hasImputedZeros: hasImputedZeros)
  }
}

extension AuditedDataset {
  /// Whether missing cells were excluded from the fit and set to the train median, as in the cleaning mode `mask`.
  var leavesOutMissingCells: Bool {
    let mode = manifest?.config["clean"]?.text
    return mode != "zero" && mode != "seed"
  }
}
