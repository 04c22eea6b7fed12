import Storage

/// The header of an .npy file: a Python dictionary with exactly the keys `descr`, `fortran_order` and `shape`.
struct NpyHeaderText {
  let element: NpyHeader.Element
  let isFortranOrder: Bool
  let shape: [Int]

  private static let floats: [NpyHeader.Element] = [.float16, .float32, .float64]

  /// - Throws: `DataError` 65 without a file name.
  init(_ text: ArraySlice<UInt8>) throws {
    var scanner = Scanner(text)
    var descr: String?
    var order: Bool?
    var lengths: [Int]?
    try scanner.expect("{")
    while !scanner.takes("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr" where descr == nil: descr = try scanner.string()
      case "fortran_order" where order == nil: order = try scanner.bool()
      case "shape" where lengths == nil: lengths = try scanner.tuple()
      default: throw Scanner.refusal("its header has the key \"\(key)\"")
      }
      if !scanner.takes(",") {
        try scanner.expect("}")
        break
      }
    }
    try scanner.expectEnd()
    guard let descr, let order, let lengths else {
      throw Scanner.refusal("its header lacks descr, fortran_order or shape")
    }
    guard let element = Self.floats.first(where: { $0.descr == descr }) else {
      throw DataError(
        .badData, "values of the type \(descr)", expected: "<f2, <f4 or <f8",
        advice: "Convert it with numpy's astype(\"<f4\") and save it again.")
    }
    self.element = element
    isFortranOrder = order
    shape = lengths
  }
}

/// Goes through the header's bytes; blanks between its parts are passed over.
private struct Scanner {
  private var rest: ArraySlice<UInt8>

  /// The most axes that are collected.
  private static let tupleLimit = 64

  init(_ text: ArraySlice<UInt8>) { rest = text }

  /// Whether `character` comes next; it is taken then.
  mutating func takes(_ character: Unicode.Scalar) -> Bool {
    rest = rest.drop { $0 == 0x20 || $0 == 0x0a }
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws {
    if !takes(character) { throw Self.refusal("its header lacks \"\(character)\"") }
  }

  mutating func expectEnd() throws {
    rest = rest.drop { $0 == 0x20 || $0 == 0x0a }
    if !rest.isEmpty { throw Self.refusal("its header goes on after \"}\"") }
  }

  /// Text between quotes, without escapes.
  mutating func string() throws -> String {
    for quote: Unicode.Scalar in ["'", "\""] where takes(quote) {
      guard let end = rest.firstIndex(of: UInt8(ascii: quote)) else { break }
      let text = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      return text
    }
    throw Self.refusal("its header lacks a text")
  }

  mutating func bool() throws -> Bool {
    _ = takes(" ")
    for (word, value) in [("True", true), ("False", false)] where rest.starts(with: word.utf8) {
      rest = rest.dropFirst(word.utf8.count)
      return value
    }
    throw Self.refusal("its fortran_order is neither True nor False")
  }

  /// Lengths between parentheses; a comma may follow the last.
  mutating func tuple() throws -> [Int] {
    var lengths: [Int] = []
    try expect("(")
    while !takes(")") {
      rest = rest.drop { $0 == 0x20 }
      let digits = rest.prefix { 0x30...0x39 ~= $0 }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), lengths.count < Self.tupleLimit else {
        throw Self.refusal("its shape cannot be read")
      }
      lengths.append(length)
      rest = rest.dropFirst(digits.count)
      if !takes(",") {
        try expect(")")
        break
      }
    }
    return lengths
  }

  static func refusal(_ problem: String) -> DataError {
    DataError(
      .badData, problem, expected: "an .npy header", advice: "The file is damaged: write it again with numpy.save.")
  }
}
