/// Bytes that stand in a pickle as text: each as the character of its number, in UTF-8.
struct Latin1Text: Sendable {
  /// Where the text stands.
  private let range: Range<Int>
  /// The number of bytes that it stands for.
  let count: Int
  /// Where in the pickle each stretch of `stride` decoded bytes begins, so that any can be read without those before it.
  private let starts: [Int]

  private static let stride = 1 << 15
  private static let pieceByteCount = 1 << 20

  /// Looks through a text that is known to lie within `source`; nil where a character is beyond U+00FF or the text no UTF-8.
  ///
  /// It is read piece by piece, since it may be nearly all of a large file.
  init?(_ range: Range<Int>, in source: PickleSource) throws {
    var starts: [Int] = []
    var (count, isOpen) = (0, false)
    var piece = [UInt8](repeating: 0, count: min(Self.pieceByteCount, range.count))
    for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceByteCount) {
      let length = min(Self.pieceByteCount, range.upperBound - first)
      let isText = try piece.withUnsafeMutableBytes { bytes in
        let bytes = UnsafeMutableRawBufferPointer(rebasing: bytes[..<length])
        try source.read(into: bytes, at: first)
        for (place, byte) in bytes.enumerated() {
          if isOpen {
            if byte & 0xc0 != 0x80 { return false }
            (isOpen, count) = (false, count + 1)
            continue
          }
          if count % Self.stride == 0 { starts.append(first + place) }
          if byte < 0x80 {
            count += 1
          } else {
            if byte != 0xc2, byte != 0xc3 { return false }
            isOpen = true
          }
        }
        return true
      }
      if !isText { return nil }
    }
    if isOpen { return nil }
    (self.range, self.count, self.starts) = (range, count, starts)
  }

  /// Fills `buffer` with the decoded bytes from `offset` on, which must be there.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int, from source: PickleSource) throws {
    var done = 0
    while done < buffer.count {
      let (stretch, skipped) = (offset + done).quotientAndRemainder(dividingBy: Self.stride)
      let end = stretch + 1 < starts.count ? starts[stretch + 1] : range.upperBound
      let length = end - starts[stretch]
      done += try withUnsafeTemporaryAllocation(byteCount: length, alignment: 1) { text in
        try source.read(into: text, at: starts[stretch])
        return Self.decode(
          UnsafeRawBufferPointer(text), skipping: skipped,
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      }
    }
  }

  /// All decoded bytes, of a text that is short.
  func decoded(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = Self.decode(
        UnsafeRawBufferPointer(rebasing: bytes[range]), skipping: 0, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Decodes as much as fits, and returns how much that is.
  private static func decode(
    _ text: UnsafeRawBufferPointer, skipping skipped: Int, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    var (place, number, written) = (0, 0, 0)
    while place < text.count, written < buffer.count {
      var byte = text[place]
      place += 1
      if byte >= 0x80 {
        byte = (byte & 0x03) << 6 | (text[place] & 0x3f)
        place += 1
      }
      if number >= skipped {
        buffer[written] = byte
        written += 1
      }
      number += 1
    }
    return written
  }
}
