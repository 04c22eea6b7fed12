/// The compression of h5py's filter `lzf` (LibLZF 3.6, `lzf_d.c`).
///
/// A stream is a row of tokens. `000nnnnn` is followed by n + 1 bytes that are taken as they are; `nnnddddd [nnnnnnnn]
/// dddddddd` repeats n + 2 bytes from d + 1 bytes before, with the byte in brackets only where the first three bits are
/// all set. A repetition may reach into what it makes itself.
enum LZF {
  /// Bytes that one byte of a stream can make at most: 264 of 3.
  static let ratio = 88

  /// One step of a stream.
  private enum Token {
    /// Bytes of the stream from `start` on.
    case literal(start: Int, count: Int)
    /// Bytes that were made before.
    case repetition(distance: Int, count: Int)

    var count: Int {
      switch self {
      case .literal(_, let count), .repetition(_, let count): count
      }
    }
  }

  /// Fills `target`; false where `source` is no stream of exactly as many bytes. Allocates nothing.
  static func decode(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
    guard let from = source.baseAddress, let to = target.baseAddress else { return false }
    var (position, done) = (0, 0)
    while position < source.count {
      guard let token = next(in: source, &position), token.count <= target.count - done else { return false }
      switch token {
      case .literal(let start, let count): (to + done).copyMemory(from: from + start, byteCount: count)
      case .repetition(let distance, let count):
        if distance > done { return false }
        if distance >= count {
          (to + done).copyMemory(from: to + done - distance, byteCount: count)
        } else {
          for offset in done..<done + count { target[offset] = target[offset - distance] }
        }
      }
      done += token.count
    }
    return done == target.count
  }

  /// How many bytes a stream makes; nil where it ends within a token or makes more than `limit`.
  static func decodedByteCount(_ source: UnsafeRawBufferPointer, limit: Int) -> Int? {
    var (position, count) = (0, 0)
    while position < source.count {
      guard let token = next(in: source, &position) else { return nil }
      count += token.count
      if count > limit { return nil }
    }
    return count
  }

  /// The token at `position`, which is inside of the stream, and moves on behind it; nil where the stream ends within.
  @inline(__always)
  private static func next(in source: UnsafeRawBufferPointer, _ position: inout Int) -> Token? {
    let first = Int(source[position])
    position += 1
    if first < 32 {
      let start = position
      guard first + 1 <= source.count - start else { return nil }
      position += first + 1
      return .literal(start: start, count: first + 1)
    }
    var count = first >> 5
    if count == 7 {
      guard position < source.count else { return nil }
      count += Int(source[position])
      position += 1
    }
    guard position < source.count else { return nil }
    let distance = (first & 31) << 8 + Int(source[position]) + 1
    position += 1
    return .repetition(distance: distance, count: count + 2)
  }
}
