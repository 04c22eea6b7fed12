import Samples
import Testing

struct SampleIDTests {
  @Test(
    "vid[k] is a segment, everything else a bare name, and both are written as they were read",
    arguments: [
      ("125845[3]", "125845", 3), ("-qX[0]", "-qX", 0), ("a[1][2]", "a[1]", 2), ("é[10]", "é", 10), ("a", "a", nil),
      ("a[x]", "a[x]", nil), ("a[]", "a[]", nil), ("[3]", "[3]", nil), ("a[-1]", "a[-1]", nil), ("a[3] ", "a[3] ", nil),
      ("a[99999999999999999999]", "a[99999999999999999999]", nil), ("a[٣]", "a[٣]", nil), ("", "", nil),
      ("]", "]", nil),
    ] as [(String, String, Int?)])
  func parsing(text: String, recording: String, segment: Int?) {
    let id = SampleID(parsing: text)
    #expect(id.recording == recording)
    #expect(id.segment == segment)
    #expect(id.description == text)
  }

  @Test("ids are ordered by the recording's bytes, then by the numbers")
  func order() {
    let ids = ["b", "a[10]", "a[2]", "a", "é", "Z[1]", "-x"].map { SampleID(parsing: $0) }
    #expect(ids.sorted().map(\.description) == ["-x", "Z[1]", "a", "a[2]", "a[10]", "b", "é"])
  }
}
