import Testing
import Text

@Test(
  "a number in foreign JSON is a count only if it is a valid one",
  arguments: [
    ("3", 3), ("3.0", 3), ("1e2", 100), ("0", 0), ("-0.0", 0), ("100", 100), ("101", nil), ("-1", nil), ("2.5", nil),
    ("9223372036854775807", nil), ("-9223372036854775808", nil), ("9223372036854775808", nil), ("1e19", nil),
    ("1e308", nil), ("\"3\"", nil), ("null", nil), ("true", nil), ("[3]", nil),
  ] as [(String, Int?)])
func checkedInteger(text: String, expected: Int?) throws {
  #expect(try JSONValue(parsing: text).integer(in: 0...100) == expected)
}
