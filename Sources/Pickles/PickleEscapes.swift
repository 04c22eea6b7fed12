/// The notations of protocol 0, in which texts are lines.
enum PickleEscapes {
  /// Python's raw-unicode-escape as UTF-8: a byte is the character of its number, `\u` and `\U` begin 4 or 8 digits.
  ///
  /// What is no character stands as it is escaped.
  static func text(_ line: UnsafeRawBufferPointer) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(line.count)
    var place = 0
    while place < line.count {
      let byte = line[place]
      if byte == UInt8(ascii: "\\"), place + 1 < line.count,
        let length = [UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8][line[place + 1]],
        let scalar = number(line[(place + 2)...].prefix(length), length: length, radix: 16).flatMap({
          Unicode.Scalar($0)
        })
      {
        text += Array(String(Character(scalar)).utf8)
        place += 2 + length
      } else {
        if byte < 0x80 { text.append(byte) } else { text += [0xc0 | byte >> 6, 0x80 | byte & 0x3f] }
        place += 1
      }
    }
    return text
  }

  private static let letters: [UInt8: UInt8] = [
    UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22, UInt8(ascii: "a"): 0x07,
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0a, UInt8(ascii: "v"): 0x0b,
    UInt8(ascii: "f"): 0x0c, UInt8(ascii: "r"): 0x0d,
  ]

  /// What stands between quotes, with Python's escapes of bytes; nil where the line is something else.
  static func bytes(quoted line: UnsafeRawBufferPointer) -> [UInt8]? {
    guard line.count >= 2, let quote = line.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      line.last == quote
    else { return nil }
    let end = line.count - 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(end)
    var place = 1
    while place < end {
      let byte = line[place]
      place += 1
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard place < end else { return nil }
      let letter = line[place]
      if let value = letters[letter] {
        bytes.append(value)
        place += 1
      } else if letter == UInt8(ascii: "x") {
        guard let value = number(line[(place + 1)..<end].prefix(2), length: 2, radix: 16) else { return nil }
        bytes.append(UInt8(value))
        place += 3
      } else {
        let digits = line[place..<end].prefix(3).prefix { 0x30...0x37 ~= $0 }
        guard let value = number(digits, length: max(1, digits.count), radix: 8), value < 256 else { return nil }
        bytes.append(UInt8(value))
        place += digits.count
      }
    }
    return bytes
  }

  private static func number(_ digits: Slice<UnsafeRawBufferPointer>, length: Int, radix: UInt32) -> UInt32? {
    guard digits.count == length else { return nil }
    var value: UInt32 = 0
    for byte in digits {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else { return nil }
      value = value &* radix &+ UInt32(digit)
    }
    return value
  }
}
