import Digests
import Testing

@Suite struct FNV1aTests {
  @Test(
    "hashes match the standard's test vectors",
    arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8 as UInt64)])
  func bytes(text: String, expected: UInt64) {
    #expect(FNV1a.hash(text.utf8) == expected)
  }

  @Test("words are added in the same way as bytes, from any start")
  func words() {
    var hash = FNV1a()
    for byte in "foobar".utf8 { hash.add(UInt64(byte)) }
    #expect(hash.value == FNV1a.hash("foobar".utf8))
    var other = FNV1a(startingWith: 1)
    other.add(2)
    #expect(other.value == 3 &* 0x100_0000_01b3)
  }
}
