import ArrayFiles
import Leaks
import Samples
import Shards

/// Distinguishes observed rows from filled-in ones; only the former can reveal a copy.
///
/// A cell carries no information if it equals the train median (0 after scaling: imputed or masked) or if its raw value
/// was 0 (silence, no face found). A row carries none if all its other cells have a single value.
struct ObservedContent: Sendable {
  /// Fewer cells could agree by chance: 8 float16 cells near the median agree with odds below 1e-12.
  static let fewestCells = 8

  private let zeros: [Float]

  /// - Parameters:
  ///   - scaler: what the values were scaled with; nil if they are raw.
  ///   - round: rounds a value to the stored format.
  init(width: Int, scaler: ScalersFile.Columns?, round: (Float) -> Float) {
    // TensorCore.RowScaling: (x − centre) in float32, divided by the float64 scale, rounded to float32.
    zeros = (0..<width).map { column in
      guard let scaler, scaler.center.indices.contains(column) else { return 0 }
      return round(Float(Double(0 - Float(scaler.center[column])) / scaler.scale[column]))
    }
  }

  /// Returns the number of observed cells in a row, counting no further than needed to make it content.
  func cellCount(_ row: UnsafeBufferPointer<Float>) -> Int {
    var count = 0
    var first: Float?
    var isConstant = true
    for column in row.indices {
      let value = row[column]
      // Non-finite values are not content, as many cells may lack a value in the same way.
      if !value.isFinite || value == 0 || value == zeros[column] { continue }
      count += 1
      if let first { isConstant = isConstant && value == first } else { first = value }
      if count >= Self.fewestCells, !isConstant { return count }
    }
    return isConstant ? 0 : count
  }
}

extension ObservedContent {
  init(_ dataset: AuditedDataset, _ modality: Modality) {
    self.init(
      width: dataset.widths[modality] ?? 0, scaler: dataset.scalers?.columns[modality], round: dataset.dtype.rounded)
  }
}
