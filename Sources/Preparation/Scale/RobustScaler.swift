public import Samples
public import TensorCore
import Text
public import Workers

/// Centres and scales of a modality's columns: scikit-learn 1.9.1's `RobustScaler` on float32 input, to the last bit.
///
/// `center` is the median, `scale` the distance from the lower to the upper quartile, over the cells that are not NaN.
/// A scale below 10 ε of float64 is 1, and a column without a valid cell has centre 0 and scale 1.
public struct RobustScaler: Hashable, Sendable {
  /// The median of each column: a float32 value, widened.
  public let center: [Double]
  /// What each column is divided by; above 0.
  public let scale: [Double]
  /// The rows it was fitted on.
  public let rowCount: Int
  /// SHA-256 over the ids of the train samples it was fitted on, sorted, one per line.
  public let samplesDigest: String
  /// What was found for each column; empty when the scaler was read from a file.
  public let columns: [ColumnQuartiles]
  /// `center` as the float32 values that rows are shifted by; NaN for a column without a valid cell in train, so that
  /// every cell of it is missing and becomes 0, in all splits alike.
  private let shift: [Float]

  /// The cells of each column that were not NaN; empty when the scaler was read from a file.
  public var validCounts: [Int] { columns.map(\.validCount) }

  /// Columns whose middle half is one value, which are therefore not scaled; empty when the scaler was read from a
  /// file.
  public var constantColumns: [Int] {
    columns.indices.filter {
      columns[$0].validCount > 0 && columns[$0].upper - columns[$0].lower < 10 * Double.ulpOfOne
    }
  }

  /// Columns without a single valid cell, which get centre 0 and scale 1; empty when the scaler was read from a file.
  public var columnsWithoutValue: [Int] { columns.indices.filter { columns[$0].validCount == 0 } }

  /// Fits a scaler on the train rows. Only a `Partition` makes a `TrainSplit`, so held-out rows cannot be requested.
  ///
  /// The bits do not depend on the number of workers or on how the rows are divided into pieces.
  /// - Parameters:
  ///   - train: the groups to fit on.
  ///   - rows: opens the rows of exactly these groups.
  ///   - samplesDigest: SHA-256 over the sorted ids of the samples that the rows belong to, one per line.
  ///   - workers: the threads that read and count.
  ///   - memory: bytes that the run may have in flight; affects the time, never the result.
  /// - Throws: what `rows` throws; `DataError` 130 when the user interrupts.
  public static func fit(
    on train: TrainSplit, rows: (TrainSplit) throws -> any RowSource, samplesDigest: String, workers: OrderedWorkers,
    memory: Int = .max
  ) throws -> RobustScaler {
    let source = try rows(train)
    let columns = try ColumnQuartiles.of(source, workers: workers, memory: memory)
    return RobustScaler(
      columns: columns, rowCount: source.pieceRowCounts.reduce(0, +), samplesDigest: samplesDigest)
  }

  private init(columns: [ColumnQuartiles], rowCount: Int, samplesDigest: String) {
    // scikit-learn 1.9.1, `_handle_zeros_in_scale`: a nearly constant column is left unscaled.
    let smallest = 10 * Double.ulpOfOne
    shift = columns.map { $0.validCount == 0 ? .nan : $0.median }
    center = columns.map { $0.validCount == 0 ? 0 : Double($0.median) }
    scale = columns.map { column in
      let range = column.upper - column.lower
      return range >= smallest ? range : 1
    }
    self.rowCount = rowCount
    self.samplesDigest = samplesDigest
    self.columns = columns
  }

  /// Restores a fitted scaler from stored numbers.
  ///
  /// - Parameter columnsWithoutValue: the columns that had no valid cell, which the numbers do not show.
  /// - Throws: `DataError` 65 when the numbers cannot be a fitted scaler's: different counts, a centre that is not a
  ///   finite float32 value, a scale that is not a positive finite number.
  public init(
    storedCenter center: [Double], scale: [Double], rowCount: Int, samplesDigest: String,
    columnsWithoutValue empty: Set<Int> = []
  ) throws {
    guard center.count == scale.count else {
      throw DataError(.badData, "\(center.count) centres and \(scale.count) scales", expected: "one of each per column")
    }
    for column in center.indices {
      guard center[column].isFinite, Double(Float(center[column])) == center[column] else {
        throw DataError(
          .badData, place: "column \(column)", "centre \(center[column])", expected: "a finite float32 value")
      }
      guard scale[column].isFinite, scale[column] > 0 else {
        throw DataError(
          .badData, place: "column \(column)", "scale \(scale[column])", expected: "a positive finite number")
      }
    }
    self.center = center
    shift = center.indices.map { empty.contains($0) ? .nan : Float(center[$0]) }
    self.scale = scale
    self.rowCount = rowCount
    self.samplesDigest = samplesDigest
    columns = []
  }

  /// Scales `rows`, [rowCount, columns] row-major, into `destination` in `format`; NaN becomes 0, the median.
  ///
  /// A column that had no valid cell when the scaler was fitted is 0 throughout: its scale is unknown. `destination`
  /// may be unaligned and must not overlap `rows`.
  public func transform(
    _ rows: UnsafeBufferPointer<Float>, rowCount: Int, as format: FloatFormat,
    into destination: UnsafeMutableRawBufferPointer
  ) -> ScalingCounts {
    RowScaling.transform(
      rows, rowCount: rowCount, center: shift, scale: scale, as: format, into: destination)
  }
}
