/// The compression of h5py's filter `lzf` (LibLZF 3.6, `lzf_d.c`).
///
/// A stream is a sequence of tokens. `000nnnnn` is followed by n + 1 literal bytes; `nnnddddd [nnnnnnnn] dddddddd`
/// repeats n + 2 bytes from d + 1 bytes before, with the byte in brackets only if the first three bits are all set. A
/// repetition may overlap its own output.
enum LZF {
  /// The most bytes that one byte of a stream can produce: 264 from 3.
  static let ratio = 88

  /// One step of a stream.
  private enum Token {
    /// Bytes of the stream from `start` on.
    case literal(start: Int, count: Int)
    /// Bytes produced earlier.
    case repetition(distance: Int, count: Int)

    var count: Int {
      switch self {
      case .literal(_, let count), .repetition(_, let count): count
      }
    }
  }

  /// Fills `target`; false if `source` does not decode to exactly as many bytes. Allocates nothing.
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

  /// How many bytes a stream decodes to; nil if it ends within a token or exceeds `limit`.
  static func decodedByteCount(_ source: UnsafeRawBufferPointer, limit: Int) -> Int? {
    var (position, count) = (0, 0)
    while position < source.count {
      guard let token = next(in: source, &position) else { return nil }
      count += token.count
      if count > limit { return nil }
    }
    return count
  }

  /// The token at `position`, which is inside the stream; moves past it. Nil if the stream ends within the token.
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
