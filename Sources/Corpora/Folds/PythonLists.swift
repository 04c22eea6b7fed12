/// Why Python source was refused as a list of folds; each case names the line, counted from 1.
enum PythonListError: Error, Hashable {
  /// Something other than `name = [strings]`: an import, a call, a number, an operator.
  case unexpected(String, line: Int)
  /// A string that does not end on its line.
  case unterminatedString(line: Int)
  /// A list that does not end with the file.
  case unterminatedList(line: Int)
  /// A backslash escape with no meaning here.
  case badEscape(line: Int)
  /// Bytes in a string that are not UTF-8.
  case notUTF8(line: Int)
}

/// Reads assignments of lists of string literals from Python source. Nothing is executed, and nothing else is
/// understood.
struct PythonLists {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// A list, the name it is assigned to, and the line of the name.
  struct Assignment: Hashable {
    let name: String
    let line: Int
    let values: [String]
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Every assignment of the source, in order.
  static func parse(_ bytes: [UInt8]) throws(PythonListError) -> [Assignment] {
    var parser = PythonLists(bytes: bytes)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { parser.position = 3 }  // a byte-order mark
    var assignments: [Assignment] = []
    while true {
      parser.skipBlanks(acrossLines: true)
      if parser.accept(";") { continue }
      if parser.peek() == nil { return assignments }
      assignments.append(try parser.assignment())
    }
  }

  private mutating func assignment() throws(PythonListError) -> Assignment {
    let line = line
    let start = position
    guard let name = name() else { throw unexpected() }
    skipBlanks(acrossLines: false)
    if !accept("=") {
      position = start
      throw unexpected()
    }
    skipBlanks(acrossLines: false)
    let values = try list()
    skipBlanks(acrossLines: false)
    if let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: ";") { throw unexpected() }
    return Assignment(name: name, line: line, values: values)
  }

  private mutating func list() throws(PythonListError) -> [String] {
    let start = line
    if !accept("[") { throw unexpected() }
    var values: [String] = []
    while true {
      skipBlanks(acrossLines: true)
      if peek() == nil { throw .unterminatedList(line: start) }
      if accept("]") { return values }
      values.append(try string())
      skipBlanks(acrossLines: true)
      if peek() == nil { throw .unterminatedList(line: start) }
      if !accept(","), peek() != UInt8(ascii: "]") { throw unexpected() }
    }
  }

  /// A string in single or double quotes, with or without Python 2's `u` prefix.
  private mutating func string() throws(PythonListError) -> String {
    let start = position
    _ = accept("u")
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      position = start
      throw unexpected()
    }
    position += 1
    var text: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "\n") {
      position += 1
      switch byte {
      case quote:
        guard let string = String(validating: text, as: UTF8.self) else { throw .notUTF8(line: line) }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      default: text.append(byte)
      }
    }
    throw .unterminatedString(line: line)
  }

  /// What follows a backslash (Python's language reference, "Escape sequences"); octal and named ones are not used.
  private mutating func escape(into text: inout [UInt8]) throws(PythonListError) {
    guard let byte = peek() else { throw .unterminatedString(line: line) }
    position += 1
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(byte)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "\n"): line += 1
    case UInt8(ascii: "x"): try codePoint(digits: 2, into: &text)
    case UInt8(ascii: "u"): try codePoint(digits: 4, into: &text)
    case UInt8(ascii: "U"): try codePoint(digits: 8, into: &text)
    default: throw .badEscape(line: line)
    }
  }

  private mutating func codePoint(digits: Int, into text: inout [UInt8]) throws(PythonListError) {
    guard digits <= bytes.count - position else { throw .badEscape(line: line) }
    let code = bytes[position..<position + digits]
    guard code.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: code, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(value)
    else { throw .badEscape(line: line) }
    position += digits
    text.append(contentsOf: String(scalar).utf8)
  }

  private mutating func name() -> String? {
    let start = position
    while let byte = peek(), Self.isNameByte(byte) { position += 1 }
    let name = bytes[start..<position]
    if let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) {
      return String(decoding: name, as: UTF8.self)
    }
    position = start
    return nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// Blanks and comments; line feeds too, where a statement may continue or begin.
  private mutating func skipBlanks(acrossLines: Bool) {
    while let byte = peek() {
      switch byte {
      case 0x20, 0x09, 0x0c, 0x0d: position += 1
      case UInt8(ascii: "#"):
        while let next = peek(), next != UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: "\n") where acrossLines:
        line += 1
        position += 1
      default: return
      }
    }
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  /// The rest of the current line, shortened, as what was not expected there.
  private func unexpected() -> PythonListError {
    let rest = bytes[min(position, bytes.count)...].prefix { $0 != UInt8(ascii: "\n") && $0 != 0x0d }
    return .unexpected(String(decoding: rest.prefix(40), as: UTF8.self), line: line)
  }
}
