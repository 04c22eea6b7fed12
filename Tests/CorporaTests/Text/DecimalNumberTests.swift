import TensorCore
import Testing

@testable import Corpora
@testable import SyntheticCorpora

@Suite("Decimal numbers in text")
struct DecimalNumberTests {
  private func parse(_ text: String) -> (double: Double?, float: Float?, rest: String)? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var next = base
      guard let number = DecimalNumber(&next, base + bytes.count) else { return nil }
      return (number.double, number.float, String(decoding: bytes[(next - base)...], as: UTF8.self))
    }
  }

  @Test(
    "a number ends where its digits end",
    arguments: [
      ("1", 1, ""), ("-2.5", -2.5, ""), ("+.5", 0.5, ""), ("5.", 5, ""), ("007", 7, ""),
      ("6.2901-008.2357", 6.2901, "-008.2357"),
      ("1e3x", 1000, "x"), ("1e", 1, "e"), ("1e+", 1, "e+"), ("12E-1 3", 1.2, " 3"), ("1.2.3", 1.2, ".3"),
      ("0x10", 0, "x10"),
    ])
  func extent(text: String, value: Double, rest: String) {
    let parsed = parse(text)
    #expect(parsed?.double == value)
    #expect(parsed?.float == Float(value))
    #expect(parsed?.rest == rest)
  }

  @Test("anything else is not a number", arguments: ["", "-", "+", ".", "-.", "e5", "NaN", "inf", " 1", "--1", "x"])
  func none(text: String) {
    #expect(parse(text) == nil)
  }

  @Test("a number out of range is rejected, and a tiny one gives zero or a denormal")
  func range() throws {
    #expect(try #require(parse("1e39")).float == nil)
    #expect(try #require(parse("1e39")).double == 1e39)
    #expect(try #require(parse("1e309")).double == nil)
    #expect(try #require(parse("-1e999999999999")).double == nil)
    #expect(try #require(parse("1e-999999999999")).double == 0)
    #expect(try #require(parse("3.4028235e38")).float == .greatestFiniteMagnitude)
    #expect(try #require(parse("1e-45")).float == .leastNonzeroMagnitude)
    #expect(try #require(parse("-0")).float?.sign == .minus)
    #expect(try #require(parse("-0.000")).double?.sign == .minus)
    #expect(parse(String(repeating: "1", count: 401)) == nil)
    #expect(try #require(parse(String(repeating: "0", count: 399) + "1")).double == 1)
  }

  @Test("decimals of any length give the nearest number, as in the C library", arguments: 0..<20)
  func nearest(seed: Int) {
    var random = PhiloxStream(seed: 5, stream: UInt32(seed))
    for _ in 0..<2000 {
      let whole = (0..<random.integer(below: 12)).map { _ in "\(random.integer(below: 10))" }.joined()
      let fraction = (0...random.integer(below: 12)).map { _ in "\(random.integer(below: 10))" }.joined()
      let exponent = random.integer(below: 4) == 0 ? "e\(random.integer(below: 80) - 50)" : ""
      let text = (random.integer(below: 2) == 0 ? "-" : "") + "\(whole).\(fraction)\(exponent)"
      let parsed = parse(text)
      #expect(parsed?.double?.bitPattern == Double(text)?.bitPattern, "\(text)")
      // Beyond the range of float32 the C library gives infinity.
      let float = Float(text).flatMap { $0.isFinite ? $0 : nil }
      #expect(parsed?.float?.bitPattern == float?.bitPattern, "\(text)")
    }
  }

  @Test("numbers halfway between two float32 values, and their neighbours, are not rounded twice", arguments: 0..<200)
  func halfWay(seed: Int) throws {
    var random = PhiloxStream(seed: 6, stream: UInt32(seed))
    let below = Float(bitPattern: UInt32(0x3f80_0000 + random.integer(below: 0x0800_0000)))
    let middle = (Double(below) + Double(below.nextUp)) / 2
    for text in ["\(middle)", "\(middle)000000000000000000001", "\(middle.nextDown)", "\(middle.nextUp)"] {
      #expect(try #require(parse(text)).float == Float(text), "\(text)")
    }
  }
}
