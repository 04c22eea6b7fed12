import Text

extension PickleMachine {
  /// The number, truth or nothing that an instruction stands for.
  mutating func number(_ opcode: PickleOpcode) throws -> PickleItem {
    switch opcode {
    case .none: return .none
    case .newtrue: return .bool(true)
    case .newfalse: return .bool(false)
    case .binint: return .integer(Int(try cursor.number(Int32.self)))
    case .binint1: return .integer(Int(try cursor.number(UInt8.self)))
    case .binint2: return .integer(Int(try cursor.number(UInt16.self)))
    case .binfloat: return .double(Double(bitPattern: try cursor.number(UInt64.self).byteSwapped))
    case .long1: return .integer(try integer(try cursor.counted(UInt8.self)))
    case .long4: return .integer(try integer(try cursor.counted(Int32.self)))
    case .int, .long:
      let text = try cursor.textLine()
      if opcode == .int, text == "00" || text == "01" { return .bool(text == "01") }
      let digits = opcode == .long && text.hasSuffix("L") ? text.dropLast() : text[...]
      guard let value = Int(digits) else { throw refusal(ofNumber: text) }
      return .integer(value)
    default:
      let text = try cursor.textLine()
      guard let value = Double(text) else { throw refusal(ofNumber: text) }
      return .double(value)
    }
  }

  private func refusal(ofNumber text: String) -> DataError {
    cursor.refusal("\(cursor.opcode.name) has the number \(text.prefix(40))", expected: "a number of at most 64 bits")
  }

  /// A whole number in as many bytes as it needs, the lowest first, its sign in the highest bit.
  private func integer(_ range: Range<Int>) throws -> Int {
    let bytes = cursor.bytes[range]
    guard let last = bytes.last else { return 0 }
    let filling: UInt8 = last & 0x80 == 0 ? 0 : 0xff
    guard bytes.dropFirst(8).allSatisfy({ $0 == filling }),
      bytes.count <= 8 || bytes[range.lowerBound + 7] & 0x80 == filling & 0x80
    else {
      throw cursor.refusal(
        "\(cursor.opcode.name) has a whole number of \(range.count.grouped) bytes", expected: "at most 64 bits")
    }
    var bits: UInt64 = filling == 0 ? 0 : .max
    for byte in bytes.prefix(8).reversed() { bits = bits << 8 | UInt64(byte) }
    return Int(Int64(bitPattern: bits))
  }

  /// The text or bytes that an instruction stands for.
  mutating func blob(_ opcode: PickleOpcode) throws -> PickleItem {
    switch opcode {
    case .binunicode: arena.blob(.stored(try cursor.counted(UInt32.self)), isText: true)
    case .shortBinunicode: arena.blob(.stored(try cursor.counted(UInt8.self)), isText: true)
    case .binunicode8: arena.blob(.stored(try cursor.counted(UInt64.self)), isText: true)
    case .binstring: arena.blob(.stored(try cursor.counted(Int32.self)), isText: false)
    case .binbytes: arena.blob(.stored(try cursor.counted(UInt32.self)), isText: false)
    case .shortBinstring, .shortBinbytes: arena.blob(.stored(try cursor.counted(UInt8.self)), isText: false)
    case .binbytes8, .bytearray8: arena.blob(.stored(try cursor.counted(UInt64.self)), isText: false)
    case .unicode:
      arena.blob(
        .made(PickleEscapes.text(UnsafeRawBufferPointer(rebasing: cursor.bytes[try cursor.line()]))), isText: true)
    default: arena.blob(.made(try quoted()), isText: false)
    }
  }

  private mutating func quoted() throws -> [UInt8] {
    let line = try cursor.line()
    guard let bytes = PickleEscapes.bytes(quoted: UnsafeRawBufferPointer(rebasing: cursor.bytes[line])) else {
      throw cursor.refusal("STRING has a value that is not in quotes, or an escape that cannot be read")
    }
    return bytes
  }
}
