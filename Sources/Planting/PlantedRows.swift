import ArrayFiles
import Samples
import Shards
import TensorCore

/// The rows of one sample and modality, as stored.
struct PlantedRows {
  let width: Int
  let dtype: StoredFloat
  /// [rows, width] in the stored format.
  var values: [UInt8]
  /// [rows]
  var mask: [UInt8]
  /// Two numbers per row, in seconds.
  var intervals: [Double]

  var rowCount: Int { mask.count }

  /// The scaled values, [rows, width].
  var floats: [Float] {
    let count = rowCount * width
    return [Float](unsafeUninitializedCapacity: count) { output, initialized in
      values.withUnsafeBytes { FloatConversion.widen($0, dtype, into: output.part(from: 0, count: count)) }
      initialized = count
    }
  }

  /// Stores scaled values, [rows, width]: they pass through the stored format.
  mutating func store(_ floats: [Float]) {
    values = [UInt8](unsafeUninitializedCapacity: floats.count * dtype.byteCount) { output, initialized in
      let target = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(output)[..<(floats.count * dtype.byteCount)])
      floats.withUnsafeBufferPointer { FloatConversion.narrow($0, dtype, into: target) }
      initialized = target.count
    }
  }

  /// The rows that `indices` names, in that order.
  func rows(_ indices: [Int]) -> PlantedRows {
    let size = width * dtype.byteCount
    var copy = self
    copy.values = indices.flatMap { values[$0 * size..<($0 + 1) * size] }
    copy.mask = indices.map { mask[$0] }
    copy.intervals = indices.flatMap { intervals[2 * $0..<2 * $0 + 2] }
    return copy
  }
}

/// One sample of a folder that is being changed.
struct PlantedSample {
  /// What samples.jsonl says; shard, index, rows and label are filled in when the folder is written.
  var line: SampleLine
  var rows: [Modality: PlantedRows]
  /// The number of its shard within its split.
  var shard: Int

  var split: Split { line.split }
  var label: [Float] { line.label.map { Float($0) } }
}
