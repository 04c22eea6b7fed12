extension JSONValue {
  /// The document on one line, keys sorted by their UTF-8 bytes, no blanks, the shortest digits that round-trip each
  /// number; the same value always gives the same bytes (in the manner of RFC 8785, but integers keep 64 bits).
  ///
  /// JSON has no NaN or infinities: they are written as `null`.
  public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

  /// `canonicalText` in UTF-8.
  public var canonicalBytes: [UInt8] {
    var text: [UInt8] = []
    write(to: &text, indent: nil)
    return text
  }

  /// The same document for people: two blanks per level, one line per member, short arrays of plain values on one line,
  /// and a newline at the end.
  public var prettyText: String {
    var text: [UInt8] = []
    write(to: &text, indent: 0)
    return String(decoding: text, as: UTF8.self) + "\n"
  }

  private func write(to text: inout [UInt8], indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? Self.digits(of: value) : "null"
    case .string(let value): Self.writeQuoted(value, to: &text)
    case .array(let values):
      let inner = values.allSatisfy(\.isPlain) ? nil : indent
      Self.writeList(values, "[", "]", to: &text, indent: inner, spaced: indent != nil) { value, text, indent in
        value.write(to: &text, indent: indent)
      }
    case .object(let members):
      let sorted = members.sortedByBytes(\.key)
      Self.writeList(sorted, "{", "}", to: &text, indent: indent, spaced: indent != nil) { member, text, inner in
        Self.writeQuoted(member.key, to: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(to: &text, indent: inner)
      }
    }
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private static func writeList<Element>(
    _ list: [Element], _ open: String, _ close: String, to text: inout [UInt8], indent: Int?, spaced: Bool,
    _ writeElement: (Element, inout [UInt8], Int?) -> Void
  ) {
    text += open
    for (index, element) in list.enumerated() {
      if index > 0 { text += indent == nil && spaced ? ", " : "," }
      if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
      writeElement(element, &text, indent.map { $0 + 1 })
    }
    if let indent, !list.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
    text += close
  }

  /// Swift prints the shortest digits that round-trip; `1e+16` and `5e-324` are JSON already, `1.0` stays `1.0`.
  private static func digits(of value: Double) -> String {
    value == 0 ? "0.0" : value.description
  }

  private static func writeQuoted(_ value: String, to text: inout [UInt8]) {
    text += "\""
    defer { text += "\"" }
    if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      text += value
      return
    }
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{08}": text += "\\b"
      case "\u{0c}": text += "\\f"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text += String(scalar)
      }
    }
  }
}

// A growing `String` checks its storage and its characters at every step; bytes do not.
extension [UInt8] {
  fileprivate static func += (bytes: inout Self, text: String) { bytes.append(contentsOf: text.utf8) }
}
