/// How many bytes of samples a WAV file has, even if its header does not know.
///
/// A program that writes to a pipe cannot go back to its header: ffmpeg leaves ffffffff there, sox 7ffff000, others 0
/// or what was true when they began. Such a file is read to its end. A truncated one is not: there, both lengths in the
/// header agree about what is missing.
struct WaveLength: Hashable {
  /// Bytes of samples.
  let byteCount: Int
  /// Whether the header says otherwise.
  let isMended: Bool

  /// Values from here up are not real lengths: a file of that size would have been refused unread.
  private static let streamed = 0x7000_0000
  /// A length too large by no more than this, or by a hundredth, was miscounted; a truncated file lacks more.
  private static let miscount = 64

  /// - Parameters:
  ///   - declared: the length that the `data` chunk gives.
  ///   - start: where the samples begin.
  /// - Throws: `DataError` 65 without a file name when the file was cut off.
  init(declared: Int, from start: Int, in bytes: [UInt8]) throws {
    let available = bytes.count - start
    if 1...max(1, available) ~= declared, available > 0 {
      (byteCount, isMended) = (declared, false)
    } else if declared == 0 {
      // No samples, or a length that was never filled in? In the latter case no chunks follow.
      isMended = available > 0 && !Self.holdsChunks(bytes, from: start)
      byteCount = isMended ? available : 0
    } else {
      let excess = declared - available
      let total = WaveFormat.number(bytes, at: 4, byteCount: 4)
      // The length of the whole file, which some writers give without the 8 bytes before it.
      let totalIsUnknown = total < start || total >= Self.streamed
      let totalIsRight = [bytes.count, bytes.count - 8].contains { abs($0 - total) <= 1 }
      guard
        declared >= Self.streamed || totalIsUnknown || totalIsRight || excess <= max(Self.miscount, declared / 100)
      else { throw WaveFormat.refusal("ends after \(available) of \(declared) bytes of samples") }
      (byteCount, isMended) = (available, true)
    }
  }

  /// Whether only whole chunks are there.
  private static func holdsChunks(_ bytes: [UInt8], from start: Int) -> Bool {
    var position = start
    while position < bytes.count {
      guard isChunk(bytes, at: position) else { return false }
      let size = WaveFormat.number(bytes, at: position + 4, byteCount: 4)
      position += 8 + size + size % 2
    }
    return true
  }

  /// Where the next chunk begins: at the next even place, or where a writer that pads differently put it; nil if there
  /// is none.
  static func nextChunk(behind end: Int, in bytes: [UInt8]) -> Int? {
    let places = [end + end % 2] + (end...end + 3)
    // `ata ` and what follows may look like a chunk too.
    return places.first { isNeeded(bytes, at: $0) } ?? places.first { isChunk(bytes, at: $0) }
  }

  /// Whether a chunk of this file may begin there; the two that are needed may claim any length.
  private static func isChunk(_ bytes: [UInt8], at position: Int) -> Bool {
    guard position + 8 <= bytes.count, bytes[position..<position + 4].allSatisfy({ 0x20...0x7e ~= $0 }) else {
      return false
    }
    return isNeeded(bytes, at: position)
      || WaveFormat.number(bytes, at: position + 4, byteCount: 4) <= bytes.count - position - 8
  }

  /// Whether one of the two chunks that every file needs begins there.
  private static func isNeeded(_ bytes: [UInt8], at position: Int) -> Bool {
    position + 8 <= bytes.count
      && (WaveFormat.isName("data", bytes, at: position) || WaveFormat.isName("fmt ", bytes, at: position))
  }
}
