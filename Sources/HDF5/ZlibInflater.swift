import CDeflate
import Text

/// Undoes zlib's compression of a whole block of bytes.
package enum ZlibInflater {
  /// Room that is tried first: many blocks are small.
  private static let leastRoom = 1 << 16

  /// The bytes that were compressed.
  ///
  /// - Parameter limit: the most bytes that come out.
  /// - Throws: `DataError` 65 without a file name when the bytes are corrupt, or more than `limit` come out.
  package static func inflate(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
    let inflater = libdeflate_alloc_decompressor()!  // nil only when memory is exhausted
    defer { libdeflate_free_decompressor(inflater) }
    let (most, overflow) = bytes.count.multipliedReportingOverflow(by: HDF5Limits.deflateRatio)
    let largest = min(limit, overflow ? limit : most + leastRoom)
    var room = min(largest, max(leastRoom, 4 * min(bytes.count, largest)))
    while true {
      var status = LIBDEFLATE_SUCCESS
      let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        var written = 0
        status = libdeflate_zlib_decompress(
          inflater, bytes.baseAddress, bytes.count, buffer.baseAddress, room, &written)
        count = status == LIBDEFLATE_SUCCESS ? written : 0
      }
      if status == LIBDEFLATE_SUCCESS { return output }
      guard status == LIBDEFLATE_INSUFFICIENT_SPACE else {
        throw DataError(.badData, "its compressed data are corrupt", advice: "Copy or make the file again.")
      }
      guard room < largest else {
        throw DataError(.badData, "more than \(largest) bytes come out of \(bytes.count)", expected: "at most \(limit)")
      }
      room = min(largest, 2 * room)
    }
  }
}
