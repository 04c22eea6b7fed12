import ArrayFiles
import Samples
import Shards
import TensorCore

/// One modality's rows in a mapped shard, without the cost of looking them up each time.
///
/// Its width is the folder's mask over the columns of the widest one: columns beyond it are 0 in every batch, so that
/// the folder's samples neither use their weights nor move them.
///
/// `@unchecked Sendable`: the mapping that `bytes` points into is only read, and lives as long as `shard`.
struct MappedRows: @unchecked Sendable {
  /// Keeps the mapping alive.
  private let shard: ShardReader
  /// [rows, width] in the stored format; stays where it is as long as the shard is mapped.
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

  /// Converts a row to float32; columns of `output` beyond the shard's are masked. A negative row is all masked, and so
  /// is every row of a modality that the shard does not have.
  func read(_ row: Int, into output: Vector) {
    let own = row < 0 ? 0 : width
    if own > 0 {
      let size = width * dtype.byteCount
      FloatConversion.widen(bytes.part(from: row * size, count: size), dtype, into: output.part(from: 0, count: own))
    }
    output.part(from: own, count: output.count - own).update(repeating: 0)
  }

  /// 1 where the modality has a frame in a row, else 0.
  func mask(_ row: Int) -> UInt8 { valid?[row] ?? 0 }
}
