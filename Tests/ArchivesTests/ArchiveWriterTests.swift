import Archives
import Files
import Foundation
import Testing
import TestSupport
import Text

@Suite("Writing archives")
struct ArchiveWriterTests {
  private func tar(_ files: [(String, [UInt8])], at path: String) throws -> [UInt8] {
    var writer = try TarWriter(path: path)
    for (name, bytes) in files { try writer.add(name, bytes) }
    try writer.commit()
    return try InputFile.contents(of: path, limit: 1 << 20)
  }

  private func zip(_ bytes: [UInt8], at path: String, compresses: Bool) throws -> [UInt8] {
    var writer = try ZipWriter(path: path, compresses: compresses)
    try writer.begin("a.npy", byteCount: bytes.count)
    try bytes.withUnsafeBytes { try writer.write($0) }
    try writer.commit()
    return try InputFile.contents(of: path, limit: 1 << 20)
  }

  @Test("a tar file is plain ustar: time 0, owner 0, mode 0644")
  func tarHeader() throws {
    let folder = try TemporaryFolder()
    let bytes = try tar([("a.txt", Array("hello".utf8))], at: folder.file("a.tar"))
    #expect(bytes.count == 512 + 512 + 1024)
    func field(_ range: Range<Int>) -> String { String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self) }
    #expect(field(0..<100) == "a.txt")
    #expect(field(100..<107) == "000644 ")
    #expect(field(108..<115) == "000000 ")
    #expect(field(124..<135) == "00000000005")
    #expect(field(136..<147) == "00000000000")
    #expect(bytes[156] == UInt8(ascii: "0"))
    #expect(field(257..<262) == "ustar")
    #expect(String(decoding: bytes[512..<517], as: UTF8.self) == "hello")
  }

  @Test("names too long for ustar are kept; a name beyond ASCII is refused as an internal bug")
  func tarNames() throws {
    let folder = try TemporaryFolder()
    let long = String(repeating: "x", count: 300)
    let bytes = try tar([(long, [1])], at: folder.file("a.tar"))
    #expect(String(decoding: bytes, as: UTF8.self).contains(long))
    let error = #expect(throws: DataError.self) { try tar([("ü.txt", [2])], at: folder.file("b.tar")) }
    #expect(error?.code == .internalBug)
  }

  @Test("a compressed tar holds the same bytes as the plain one, and no timestamp")
  func compressedTar() throws {
    let folder = try TemporaryFolder()
    let content = Array(String(repeating: "seven words of text and a number ", count: 200).utf8)
    var writer = try TarWriter(path: folder.file("a.tar.gz"), isCompressed: true)
    for name in ["b", "a"] { try writer.add(name, content) }
    try writer.commit()
    let packed = try InputFile.contents(of: folder.file("a.tar.gz"), limit: 1 << 20)
    // RFC 1952: magic, deflate, flags, modification time.
    #expect(Array(packed.prefix(8)) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
    #expect(packed.count < content.count)
    var files: [String] = []
    _ = try FileTrees.open(folder.file("a.tar.gz")).forEachFile(where: { _ in true }) { file in
      files.append(file.path)
      #expect(file.bytes == content)
    }
    #expect(files == ["b", "a"])
  }

  @Test("the same contents give the same bytes, in any time zone")
  func determinism() throws {
    let folder = try TemporaryFolder()
    let content = [UInt8](repeating: 7, count: 5000)
    let tars = try (0..<2).map { try tar([("a", content)], at: folder.file("\($0).tar")) }
    #expect(tars[0] == tars[1])
    for compresses in [true, false] {
      let zips = try ["Asia/Tokyo", "America/New_York"].map { zone in
        setenv("TZ", zone, 1)
        tzset()
        return try zip(content, at: folder.file("a.zip"), compresses: compresses)
      }
      #expect(zips[0] == zips[1])
    }
    unsetenv("TZ")
    tzset()
  }

  @Test("an archive that is never committed leaves nothing behind")
  func abandoned() throws {
    let folder = try TemporaryFolder()
    do {
      var writer = try TarWriter(path: folder.file("a.tar"))
      try writer.add("a", [1, 2, 3])
    }
    #expect(try Folder.names(in: folder.path) == [])
  }

  @Test("a full disk is reported, and nothing is left behind")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    var operations = FileOperations.live
    operations.write = { _, _, _ in
      errno = ENOSPC
      return -1
    }
    let path = folder.file("a.zip")
    let error = #expect(throws: DataError.self) {
      var writer = try ZipWriter(path: path, operations: operations)
      try writer.begin("a", byteCount: 1 << 20)
      try [UInt8](repeating: 1, count: 1 << 20).withUnsafeBytes { try writer.write($0) }
      try writer.commit()
    }
    #expect(error?.code == .ioFailed)
    #expect(error?.description.contains("the disk is full") == true)
    #expect(try Folder.names(in: folder.path) == [])
  }

  @Test("an entry shorter or longer than announced is refused as an internal bug")
  func wrongSize() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.zip")
    let short = #expect(throws: DataError.self) {
      var writer = try ZipWriter(path: path)
      try writer.begin("a", byteCount: 2)
      try writer.commit()
    }
    #expect(short?.code == .internalBug)
    let long = #expect(throws: DataError.self) {
      var writer = try ZipWriter(path: path)
      try writer.begin("a", byteCount: 2)
      try [UInt8](repeating: 1, count: 3).withUnsafeBytes { try writer.write($0) }
      try writer.commit()
    }
    #expect(long?.code == .internalBug)
  }
}
