import ArrayFiles
import Samples
import Shards
import TensorCore

/// The rows of one modality in a mapped shard, looked up once instead of on each access.
///
/// The shard's width masks the columns of the widest folder: any beyond it are 0 in every batch, so the folder's
/// samples neither use nor change their weights.
///
/// `@unchecked Sendable`: the mapping that `bytes` points into is only read, and lives as long as `shard`.
struct MappedRows: @unchecked Sendable {
  /// Keeps the mapping alive.
  private let shard: ShardReader
  /// [rows, width] in the stored format; the address is stable while the shard is mapped.
  private let bytes: UnsafeRawBufferPointer
  private let valid: TensorView<UInt8>?
  private let width: Int
  private let dtype: StoredFloat

  init(_ shard: ShardReader, _ modality: Modality) {
    self.shard = shard
    width = shard.width(modality)
    dtype = shard.description.dtype
    valid = shard.mask(modality)
    bytes =
      width == 0
      ? UnsafeRawBufferPointer(start: nil, count: 0)
      : shard.withStoredBytes(modality, rows: 0..<shard.rowCount(modality)) { $0 }
  }

  /// Converts a row to float32. Columns of `output` beyond the shard's are masked, as is every column if the row is
  /// negative or the shard lacks the modality.
  func read(_ row: Int, into output: Vector) {
    let own = row < 0 ? 0 : width
    if own > 0 {
      let size = width * dtype.byteCount
      FloatConversion.widen(bytes.part(from: row * size, count: size), dtype, into: output.part(from: 0, count: own))
    }
    output.part(from: own, count: output.count - own).update(repeating: 0)
  }

  /// Returns 1 if the modality has a frame in a row, otherwise 0.
  func mask(_ row: Int) -> UInt8 { valid?[row] ?? 0 }
}
