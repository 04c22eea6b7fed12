import Archives
import Files
import Foundation
import Testing
import TestSupport
import Text

@Suite("Reading one text file, plain or packed")
struct TextFileReaderTests {
  private let text = "the 0.1 0.2\nand -1 2\n\nlast"

  private func lines(of path: String, _ limits: TextFileReader.Limits = .init()) throws -> [String] {
    var lines: [String] = []
    try TextFileReader(path: path, limits: limits).forEachLine { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }

  /// Makes a zip with our own writer.
  private func zip(_ files: [(String, String)], compresses: Bool = true, at path: String) throws -> String {
    var writer = try ZipWriter(path: path, compresses: compresses)
    for (name, text) in files {
      let bytes = Array(text.utf8)
      try writer.begin(name, byteCount: bytes.count)
      try bytes.withUnsafeBytes { try writer.write($0) }
    }
    try writer.commit()
    return path
  }

  @Test("plain text is read line by line, whether or not the last line ends in a line feed")
  func plain() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("plain.txt", Array(text.utf8))
    #expect(try lines(of: path) == ["the 0.1 0.2", "and -1 2", "", "last"])
    #expect(try lines(of: folder.write("empty.txt", [])) == [])
    #expect(try lines(of: folder.write("one.txt", Array("a\n".utf8))) == ["a"])
  }

  @Test("gzip is unpacked")
  func gzip() throws {
    let folder = try TemporaryFolder()
    // printf 'a\nb' | gzip -n
    let bytes: [UInt8] = [
      0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0xe4, 0x4a, 2, 0, 0xfb, 0x90, 0x07, 0xef, 3, 0, 0, 0,
    ]
    #expect(try lines(of: folder.write("text.gz", bytes)) == ["a", "b"])
    #expect(throws: DataError.self) { try lines(of: folder.write("cut.gz", Array(bytes.dropLast(10)))) }
  }

  @Test("a zip with one file is unpacked, stored or deflated", arguments: [true, false])
  func zip(compresses: Bool) throws {
    let folder = try TemporaryFolder()
    let path = try zip([("vectors.txt", text)], compresses: compresses, at: folder.file("a.zip"))
    #expect(try lines(of: path) == ["the 0.1 0.2", "and -1 2", "", "last"])
  }

  @Test("lines that span blocks are kept whole")
  func longText() throws {
    let folder = try TemporaryFolder()
    let expected = (0..<40_000).map { "word\($0) " + String(repeating: "\($0 % 10)", count: $0 % 97) }
    let path = try zip([("a.txt", expected.joined(separator: "\n"))], at: folder.file("a.zip"))
    #expect(try lines(of: path) == expected)
  }

  @Test("a zip with several files is refused by naming them, before anything is read")
  func severalFiles() throws {
    let folder = try TemporaryFolder()
    let path = try zip([("50d.txt", "a"), ("100d.txt", "b")], at: folder.file("a.zip"))
    let error = #expect(throws: DataError.self) { try lines(of: path) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains("holds 2 files (50d.txt, 100d.txt), expected one text file") == true)
  }

  @Test("an empty zip, a missing file and a folder are refused")
  func nothingToRead() throws {
    let folder = try TemporaryFolder()
    let empty = try zip([], at: folder.file("a.zip"))
    #expect(throws: DataError.self) { try lines(of: empty) }
    let missing = #expect(throws: DataError.self) { try lines(of: folder.file("none.txt")) }
    #expect(missing?.code == .inputMissing)
    #expect(throws: DataError.self) { try lines(of: folder.path) }
  }

  @Test("a bomb, an endless line and too much text are refused")
  func limits() throws {
    let folder = try TemporaryFolder()
    let zeros = String(repeating: String(repeating: "0", count: 999) + "\n", count: 20_000)
    let bomb = try zip([("a.txt", zeros)], at: folder.file("bomb.zip"))
    var error = #expect(throws: DataError.self) { try lines(of: bomb) }
    #expect(error?.description.contains("unpacks to more than 6553600 bytes") == true)

    let long = try zip(
      [("a.txt", String(repeating: "x", count: 1 << 21))], compresses: false, at: folder.file("long.zip"))
    error = #expect(throws: DataError.self) { try lines(of: long) }
    #expect(error?.description.contains("a line of more than 1048576 bytes") == true)

    var small = TextFileReader.Limits()
    small.totalByteCount = 10
    #expect(throws: DataError.self) { try lines(of: folder.write("plain.txt", Array(text.utf8)), small) }
  }

  @Test("a damaged zip never crashes", arguments: 0..<40)
  func damagedZip(seed: Int) throws {
    let folder = try TemporaryFolder()
    let path = try zip([("vectors.txt", text)], at: folder.file("a.zip"))
    var bytes = try InputFile.contents(of: path, limit: 1 << 20)
    bytes[seed * 7919 % bytes.count] ^= UInt8(1 + seed % 255)
    let damaged = try folder.write("damaged.zip", bytes)
    do {
      _ = try lines(of: damaged)
    } catch let error as DataError {
      #expect(error.code == .badData)
    }
  }
}
