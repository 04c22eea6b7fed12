import Testing
import Text

@testable import Processor

@Test("the processor's widest vectors are the default")
func widest() throws {
  #expect(try VectorWidth.chosen(by: nil, from: [.bits128, .bits256]) == .bits256)
  #expect(VectorWidth.available.contains(VectorWidth.current))
}

@Test("a chosen width is used", arguments: VectorWidth.allCases)
func chosen(_ width: VectorWidth) throws {
  #expect(try VectorWidth.chosen(by: String(width.rawValue), from: VectorWidth.allCases) == width)
}

@Test(
  "an invalid or unsupported width is refused in one line that lists the widths",
  arguments: [
    ("512", "MSA_VECTOR_WIDTH is \"512\", which this processor cannot run, expected 128 or 256."),
    ("avx2", "MSA_VECTOR_WIDTH is \"avx2\", expected 128 or 256."),
    ("", "MSA_VECTOR_WIDTH is \"\", expected 128 or 256."),
  ])
func refused(_ value: String, _ message: String) {
  let error = #expect(throws: DataError.self) {
    try VectorWidth.chosen(by: value, from: [.bits128, .bits256])
  }
  #expect(error?.code == .usage)
  #expect(error?.description.hasPrefix(message) == true)
}

@Test("the machine running the tests can run the programs")
func fit() throws {
  try Processor.check()
}
