import ArrayFiles
import Leaks
import Samples
import Shards

/// How a data set stores the values of a modality: their centre, scale and rounding.
struct StoredScale: Sendable {
  let modality: Modality
  /// A key that is the same whenever equal values are stored as equal bits.
  let identity: [UInt64]
  let center: [Double]
  let scale: [Double]
  /// The largest rounding error, relative to the stored value.
  let rounding: Double

  init(_ dataset: AuditedDataset, _ modality: Modality, width: Int) {
    self.modality = modality
    let columns = dataset.scalers?.columns[modality]
    // TensorCore.RowScaling subtracts the centre as float32.
    center = columns.map { $0.center.map { Double(Float($0)) } } ?? Array(repeating: 0, count: width)
    scale = columns?.scale ?? Array(repeating: 1, count: width)
    let roundoff = dataset.dtype.unitRoundoff
    // A quotient stored as float32 was also rounded before the division.
    rounding = dataset.dtype == .f32 ? 2 * roundoff : roundoff
    identity = [rounding.bitPattern] + (center + scale).map(\.bitPattern)
  }

  /// Returns the value of a column before scaling.
  func raw(_ value: Float, _ column: Int) -> Double { Double(value) * scale[column] + center[column] }

  /// Returns how far `raw` may deviate from the value that was scaled.
  private func tolerance(_ value: Float, _ column: Int) -> Double {
    // Small float16 values have a step of 2⁻²⁴; float32 also rounds once before the division.
    (abs(Double(value)) * rounding + 0x1p-24) * scale[column] + abs(center[column]) * 0x1p-22
  }

  /// Returns whether two rows are equal before scaling, in all cells observed in both and in enough of them.
  static func isSame(
    _ first: UnsafeBufferPointer<Float>, _ firstRow: Int, _ firstScale: StoredScale,
    _ second: UnsafeBufferPointer<Float>, _ secondRow: Int, _ secondScale: StoredScale
  ) -> Bool {
    let width = firstScale.center.count
    var count = 0
    for column in 0..<width {
      let (a, b) = (first[firstRow * width + column], second[secondRow * width + column])
      // 0 fills cells without a value; values that float16 cannot hold are clipped.
      if a == 0 || b == 0 || abs(a) >= 65504 || abs(b) >= 65504 { continue }
      let limit = firstScale.tolerance(a, column) + secondScale.tolerance(b, column)
      if !(abs(firstScale.raw(a, column) - secondScale.raw(b, column)) <= limit) { return false }
      count += 1
    }
    return count >= ObservedContent.fewestCells
  }
}
