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

  /// Bytes in a number: `strtod` would take any, and no file has numbers of more than 30.
  private static let byteLimit = 400

  /// Reads a number at `next` and moves behind it; nil, without moving on, where none begins.
  @inline(__always)
  init?(_ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    let start = next
    var here = next
    guard here != end else { return nil }
    isNegative = here.pointee == UInt8(ascii: "-")
    if isNegative || here.pointee == UInt8(ascii: "+") { here += 1 }
    var digits: UInt64 = 0
    let whole = here
    while here != end, case let digit = here.pointee &- UInt8(ascii: "0"), digit < 10 {
      digits = digits &* 10 &+ UInt64(digit)
      here += 1
    }
    var digitCount = here - whole
    var exponent = 0
    if here != end, here.pointee == UInt8(ascii: ".") {
      here += 1
      let fraction = here
      while here != end, case let digit = here.pointee &- UInt8(ascii: "0"), digit < 10 {
        digits = digits &* 10 &+ UInt64(digit)
        here += 1
      }
      exponent = fraction - here
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

  /// The number behind an `e`; without digits the `e` does not belong to the number, and nothing is passed over.
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
  /// Rounding twice, to float64 and on to float32, is wrong only where the first step lands half-way between two float32
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

  /// Powers of ten that float64 holds exactly. Never freed.
  private nonisolated(unsafe) static let powers: UnsafePointer<Double> = {
    let powers = UnsafeMutablePointer<Double>.allocate(capacity: 23)
    var power = 1.0
    for exponent in 0...22 {
      powers[exponent] = power
      power *= 10
    }
    return UnsafePointer(powers)
  }()

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

  /// The text with a zero behind it, as C wants it. The program never sets a locale, so the point stays a point.
  private func withText<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
      for (index, byte) in text.enumerated() { copy[index] = CChar(bitPattern: byte) }
      copy[text.count] = 0
      return body(copy.baseAddress!)  // never empty
    }
  }
}
