import Text

/// The header of an .npy file: a Python dictionary with exactly the keys `descr`, `fortran_order` and `shape`.
struct NpyHeaderText {
  let element: NpyHeader.Element
  let isFortranOrder: Bool
  let shape: [Int]

  /// What `NpyArray` reads as features.
  static let floats: [NpyHeader.Element] = [.float16, .float32, .float64]
  /// What it also reads as labels.
  static let integers: [NpyHeader.Element] = [.int64, .int32, .uint8]

  /// - Parameter accepted: the numbers that are read; none asks for text of any width.
  /// - Throws: `DataError` 65 without a file name.
  init(_ text: ArraySlice<UInt8>, accepted: [NpyHeader.Element] = Self.floats) throws {
    let entries = try NpyHeaderEntries(text)
    let descr = entries.descr
    guard let element = accepted.isEmpty ? Self.text(descr) : accepted.first(where: { $0.descr == descr }) else {
      let known = accepted.map(\.descr)
      let list = known.dropLast().joined(separator: ", ") + " or " + (known.last ?? "")
      throw DataError(
        .badData, "values of the type \(descr)", expected: accepted.isEmpty ? "strings, e.g. <U10" : list,
        advice: "Convert it with numpy's astype(\"\(accepted.isEmpty ? "U" : "<f4")\") and save it again.")
    }
    self.element = element
    isFortranOrder = entries.isFortranOrder
    shape = entries.shape
  }

  /// The type of `<U10`, texts of at most 10 Unicode scalars, or of `|S10`, of at most 10 bytes.
  private static func text(_ descr: String) -> NpyHeader.Element? {
    guard let width = Int(descr.dropFirst(2)), width >= 0, width <= textWidthLimit else { return nil }
    return switch descr.prefix(2) {
    case "<U": .unicode(width: width)
    case "|S": .bytes(width: width)
    default: nil
    }
  }

  /// A transcript of an hour has about 60,000 characters.
  private static let textWidthLimit = 1 << 20
}

/// The header's entries, whatever type they tell.
struct NpyHeaderEntries {
  let descr: String
  let isFortranOrder: Bool
  let shape: [Int]

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
    (self.descr, isFortranOrder, shape) = (descr, order, lengths)
  }
}

/// Scans the header's bytes; blanks between its parts are skipped.
private struct Scanner {
  private var rest: ArraySlice<UInt8>

  /// The most axes that are collected.
  private static let tupleLimit = 64

  init(_ text: ArraySlice<UInt8>) { rest = text }

  /// Whether `character` comes next; if so, it is consumed.
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
    if !rest.isEmpty { throw Self.refusal("its header continues after \"}\"") }
  }

  /// Text between quotes, without escapes.
  mutating func string() throws -> String {
    for quote: Unicode.Scalar in ["'", "\""] where takes(quote) {
      guard let end = rest.firstIndex(of: UInt8(ascii: quote)) else { break }
      let text = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      return text
    }
    throw Self.refusal("its header lacks a string")
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
