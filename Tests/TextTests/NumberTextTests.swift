import Testing
import Text

@Suite("Numbers as text")
struct NumberTextTests {
  @Test("thousands are separated", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func grouped(value: Int, expected: String) {
    #expect(value.grouped == expected)
  }

  @Test(
    "singular and plural are distinguished",
    arguments: [(0, "0 samples", "entries"), (1, "1 sample", "entry"), (1204, "1,204 samples", "entries")])
  func counted(value: Int, expected: String, noun: String) {
    #expect(value.counted("sample") == expected)
    #expect(value.noun("entry", plural: "entries") == noun)
  }

  @Test(
    "decimals have a fixed number of digits",
    arguments: [
      (0.0, 2, "0.00"), (1.25, 1, "1.3"), (-0.001, 2, "0.00"), (-1.5, 0, "-2"), (2.5, 0, "3"), (0.05, 1, "0.1"),
      (123456.789, 1, "123456.8"), (1e20, 2, "1e+20"), (.infinity, 2, "inf"), (.nan, 1, "nan"),
    ])
  func fixed(value: Double, places: Int, expected: String) {
    #expect(value.fixed(places) == expected)
  }

  @Test(
    "bytes have a unit",
    arguments: [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (3_221_225_472, "3 GiB")])
  func bytes(count: Int, expected: String) {
    #expect(count.byteText == expected)
  }
}
