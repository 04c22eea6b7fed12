public import Digests
public import Files
import Text

/// Rows of a dataset that are in memory: a range that moves from the first row to the last.
public struct HDF5RowWindow {
  /// The rows that are there.
  public let rows: Range<Int>
  /// The first of them; [rows.count, width] float32. Valid until the window moves on.
  public let values: UnsafePointer<Float>
}

extension HDF5Reader {
  /// Whether `readThroughWindow` can read a dataset: little-endian float32, one value after the other in the file.
  public static func canReadThroughWindow(_ dataset: HDF5Dataset) -> Bool {
    guard case .contiguous = dataset.storage, case .number(.float32, let isBigEndian) = dataset.type else {
      return false
    }
    return !isBigEndian
  }

  /// Reads a dataset row by row through a buffer that stays small enough for the cache, whatever the dataset's length.
  ///
  /// - Parameters:
  ///   - dataset: one for which `canReadThroughWindow` holds.
  ///   - place: what error messages call the dataset.
  ///   - buffer: the window's memory; grows only if `consume` asks to keep more.
  ///   - fingerprint: gets the stored bytes in the order of the file.
  ///   - consume: gets the available rows each time some have arrived, and returns the first row that it still needs.
  /// - Throws: `DataError` 74 when reading fails, 65 when the file has become shorter, and what `consume` throws.
  public func readThroughWindow(
    _ dataset: HDF5Dataset, of file: HDF5File, place: String, buffer: FloatBuffer, fingerprint: inout Fingerprint,
    consume: (HDF5RowWindow) throws -> Int
  ) throws {
    guard case .contiguous(let offset) = dataset.storage, Self.canReadThroughWindow(dataset) else {
      throw DataError(.internalBug, file: file.index.path, place: place, "cannot be read through a window")
    }
    let width = dataset.width
    let rowsAtOnce = max(1, Self.pieceByteCount / max(1, 4 * width))
    var (first, end) = (0, 0)
    buffer.reserve(2 * rowsAtOnce * width)
    while end < dataset.rowCount {
      let count = min(rowsAtOnce, dataset.rowCount - end)
      buffer.reserve((end - first + count) * width, keeping: (end - first) * width)
      let bytes = UnsafeMutableRawBufferPointer(start: buffer.base + (end - first) * width, count: 4 * count * width)
      do {
        try file.read(into: bytes, at: offset + 4 * end * width)
      } catch var error as DataError {
        error.place = place
        throw error
      }
      fingerprint.update(UnsafeRawBufferPointer(bytes))
      end += count
      let needed = try consume(HDF5RowWindow(rows: first..<end, values: UnsafePointer(buffer.base)))
      // Moving what is still needed to the front costs little: it is the rows of the current words.
      let kept = min(max(needed, first), end)
      if kept > first {
        buffer.base.update(from: buffer.base + (kept - first) * width, count: (end - kept) * width)
        first = kept
      }
    }
  }
}
