import CDeflate
import Text

/// The filters of a dataset's chunks and the sizes between them.
struct ChunkPipeline {
  /// In the order of writing.
  let filters: [HDF5Filter]
  /// The size of a chunk before any filter.
  let chunkByteCount: Int
  /// What the shuffle filter regroups.
  let elementByteCount: Int

  /// The size of filter `position`'s input when a chunk with `mask` was written.
  func byteCount(before position: Int, mask: UInt32) -> Int {
    var count = chunkByteCount
    // Only a compressor asks, and there is only one: earlier filters keep the size or add a checksum.
    for earlier in 0..<position where isUsed(earlier, mask) && filters[earlier] == .fletcher32 { count += 4 }
    return count
  }

  /// Whether filter `position` was used for a chunk with `mask`.
  func isUsed(_ position: Int, _ mask: UInt32) -> Bool { mask >> UInt32(position) & 1 == 0 }
}

/// Undoes the filters of chunks; keeps its buffers.
final class ChunkDecoder {
  private let stored = ByteBuffer()
  private var output = ByteBuffer()
  private var input = ByteBuffer()
  private let inflater: OpaquePointer

  /// The decoded chunk; valid until the next call.
  private(set) var values: UnsafeRawPointer

  init() {
    inflater = libdeflate_alloc_decompressor()!  // nil only when memory is exhausted
    values = UnsafeRawPointer(stored.base)
  }

  deinit { libdeflate_free_decompressor(inflater) }

  /// Room for a chunk as stored in the file.
  func storedBytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    stored.reserve(count)
    return UnsafeMutableRawBufferPointer(start: stored.base, count: count)
  }

  /// Makes `values` a chunk that was never written.
  func zeros(_ count: Int) {
    output.reserve(count)
    output.base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    values = UnsafeRawPointer(output.base)
  }

  /// Makes `values` the contents of `bytes` before filtering.
  ///
  /// - Throws: `DataError` 65 when the bytes are corrupt; `name` says what they are.
  func decode(
    _ bytes: UnsafeMutableRawBufferPointer, mask: UInt32, pipeline: ChunkPipeline, name: () -> String
  ) throws {
    var current = UnsafeRawBufferPointer(bytes)
    for position in pipeline.filters.indices.reversed() where pipeline.isUsed(position, mask) {
      let byteCount = pipeline.byteCount(before: position, mask: mask)
      switch pipeline.filters[position] {
      case .fletcher32:
        guard let checked = Fletcher32.checked(current) else { throw Self.corrupt(name, "its checksum does not match") }
        current = checked
      case .deflate: current = try inflate(current, to: byteCount, name)
      case .lzf: current = try expand(current, to: byteCount, name)
      case .shuffle:
        output.reserve(current.count)
        unshuffle(current, elementByteCount: pipeline.elementByteCount, into: output.base)
        current = passOutput(current.count)
      }
    }
    guard current.count == pipeline.chunkByteCount, let base = current.baseAddress else {
      throw Self.corrupt(name, "it holds \(current.count) bytes, not \(pipeline.chunkByteCount)")
    }
    values = base
  }

  private func inflate(
    _ bytes: UnsafeRawBufferPointer, to byteCount: Int, _ name: () -> String
  ) throws -> UnsafeRawBufferPointer {
    output.reserve(byteCount)
    // Without an output parameter for the byte count, anything but exactly `byteCount` is a failure.
    let result = libdeflate_zlib_decompress(inflater, bytes.baseAddress, bytes.count, output.base, byteCount, nil)
    if result != LIBDEFLATE_SUCCESS { throw Self.corrupt(name, "it does not inflate to \(byteCount) bytes") }
    return passOutput(byteCount)
  }

  private func expand(
    _ bytes: UnsafeRawBufferPointer, to byteCount: Int, _ name: () -> String
  ) throws -> UnsafeRawBufferPointer {
    output.reserve(byteCount)
    guard LZF.decode(bytes, into: UnsafeMutableRawBufferPointer(start: output.base, count: byteCount)) else {
      throw Self.corrupt(name, "its LZF stream does not make \(byteCount) bytes")
    }
    return passOutput(byteCount)
  }

  /// The output becomes the input of the next filter, which needs another buffer for its own output.
  private func passOutput(_ count: Int) -> UnsafeRawBufferPointer {
    swap(&input, &output)
    return UnsafeRawBufferPointer(start: input.base, count: count)
  }

  private static func corrupt(_ name: () -> String, _ why: String) -> DataError {
    DataError(.badData, "\(name()) is corrupt: \(why)", advice: HDF5Advice.damaged)
  }
}

/// The checksum of HDF5's fletcher32 filter (H5checksum.c, `H5_checksum_fletcher32`).
enum Fletcher32 {
  /// The bytes in front of the checksum; nil when it does not match.
  static func checked(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    if bytes.count < 4 { return nil }
    let body = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
    let stored = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
    let sum = checksum(body)
    // Files of HDF5 1.6.2 and earlier have the two bytes of each half swapped.
    let swapped = (sum & 0x00ff_00ff) << 8 | (sum >> 8) & 0x00ff_00ff
    return stored == sum || stored == swapped ? body : nil
  }

  /// Big-endian words of 16 bits, summed twice modulo 65535.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var first: UInt32 = 0
    var second: UInt32 = 0
    var offset = 0
    let wordsEnd = bytes.count & ~1
    while offset < wordsEnd {
      // 360 words are the most that fit 32 bits without overflow.
      let end = min(offset + 720, wordsEnd)
      while offset < end {
        first &+= UInt32(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        second &+= first
        offset += 2
      }
      first = fold(first)
      second = fold(second)
    }
    if bytes.count & 1 == 1 {
      first = fold(first &+ UInt32(bytes[wordsEnd]) << 8)
      second = fold(second &+ first)
    }
    return fold(second) << 16 | fold(first)
  }

  private static func fold(_ sum: UInt32) -> UInt32 { (sum & 0xffff) &+ sum >> 16 }
}

/// Undoes HDF5's shuffle filter: it groups the first bytes of all elements, then the second bytes, and so on; leftover
/// bytes at the end stay as they are.
func unshuffle(_ bytes: UnsafeRawBufferPointer, elementByteCount: Int, into target: UnsafeMutableRawPointer) {
  guard let base = bytes.baseAddress else { return }
  let count = bytes.count / elementByteCount
  let planes = base.assumingMemoryBound(to: UInt8.self)
  if elementByteCount == 4 {
    let (first, second, third, fourth) = (planes, planes + count, planes + 2 * count, planes + 3 * count)
    for index in 0..<count {
      let low = UInt32(first[index]) | UInt32(second[index]) << 8
      let high = UInt32(third[index]) << 16 | UInt32(fourth[index]) << 24
      target.storeBytes(of: (low | high).littleEndian, toByteOffset: index * 4, as: UInt32.self)
    }
  } else {
    for byte in 0..<elementByteCount {
      let plane = planes + byte * count
      for index in 0..<count {
        target.storeBytes(of: plane[index], toByteOffset: index * elementByteCount + byte, as: UInt8.self)
      }
    }
  }
  let done = count * elementByteCount
  if done < bytes.count { (target + done).copyMemory(from: base + done, byteCount: bytes.count - done) }
}
