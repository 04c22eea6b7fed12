import CIconv
import Files
import Foundation
import Text

/// Text in whatever encoding a list was saved: UTF-8, else GB 18030 where it decodes to Chinese, else Windows-1252.
struct DecodedText {
  /// UTF-8 without a byte order mark.
  let bytes: [UInt8]
  /// What it was, where it was not UTF-8.
  let encoding: String?

  /// Decodes a file.
  ///
  /// - Parameter name: an encoding as iconv knows it; nil to find out.
  /// - Throws: `DataError` 65 where the bytes are not of the encoding; 64 where there is no encoding of that name.
  init(_ bytes: [UInt8], encoding name: String?) throws {
    if let name, !Self.isUTF8(name) {
      self.bytes = try Self.converted(bytes, from: name)
      encoding = name
      return
    }
    let body = bytes.starts(with: ByteOrderMark.utf8) ? Array(bytes.dropFirst(ByteOrderMark.utf8.count)) : bytes
    if String(validating: body, as: UTF8.self) != nil {
      (self.bytes, encoding) = (body, nil)
    } else if name != nil || body.count < bytes.count {
      throw DataError(.badData, "is not UTF-8", advice: "Give its encoding with --encoding.")
    } else if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      (self.bytes, encoding) = (try Self.converted(bytes, from: "UTF-16"), "UTF-16")
    } else if Self.looksChinese(bytes) {
      (self.bytes, encoding) = (try Self.converted(bytes, from: "GB18030"), "GB18030")
    } else {
      (self.bytes, encoding) = (try Self.fromWindows1252(bytes), "Windows-1252")
    }
  }

  private static func isUTF8(_ name: String) -> Bool { ["utf8", "utf-8", "utf_8"].contains(name.lowercased()) }

  // MARK: Chinese

  /// Whether all bytes are text in GB 18030 and what is not ASCII is Chinese: nine of ten characters are of GB 2312, whose
  /// two bytes both have the upper bit, and one at least is a Han character. Of a European text hardly any two such bytes
  /// stand side by side.
  static func looksChinese(_ bytes: [UInt8]) -> Bool {
    var place = 0
    var (usual, others, han) = (0, 0, 0)
    while place < bytes.count {
      let lead = bytes[place]
      if lead < 0x80 {
        place += 1
        continue
      }
      guard 0x81...0xfe ~= lead, place + 1 < bytes.count else { return false }
      let next = bytes[place + 1]
      if 0x30...0x39 ~= next {
        // Four bytes: rare characters.
        guard place + 3 < bytes.count, 0x81...0xfe ~= bytes[place + 2], 0x30...0x39 ~= bytes[place + 3] else {
          return false
        }
        others += 1
        place += 4
        continue
      }
      guard 0x40...0xfe ~= next, next != 0x7f else { return false }
      if 0xa1...0xf7 ~= lead, next >= 0xa1 {
        usual += 1
        if lead >= 0xb0 { han += 1 }
      } else {
        others += 1
      }
      place += 2
    }
    return han > 0 && usual >= 9 * others
  }

  // MARK: iconv

  /// - Throws: `DataError` 64 where libc knows no such encoding, 65 where the bytes are not of it.
  private static func converted(_ bytes: [UInt8], from name: String) throws -> [UInt8] {
    guard !name.utf8.contains(0), let converter = iconv_open("UTF-8", name), msa_iconv_failed(converter) == 0 else {
      throw DataError(
        .usage, "unknown encoding \(name)", expected: "a name such as UTF-8, GB18030, Shift_JIS or CP1252",
        advice: "iconv -l lists them.")
    }
    defer { iconv_close(converter) }
    // No character of any encoding takes more than four times its bytes in UTF-8; the last piece flushes a state.
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var input = bytes.map { CChar(bitPattern: $0) }
    let inputCount = input.count
    try input.withUnsafeMutableBufferPointer { buffer in
      var next = buffer.baseAddress
      var left = inputCount
      while true {
        let outcome = piece.withUnsafeMutableBytes { space -> (status: Int, written: Int, code: Int32) in
          var target = space.baseAddress?.assumingMemoryBound(to: CChar.self)
          var free = space.count
          let status =
            left == 0 ? iconv(converter, nil, nil, &target, &free) : iconv(converter, &next, &left, &target, &free)
          let code = errno
          return (status == -1 ? -1 : 0, space.count - free, code)
        }
        output += piece[..<outcome.written]
        if outcome.status == 0 {
          if left == 0, outcome.written == 0 || next == nil { break }
          if left == 0 { next = nil }
          continue
        }
        if outcome.code != E2BIG {
          let line = 1 + bytes.prefix(inputCount - left).count { $0 == UInt8(ascii: "\n") }
          throw DataError(
            .badData, place: "line \(line)", "is not \(name) from byte \(inputCount - left) on",
            advice: "Give its encoding with --encoding.")
        }
      }
    }
    if output.starts(with: ByteOrderMark.utf8) { output.removeFirst(ByteOrderMark.utf8.count) }
    return output
  }

  // MARK: Windows-1252

  /// The characters of the bytes 80 to 9F (https://encoding.spec.whatwg.org/index-windows-1252.txt); those that stand for
  /// themselves are assigned to nothing.
  private static let upper: [UInt32] = [
    0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d,
    0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,
    0x017e, 0x0178,
  ]

  private static func fromWindows1252(_ bytes: [UInt8]) throws -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + bytes.count / 8)
    for (place, byte) in bytes.enumerated() {
      let value = 0x80..<0xa0 ~= byte ? upper[Int(byte) - 0x80] : UInt32(byte)
      guard let scalar = Unicode.Scalar(value), !(0x80..<0xa0 ~= value), byte != 0 else {
        let line = 1 + bytes.prefix(place).count { $0 == UInt8(ascii: "\n") }
        throw DataError(
          .badData, place: "line \(line)", "is neither UTF-8 nor GB18030 nor Windows-1252",
          expected: "a list as text", advice: "Give its encoding with --encoding.")
      }
      output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    return output
  }
}
