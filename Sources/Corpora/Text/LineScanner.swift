import Foundation
import Text

/// Reads one line of text from left to right, byte by byte. The bytes must outlive it.
struct LineScanner {
  private var next: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  /// Starts at the beginning of `line`.
  init(_ line: UnsafeBufferPointer<UInt8>) {
    next = line.baseAddress ?? Self.nowhere
    end = next + line.count
  }

  /// The start and end of an empty line. Never written to, never freed.
  private nonisolated(unsafe) static let nowhere = UnsafePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))

  /// Calls `body` with the number, from 1, and the bytes of each line that is not blank, without its line feed and a
  /// carriage return before it. The last line needs no line feed. A leading byte order mark is skipped.
  static func forEachLine(
    of bytes: UnsafeBufferPointer<UInt8>, _ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    guard let base = bytes.baseAddress else { return }
    var start = bytes.starts(with: ByteOrderMark.utf8) ? ByteOrderMark.utf8.count : 0
    var number = 0
    // Old programs end lines with a carriage return alone.
    let hasLineFeed = memchr(base, Int32(UInt8(ascii: "\n")), bytes.count) != nil
    let mark = Int32(UInt8(ascii: hasLineFeed ? "\n" : "\r"))
    while start < bytes.count {
      number += 1
      let found = memchr(base + start, mark, bytes.count - start)
      let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? bytes.count
      var lineEnd = end
      while lineEnd > start, isBlank(base[lineEnd - 1]) { lineEnd -= 1 }
      if lineEnd > start { try body(number, UnsafeBufferPointer(rebasing: bytes[start..<lineEnd])) }
      start = end + 1
    }
  }

  /// Whether nothing is left.
  var isAtEnd: Bool { next == end }

  /// What is left.
  var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: next, count: end - next) }

  /// Skips blanks, tabs and carriage returns.
  @inline(__always)
  mutating func skipBlanks() {
    while next != end, Self.isBlank(next.pointee) { next += 1 }
  }

  /// Skips blanks, then `byte` if it is next; false if it is not.
  mutating func accept(_ byte: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next != end, next.pointee == UInt8(ascii: byte) else { return false }
    next += 1
    return true
  }

  /// Skips blanks, then takes the bytes up to the next blank; empty at the end.
  mutating func field() -> UnsafeBufferPointer<UInt8> {
    skipBlanks()
    let start = next
    while next != end, !Self.isBlank(next.pointee) { next += 1 }
    return UnsafeBufferPointer(start: start, count: next - start)
  }

  /// Skips blanks, then takes a finite decimal number; nil, without moving on, if there is none.
  mutating func number() -> Double? {
    skipBlanks()
    var here = next
    guard let value = DecimalNumber(&here, end)?.double else { return nil }
    next = here
    return value
  }

  /// Skips blanks, then takes a decimal number that float32 can hold; nil, without moving on, if there is none.
  @inline(__always)
  mutating func float() -> Float? {
    skipBlanks()
    var here = next
    guard let value = DecimalNumber(&here, end)?.float else { return nil }
    next = here
    return value
  }

  /// Skips `count` bytes, at most what is left.
  mutating func pass(_ count: Int) { next += min(count, end - next) }

  /// Whether a field ends here.
  var isAtBreak: Bool { next == end || Self.isBlank(next.pointee) }

  /// Skips blanks, then takes an integer without a sign up to `limit`; nil if there is none.
  mutating func integer(upTo limit: Int) -> Int? {
    skipBlanks()
    let start = next
    var value = 0
    while next != end, case let digit = next.pointee &- UInt8(ascii: "0"), digit < 10 {
      value = 10 * value + Int(digit)
      if value > limit { return nil }
      next += 1
    }
    return next == start ? nil : value
  }

  /// Blanks inside a line.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
}

extension String {
  /// Text in ISO 8859-1, where each byte is the scalar of the same number.
  init(latin1 bytes: UnsafeBufferPointer<UInt8>) {
    var scalars = String.UnicodeScalarView()
    for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
    self.init(scalars)
  }

  /// A handwritten line: UTF-8 if valid, else ISO 8859-1, in composed characters.
  ///
  /// A line in ISO 8859-1 with a letter beyond ASCII is practically never valid UTF-8. Lines are told apart one by one,
  /// so a file edited with another program may mix both.
  init(utf8OrLatin1 bytes: UnsafeBufferPointer<UInt8>) {
    self = (String(validating: bytes, as: UTF8.self) ?? String(latin1: bytes)).composed
  }

  /// In Unicode's normal form C, which does not change between versions of Unicode; what word vectors are spelled in.
  var composed: String { utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping }

  /// In normal form D.
  var decomposed: String { utf8.allSatisfy { $0 < 0x80 } ? self : decomposedStringWithCanonicalMapping }
}
