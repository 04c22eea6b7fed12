import Testing
import Text

@Suite("Canonical JSON")
struct CanonicalJSONTests {
  @Test("keys are in byte order, without blanks")
  func order() {
    let value: JSONValue = ["b": [1, true], "ä": .null, "B": "x", "\u{1F600}": 2, "\u{FF61}": 3]
    #expect(value.canonicalText == "{\"B\":\"x\",\"b\":[1,true],\"ä\":null,\"\u{FF61}\":3,\"\u{1F600}\":2}")
  }

  @Test(
    "a number is written with its shortest digits and reads back the same",
    arguments: [
      0.1, 1.0 / 3, 1e21, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 123_456_789.125, -2.5, 100, 0.000001,
      1e16,
    ] as [Double])
  func numbers(value: Double) throws {
    let text = JSONValue.number(value).canonicalText
    #expect(try JSONValue(parsing: text).doubleValue == value)
    #expect(text.count <= "\(value)".count)
  }

  @Test("NaN and infinities are null, because JSON has neither", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    #expect(JSONValue.array([.number(value)]).canonicalText == "[null]")
  }

  @Test("every Unicode scalar survives writing and reading, control characters as escapes")
  func strings() throws {
    let scalars = (0..<0x300).compactMap(Unicode.Scalar.init) + ["\u{2028}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"]
    let text = String(String.UnicodeScalarView(scalars))
    let written = JSONValue.string(text).canonicalText
    #expect(try JSONValue(parsing: written) == .string(text))
    #expect(!written.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test("the readable form has the same value")
  func pretty() throws {
    let value: JSONValue = ["list": [1, 2, 3], "empty": [], "object": ["inner": ["x": 0.5]], "none": [:]]
    #expect(try JSONValue(parsing: value.prettyText) == value)
    #expect(value.prettyText.hasSuffix("}\n"))
  }
}
