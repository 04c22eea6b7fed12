/// Why a JSON text was refused.
public enum JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text breaks the grammar (RFC 8259) at this byte.
  case malformed(at: Int)
  /// An object holds this key twice.
  case duplicateKey(String)
  /// Nesting goes deeper than `JSONParser.maximalDepth`.
  case tooDeep(at: Int)

  /// What was found, for an error message.
  public var description: String {
    switch self {
    case .malformed(let offset): "malformed JSON at byte \(offset)"
    case .duplicateKey(let key): "the JSON key \"\(key)\" occurs twice"
    case .tooDeep(let offset): "JSON nested deeper than \(JSONParser.maximalDepth) levels at byte \(offset)"
    }
  }
}

extension JSONValue {
  /// Parses one JSON document (RFC 8259) that fills `bytes`; keys may not repeat.
  public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
    var parser = JSONParser(bytes: Array(bytes))
    self = try parser.parseDocument()
  }

  /// Parses one JSON document that fills `text`.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}

/// A strict recursive-descent parser with bounded depth.
struct JSONParser {
  /// Deeper documents are refused, so that hostile input cannot exhaust the stack.
  static let maximalDepth = 64

  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func parseDocument() throws(JSONError) -> JSONValue {
    // RFC 8259, section 8.1: a reader may ignore a byte order mark.
    if bytes.starts(with: ByteOrderMark.utf8) { position = ByteOrderMark.utf8.count }
    let value = try parseValue(depth: 0)
    skipBlanks()
    if position != bytes.count { throw .malformed(at: position) }
    return value
  }

  private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
    if depth > Self.maximalDepth { throw .tooDeep(at: position) }
    skipBlanks()
    switch peek() {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    default: return try parseNumber()
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    position += 1
    skipBlanks()
    if accept(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipBlanks()
      if peek() != UInt8(ascii: "\"") { throw .malformed(at: position) }
      let key = try parseString()
      skipBlanks()
      if !accept(UInt8(ascii: ":")) { throw .malformed(at: position) }
      let value = try parseValue(depth: depth + 1)
      if members.updateValue(value, forKey: key) != nil { throw .duplicateKey(key) }
      skipBlanks()
    } while accept(UInt8(ascii: ","))
    if !accept(UInt8(ascii: "}")) { throw .malformed(at: position) }
    return .object(members)
  }

  private mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
    var values: [JSONValue] = []
    position += 1
    skipBlanks()
    if accept(UInt8(ascii: "]")) { return .array(values) }
    repeat {
      values.append(try parseValue(depth: depth + 1))
      skipBlanks()
    } while accept(UInt8(ascii: ","))
    if !accept(UInt8(ascii: "]")) { throw .malformed(at: position) }
    return .array(values)
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for offset in 0..<word.utf8CodeUnitCount where !accept(word.utf8Start[offset]) { throw .malformed(at: position) }
    return value
  }

  private mutating func parseNumber() throws(JSONError) -> JSONValue {
    let start = position
    _ = accept(UInt8(ascii: "-"))
    if !accept(UInt8(ascii: "0")), skipDigits() == 0 { throw .malformed(at: start) }
    var isInteger = true
    if accept(UInt8(ascii: ".")) {
      isInteger = false
      if skipDigits() == 0 { throw .malformed(at: position) }
    }
    if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
      isInteger = false
      if !accept(UInt8(ascii: "-")) { _ = accept(UInt8(ascii: "+")) }
      if skipDigits() == 0 { throw .malformed(at: position) }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw .malformed(at: start) }
    return .number(value)
  }

  private mutating func parseString() throws(JSONError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw .malformed(at: position) }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try parseEscape())
      case 0..<0x20: throw .malformed(at: position - 1)
      default: text.append(byte)
      }
    }
    throw .malformed(at: position)
  }

  private mutating func parseEscape() throws(JSONError) -> [UInt8] {
    guard let byte = peek() else { throw .malformed(at: position) }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var code = UInt32(try parseHexadecimal())
      if 0xd800..<0xdc00 ~= code {
        guard accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")) else { throw .malformed(at: position) }
        let low = UInt32(try parseHexadecimal())
        guard 0xdc00..<0xe000 ~= low else { throw .malformed(at: position) }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw .malformed(at: position) }
      return Array(String(scalar).utf8)
    default: throw .malformed(at: position - 1)
    }
  }

  private mutating func parseHexadecimal() throws(JSONError) -> UInt16 {
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw .malformed(at: position) }
    position += 4
    return value
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func accept(_ byte: UInt8) -> Bool {
    if peek() != byte { return false }
    position += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = peek(), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    return position - start
  }

  private mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }
}

/// What some programs write in front of a text to mark its encoding.
public enum ByteOrderMark {
  /// The bytes that some Windows programs write in front of UTF-8.
  public static let utf8: [UInt8] = [0xef, 0xbb, 0xbf]
}
