import ArrayFiles
import Leaks
import Samples
import Shards

/// How a data set stores the values of a modality: what they were centred on, divided by and rounded to.
struct StoredScale: Sendable {
  let modality: Modality
  /// Equal where equal values are stored as equal bits.
  let identity: [UInt64]
  let center: [Double]
  let scale: [Double]
  /// The largest error of rounding, as a share of the stored value.
  let rounding: Double

  init(_ dataset: AuditedDataset, _ modality: Modality, width: Int) {
    self.modality = modality
    let columns = dataset.scalers?.columns[modality]
    // TensorCore.RowScaling subtracts the centre as float32.
    center = columns.map { $0.center.map { Double(Float($0)) } } ?? Array(repeating: 0, count: width)
    scale = columns?.scale ?? Array(repeating: 1, count: width)
    let roundoff = dataset.dtype.unitRoundoff
    // A quotient that is stored as float32 was rounded before it was divided, too.
    rounding = dataset.dtype == .f32 ? 2 * roundoff : roundoff
    identity = [rounding.bitPattern] + (center + scale).map(\.bitPattern)
  }

  /// The value of a column before it was scaled.
  func raw(_ value: Float, _ column: Int) -> Double { Double(value) * scale[column] + center[column] }

  /// How far `raw` may be from what was scaled.
  private func tolerance(_ value: Float, _ column: Int) -> Double {
    // Small float16 values have a step of 2⁻²⁴; float32 rounds once more before the division.
    (abs(Double(value)) * rounding + 0x1p-24) * scale[column] + abs(center[column]) * 0x1p-22
  }

  /// Whether two rows are the same before scaling, in all cells that both observed and in enough of them.
  static func isSame(
    _ first: UnsafeBufferPointer<Float>, _ firstRow: Int, _ firstScale: StoredScale,
    _ second: UnsafeBufferPointer<Float>, _ secondRow: Int, _ secondScale: StoredScale
  ) -> Bool {
    let width = firstScale.center.count
    var count = 0
    for column in 0..<width {
      let (a, b) = (first[firstRow * width + column], second[secondRow * width + column])
      // 0 is what a cell without a value is filled with; what float16 cannot hold is cut.
      if a == 0 || b == 0 || abs(a) >= 65504 || abs(b) >= 65504 { continue }
      let limit = firstScale.tolerance(a, column) + secondScale.tolerance(b, column)
      if !(abs(firstScale.raw(a, column) - secondScale.raw(b, column)) <= limit) { return false }
      count += 1
    }
    return count >= ObservedContent.fewestCells
  }
}
