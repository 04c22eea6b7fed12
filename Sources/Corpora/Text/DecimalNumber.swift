import Foundation

/// A decimal number in text: sign, digits, decimal point, exponent. No hexadecimal digits, no infinity, no NaN.
struct DecimalNumber {
  private let isNegative: Bool
  /// All digits as one integer; exact up to 19 of them.
  private let digits: UInt64
  private let digitCount: Int
  /// The power of ten that scales `digits`.
  private let exponent: Int
  private let text: UnsafeBufferPointer<UInt8>

  /// The most bytes in a number: `strtod` would take any, but no file has numbers of more than 30.
  private static let byteLimit = 400

  /// Reads a number at `next` and moves past it; nil, without moving, if none begins there.
  @inline(__always)
  init?(_ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    let start = next
    var here = next
    guard here != end else { return nil }
    isNegative = here.pointee == UInt8(ascii: "-")
    if isNegative || here.pointee == UInt8(ascii: "+") { here += 1 }
    var digits: UInt64 = 0
    var digitCount = Self.takeDigits(&here, end, into: &digits)
    var exponent = 0
    if here != end, here.pointee == UInt8(ascii: ".") {
      here += 1
      exponent = -Self.takeDigits(&here, end, into: &digits)
      digitCount -= exponent
    }
    if digitCount == 0 { return nil }
    if here != end, here.pointee | 0x20 == UInt8(ascii: "e") { exponent += Self.exponent(&here, end) }
    if here - start > Self.byteLimit { return nil }
    self.digits = digits
    self.digitCount = digitCount
    self.exponent = exponent
    text = UnsafeBufferPointer(start: start, count: here - start)
    next = here
  }

  /// Appends a run of digits to `digits`, eight at a time; returns how many there were.
  @inline(__always)
  private static func takeDigits(
    _ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, into digits: inout UInt64
  ) -> Int {
    let start = next
    while end - next >= 8 {
      // In each byte: 0 to 9 for a digit. The lowest byte that is not a digit keeps its top bit.
      let bytes = UInt64(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
      let others = (bytes &+ 0x7676_7676_7676_7676 | bytes) & 0x8080_8080_8080_8080
      let count = others.trailingZeroBitCount / 8
      if count == 0 { break }
      // Shifted to the top, with zeros before them; then pairs, fours and all eight are joined.
      var value = bytes &<< UInt64(64 - 8 * count)
      value = (value &* 10 &+ value &>> 8) & 0x00ff_00ff_00ff_00ff
      value = (value &* 100 &+ value &>> 16) & 0x0000_ffff_0000_ffff
      value = (value &* 10_000 &+ value &>> 32) & 0xffff_ffff
      digits = digits &* Self.integerPowers[count] &+ value
      next += count
      if count < 8 { return next - start }
    }
    while next != end, case let digit = next.pointee &- UInt8(ascii: "0"), digit < 10 {
      digits = digits &* 10 &+ UInt64(digit)
      next += 1
    }
    return next - start
  }

  private static let integerPowers: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

  /// The number after an `e`; without digits the `e` is not part of the number, and nothing is consumed.
  private static func exponent(_ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
    var here = next + 1
    var isNegative = false
    if here != end, here.pointee == UInt8(ascii: "-") || here.pointee == UInt8(ascii: "+") {
      isNegative = here.pointee == UInt8(ascii: "-")
      here += 1
    }
    let start = here
    var value = 0
    while here != end, case let digit = here.pointee &- UInt8(ascii: "0"), digit < 10 {
      // Far beyond every number already; more digits must not overflow.
      value = min(10 * value + Int(digit), 100_000)
      here += 1
    }
    if here == start { return 0 }
    next = here
    return isNegative ? -value : value
  }

  /// The nearest float64; nil beyond its range.
  ///
  /// W. D. Clinger, "How to read floating point numbers accurately" (1990): where the digits and the power of ten are
  /// exact, one operation rounds once.
  @inline(__always)
  var double: Double? {
    guard let value = exactDouble else { return slowDouble }
    return isNegative ? -value : value
  }

  /// The nearest float32; nil beyond its range.
  ///
  /// Rounding twice, to float64 and on to float32, is wrong only if the first step lands halfway between two float32
  /// numbers.
  @inline(__always)
  var float: Float? {
    guard let value = exactDouble, value >= 0x1p-126, value < 0x1p127,
      value.bitPattern & 0x1fff_ffff != 0x1000_0000
    else { return slowFloat }
    let float = Float(value)
    return isNegative ? -float : float
  }

  @inline(__always)
  private var exactDouble: Double? {
    guard digitCount <= 19, digits <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
    return exponent < 0 ? Double(digits) / Self.powers[-exponent] : Double(digits) * Self.powers[exponent]
  }

  /// Powers of ten that float64 holds exactly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  @inline(never)
  private var slowDouble: Double? {
    let value = withText { strtod($0, nil) }
    return value.isFinite ? value : nil
  }

  @inline(never)
  private var slowFloat: Float? {
    if digits == 0, digitCount <= 19 { return isNegative ? -0.0 : 0 }
    let value = withText { strtof($0, nil) }
    return value.isFinite ? value : nil
  }

  /// The text with a terminating zero, as C needs it. The program never sets a locale, so the decimal point stays a
  /// point.
  private func withText<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
      for (index, byte) in text.enumerated() { copy[index] = CChar(bitPattern: byte) }
      copy[text.count] = 0
      return body(copy.baseAddress!)  // never empty
    }
  }
}
