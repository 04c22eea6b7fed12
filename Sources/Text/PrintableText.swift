/// Text from anywhere, made harmless for a terminal.
///
/// Ids, words, labels and the names of files and keys may come from a stranger. A control character in one would move
/// the cursor, forge a line or set the title of a window, and one that changes the direction of text would let a name
/// read as another: each is shown as an escape instead, `\u{1B}` for ESC, in every message and result.
public enum PrintableText {
  /// The text as a part of one line: line ends are shown as escapes too.
  public static func line(_ text: some StringProtocol) -> String { escaped(text, where: { _ in false }) }

  /// Bytes that ought to be UTF-8, as a part of one line: a byte that is none is shown as `\xE9`.
  public static func line(decoding bytes: [UInt8]) -> String {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var text = ""
    var position = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        text.unicodeScalars.append(Unicode.UTF8.decode(encoded))
        position += encoded.count
      case .error(let length):
        for byte in bytes[position..<position + length] { text += "\\x" + String(byte, radix: 16, uppercase: true) }
        position += length
      case .emptyInput:
        return line(text)
      }
    }
  }

  /// Lines that are made harmless one by one, and joined.
  public static func joined(_ lines: [String]) -> String { lines.map { line($0) }.joined(separator: "\n") }

  /// The text of a whole message or result, in which line feeds end lines. Values in it that may contain some have gone
  /// through `line` before.
  public static func lines(_ text: String) -> String { escaped(text, where: { $0 == "\n" }) }

  /// A JSON document in which JSON's own escapes stand for such characters; the document says the same.
  ///
  /// Those below U+0020 are escaped in every JSON text already, and none of the others may stand outside a string.
  public static func json(_ document: String) -> String {
    escaped(document, where: { $0 == "\n" }) { digits in
      "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  /// The characters of a value that a message quotes; what is longer is cut.
  public static let valueLimit = 200
  /// The characters of a path that a message names: as many bytes as Linux takes (`PATH_MAX`).
  static let pathLimit = 4096
  /// The characters of a part of a message; of what is longer the middle is left out.
  public static let partLimit = 1000

  /// A part of a message: in it a value of more than `valueLimit` characters, which is what stands between two blanks, is
  /// cut, and of more than `limit` in all the middle is left out. "…" stands for what is missing.
  ///
  /// What a file holds may be as long as the file, and nobody reads that in a message.
  public static func bounded(_ text: String, limit: Int = partLimit) -> String {
    // A character takes a byte or more.
    if text.utf8.count <= valueLimit { return text }
    return withoutMiddle(text, limit).split(separator: " ", omittingEmptySubsequences: false)
      .map { cut(String($0)) }.joined(separator: " ")
  }

  /// The beginning of a text, and "…" where there is more.
  public static func cut(_ text: String, to limit: Int = valueLimit) -> String {
    isLonger(text, than: limit) ? String(text.unicodeScalars.prefix(limit)) + "…" : text
  }

  private static func withoutMiddle(_ text: String, _ limit: Int) -> String {
    guard isLonger(text, than: limit) else { return text }
    let end = limit / 5
    return String(text.unicodeScalars.prefix(limit - end)) + "…" + String(text.unicodeScalars.suffix(end))
  }

  private static func isLonger(_ text: String, than limit: Int) -> Bool {
    text.utf8.count > limit && text.unicodeScalars.dropFirst(limit).first != nil
  }

  /// Whether a character is one that is not shown as it is: a control character (C0, DEL, C1), a separator of lines or
  /// paragraphs, or one that turns the direction of text.
  public static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  private static func escaped(
    _ text: some StringProtocol, where isKept: (Unicode.Scalar) -> Bool,
    as escape: (_ digits: String) -> String = { "\\u{" + $0.uppercased() + "}" }
  ) -> String {
    // Most text has none of them: the first byte tells.
    let mayBeHarmful = text.utf8.contains { $0 < 0x20 || $0 == 0x7f || $0 == 0xc2 || $0 == 0xd8 || $0 == 0xe2 }
    if !mayBeHarmful { return String(text) }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHarmful(scalar), !isKept(scalar) {
        result += escape(String(scalar.value, radix: 16))
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
