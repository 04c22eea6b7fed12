import ArrayFiles
import Samples
import Shards
import TensorCore

/// One modality's rows in a mapped shard, without the cost of looking them up each time.
///
/// Its width is the corpus's mask over the columns of the widest one: columns beyond it are 0 in every batch, so that
/// the corpus's samples neither use their weights nor move them.
struct MappedRows {
  /// Keeps the mapping alive.
  private let shard: ShardReader
  /// The first row; it stays where it is as long as the shard is mapped.
  private let base: UnsafeRawPointer?
  private let valid: TensorView<UInt8>?
  private let width: Int
  private let dtype: StoredFloat

  init(_ shard: ShardReader, _ modality: Modality) {
    self.shard = shard
    width = shard.width(modality)
    dtype = shard.description.dtype
    valid = shard.mask(modality)
    base =
      width == 0
      ? nil : shard.withStoredBytes(modality, rows: 0..<shard.rowCount(modality)) { $0.baseAddress }
  }

  /// Converts a row to float32; columns from the shard's width to `columns` are masked. A negative row is all masked.
  func read(_ row: Int, into output: UnsafeMutablePointer<Float>, columns: Int) {
    let own = row < 0 ? 0 : read(row, into: output)
    if own < columns { (output + own).update(repeating: 0, count: columns - own) }
  }

  /// - Returns: the number of columns read; 0 when the shard does not have the modality.
  private func read(_ row: Int, into output: UnsafeMutablePointer<Float>) -> Int {
    guard let base else { return 0 }
    let start = base + row * width * dtype.byteCount
    switch dtype {
    case .f32: UnsafeMutableRawPointer(output).copyMemory(from: start, byteCount: 4 * width)
    case .f16: FloatConversion.fromFloat16(start, count: width, into: output)
    case .bf16: FloatConversion.fromBFloat16(start, count: width, into: output)
    }
    return width
  }

  /// 1 where the modality has a frame in a row, else 0.
  func mask(_ row: Int) -> UInt8 { valid?[row] ?? 0 }
}
