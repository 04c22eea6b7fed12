import Leaks
import TestSupport
import Testing
import Text

@testable import SplitLists

@Suite("Encodings of lists") struct TextEncodingTests {
  @Test(
    "text that is not UTF-8 is read in its own encoding, with a note",
    arguments: [
      ("gb18030.csv", "GB18030", "今天天气很好我们"),
      ("windows-1252.csv", "Windows-1252", "le café n° 0 est fermé – “déjà” dit-elle"),
      ("utf-16.tsv", "UTF-16", "le café n° 0 est fermé – “déjà” dit-elle"),
    ])
  func files(name: String, encoding: String, words: String) throws {
    let dataset = try AuditedDataset.lists([fixture("splits/encodings/" + name)])[0]
    #expect(dataset.samples.first?.words?.contains(words.prefix(4)) == true)
    #expect(dataset.list?.notes == ["\(name) was read as \(encoding)."])
    if encoding != "GB18030" { #expect(dataset.samples.first?.words == words) }
  }

  @Test("European text is not taken for Chinese, even if its bytes are valid there")
  func european() throws {
    // é followed by a letter is a valid GBK character.
    #expect(!DecodedText.looksChinese([0x63, 0xe9, 0x74, 0xe9, 0x73, 0x20, 0xe0, 0x6c, 0x61]))
    #expect(try DecodedText([0x63, 0xe9, 0x74, 0xe9], encoding: nil).bytes == Array("cété".utf8))
  }

  @Test("a given encoding is used, and one that does not fit is refused with its line")
  func given() throws {
    #expect(try DecodedText([0x82, 0xa0], encoding: "SHIFT_JIS").bytes == Array("あ".utf8))
    let wrong = #expect(throws: DataError.self) { try DecodedText([0x0a, 0x82, 0x20], encoding: "SHIFT_JIS") }
    #expect(wrong?.place == "line 2")
    #expect(throws: DataError.self) { try DecodedText([0x61], encoding: "no such thing") }
    #expect(throws: DataError.self) { try DecodedText([0xe9], encoding: "utf-8") }
  }

  @Test("long texts pass through iconv complete")
  func long() throws {
    let text = String(repeating: "天", count: 100_000)
    let bytes = Array(repeating: [0xcc, 0xec] as [UInt8], count: 100_000).flatMap(\.self)
    #expect(try DecodedText(bytes, encoding: "GB18030").bytes == Array(text.utf8))
    #expect(try DecodedText([], encoding: "GB18030").bytes.isEmpty)
  }
}
