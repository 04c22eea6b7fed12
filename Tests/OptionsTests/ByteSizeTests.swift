import Testing

@testable import Options

@Suite("Byte sizes")
struct ByteSizeTests {
  @Test(
    "sizes are read",
    arguments: [
      ("1048576", 1_048_576), ("512MiB", 536_870_912), ("512M", 536_870_912), ("512mb", 536_870_912),
      ("2G", 2_147_483_648), ("1.5 GiB", 1_610_612_736), ("4k", 4096), ("1T", 1_099_511_627_776), ("7b", 7),
    ])
  func sizes(text: String, bytes: Int) {
    #expect(ByteSize(text)?.byteCount == bytes)
  }

  @Test(
    "text that is not a size is refused",
    arguments: ["", "G", "-1G", "0", "2X", "1e3", "2GG", "iB", "3iB", "inf", "nan", "9999999T", "1..5G"])
  func noSize(text: String) {
    #expect(ByteSize(text) == nil)
  }
}
