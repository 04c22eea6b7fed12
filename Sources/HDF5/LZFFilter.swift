import CHDF5

/// Teaches libhdf5 the filter that h5py calls `lzf`, for datasets that only libhdf5 can read: with texts to be
/// converted, with very many chunks, after a user block.
enum LZFFilter {
  /// The number under which h5py registered it with the HDF Group.
  static let identifier: H5Z_filter_t = 32000

  private static let name: StaticString = "lzf"

  /// Registers the filter; repeating it does no harm.
  static func register() {
    var filter = H5Z_class2_t()
    filter.version = H5Z_CLASS_T_VERS
    filter.id = identifier
    filter.encoder_present = 0
    filter.decoder_present = 1
    // libhdf5 keeps the pointer: a literal lives forever.
    filter.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    filter.filter = { flags, _, _, byteCount, bufferSize, buffer in
      LZFFilter.decode(flags: flags, byteCount: byteCount, bufferSize: bufferSize, buffer: buffer)
    }
    H5Zregister(&filter)
  }

  /// Replaces libhdf5's buffer with the decoded bytes; 0 on failure, as libhdf5 expects.
  private static func decode(
    flags: UInt32, byteCount: Int, bufferSize: UnsafeMutablePointer<Int>?,
    buffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> Int {
    guard flags & msa_H5Z_FLAG_REVERSE() != 0, let bufferSize, let buffer, let stored = buffer.pointee else { return 0 }
    let source = UnsafeRawBufferPointer(start: stored, count: byteCount)
    guard let count = LZF.decodedByteCount(source, limit: HDF5Limits.chunkByteCount), count > 0,
      let target = H5allocate_memory(count, false)
    else { return 0 }
    guard LZF.decode(source, into: UnsafeMutableRawBufferPointer(start: target, count: count)) else {
      H5free_memory(target)
      return 0
    }
    H5free_memory(stored)
    buffer.pointee = target
    bufferSize.pointee = count
    return count
  }
}
