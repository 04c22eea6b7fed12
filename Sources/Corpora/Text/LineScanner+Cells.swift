/// Numbers as programs write them, including those that are not finite.
extension LineScanner {
  /// Skips blanks, then takes a number that float32 can hold, or one of the spellings of `notFinite`; nil, moving only
  /// past the blanks, if there is neither.
  @inline(__always)
  mutating func floatCell() -> Float? {
    skipBlanks()
    let start = self
    // `1.#QNAN` begins with a number.
    if let number = float(), !isAtNumberSign { return number }
    self = start
    return notFinite().map { Float($0) }
  }

  /// Skips blanks, then takes a number, or one of the spellings of `notFinite`; nil, moving only past the blanks, if
  /// there is neither.
  mutating func cell() -> Double? {
    skipBlanks()
    let start = self
    if let number = number(), !isAtNumberSign { return number }
    self = start
    return notFinite()
  }

  /// Skips blanks, then takes a time in seconds, or as pandas prints one: `0 days 00:00:01.5`, `NaT`; nil if there is
  /// none.
  mutating func timeCell() -> Double? {
    skipBlanks()
    if acceptIgnoringCase("nat") { return .nan }
    guard let first = cell() else { return nil }
    if isAt(":") { return clock(hours: first) }
    skipBlanks()
    guard acceptIgnoringCase("day") else { return first }
    _ = acceptIgnoringCase("s")
    guard let hours = number() else { return first * 86_400 }
    return clock(hours: hours).map { first * 86_400 + $0 }
  }

  /// The rest of a clock time after the hours, in seconds from midnight.
  private mutating func clock(hours: Double) -> Double? {
    var time = hours
    for _ in 0..<2 {
      guard accept(":"), let part = number(), 0..<60 ~= part else { return nil }
      time = 60 * time + part
    }
    return time
  }

  private func isAt(_ byte: Unicode.Scalar) -> Bool { !isAtEnd && rest[0] == UInt8(ascii: byte) }

  @inline(__always)
  private var isAtNumberSign: Bool { !isAtEnd && rest[0] == UInt8(ascii: "#") }

  /// Takes what programs print for a NaN or an infinity, in any case and with any sign: `nan`, with what the C library
  /// may append in parentheses (Windows: `-nan(ind)`), `inf` and `infinity`, and `1.#QNAN`, `1.#IND`, `1.#INF` of
  /// Microsoft's older library, truncated or zero-padded to its width; nil, without moving on, if there is none.
  ///
  /// - Returns: NaN or an infinity.
  private mutating func notFinite() -> Double? {
    let start = self
    let isNegative = accept("-")
    if !isNegative { _ = accept("+") }
    if acceptIgnoringCase("nan") {
      acceptParentheses()
      return .nan
    }
    if acceptIgnoringCase("infinity") || acceptIgnoringCase("inf") { return isNegative ? -.infinity : .infinity }
    if acceptIgnoringCase("1.#") {
      let isInfinity = acceptIgnoringCase("inf")
      let tail = rest.prefix(while: Self.isWordByte).count
      if isInfinity || tail > 0 {
        pass(tail)
        return !isInfinity ? .nan : isNegative ? -.infinity : .infinity
      }
    }
    self = start
    return nil
  }

  /// Skips `(ind)`, `(snan)`, `(0x8000)` and the like.
  private mutating func acceptParentheses() {
    guard rest.first == UInt8(ascii: "("), let end = rest.firstIndex(of: UInt8(ascii: ")")),
      rest[1..<end].allSatisfy(Self.isWordByte)
    else { return }
    pass(end + 1)
  }

  /// Skips `word`, which is in lower case, if it is next; false if it is not.
  private mutating func acceptIgnoringCase(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard rest.count >= count else { return false }
    for index in 0..<count where Self.lowercased(rest[index]) != word.utf8Start[index] { return false }
    pass(count)
    return true
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: UInt8(ascii: "a")...UInt8(ascii: "z") ~= lowercased(byte)
    }
  }
}
