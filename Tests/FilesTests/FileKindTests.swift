import Files
import Foundation
import TestSupport
import Testing
import Text

@Suite("Types of files")
struct FileKindTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// A local file header of a zip with one name.
  private static func zip(_ name: String) -> [UInt8] {
    [0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0] + bytes(name)
  }

  private static let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]

  @Test(
    "the first bytes decide the type, whatever the name",
    arguments: [
      ([], .empty), (bytes("<!DOCTYPE html>\n<html>"), .html), (bytes("\n <HTML lang=en>"), .html),
      (ByteOrderMark.utf8 + bytes("<html>"), .html), (bytes("<?xml version='1.0'?><!DOCTYPE html><html>"), .html),
      (bytes("<?xml version='1.0'?><a/>"), .xml), (bytes("video,sentiment\na,1\n"), .text),
      (bytes("{\"a\": 1}"), .json),
      (bytes("[1]"), .json), ([0xff, 0xfe, 0x61, 0], .utf16Text), (hdf5, .hdf5),
      (bytes("MATLAB 5.0 MAT-file, Platform: posix"), .matlab5), (bytes("MATLAB 7.3 MAT-file, Platform"), .matlab73),
      ([0x93] + bytes("NUMPY\u{1}\0"), .npy), (zip("labels.npy"), .npz), (zip("archive/data.pkl"), .torch),
      (zip("[Content_Types].xml"), .spreadsheet), (zip("Session1/a.wav"), .zip), ([0x50, 0x4b, 5, 6], .zip),
      ([0x1f, 0x8b, 8, 0], .gzip), ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], .xz), (bytes("BZh91AY"), .bzip2),
      ([0x80, 2] + bytes("}q\0."), .pickle), ([0x80, 4, 0x95, 1], .pickle), (bytes("(dp0\nS'a'\np1\ns."), .pickle),
      (bytes("(lp0\n."), .pickle), (bytes("version https://git-lfs.github.com/spec/v1\noid"), .gitLFSPointer),
      ([UInt8](repeating: 0, count: 257) + bytes("ustar"), .tar), (bytes("%PDF-1.4"), .pdf),
      (bytes("RIFF....WAVEfmt "), .sound), ([2, 0, 0, 0, 0, 0, 0, 0] + bytes("{}"), .safetensors),
      // Lengths that begin like a pickle and like gzip.
      ([0x80, 2, 0, 0, 0, 0, 0, 0] + bytes("{") + [UInt8](repeating: 0x20, count: 700), .safetensors),
      ([0x1f, 0x8b, 0, 0, 0, 0, 0, 0] + bytes("{\"a\":"), .unknown), ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], .unknown),
    ] as [([UInt8], FileKind)])
  func kinds(bytes: [UInt8], kind: FileKind) throws {
    #expect(FileKind(of: bytes) == kind)
    let folder = try TemporaryFolder()
    #expect(try FileKind(of: folder.write("file.csd", bytes)) == kind)
  }

  @Test("HDF5 is found after a user block, and a tar with HDF5 in it is a tar")
  func userBlock() throws {
    let folder = try TemporaryFolder()
    let block = [UInt8](repeating: 0, count: 1024)
    #expect(try FileKind(of: folder.write("a", block + Self.hdf5)) == .hdf5)
    #expect(try FileKind(of: folder.write("b", Self.bytes("Notes\n") + block.dropFirst(6) + Self.hdf5)) == .hdf5)
    #expect(try FileKind(of: folder.write("c", block.dropFirst(1) + Self.hdf5)) == .unknown)
    var tar = [UInt8](repeating: 0, count: 512)
    tar.replaceSubrange(257..<262, with: Self.bytes("ustar"))
    #expect(try FileKind(of: folder.write("d", tar + Self.hdf5)) == .tar)
  }

  @Test("a pipe is refused at once, even without a writer")
  func pipe() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.file("pipe.csd"), 0o600) == 0)
    let error = try #require(throws: DataError.self) { try FileKind(of: folder.file("pipe.csd")) }
    #expect(error.code == .badData)
    #expect(error.description.contains("is a pipe, expected a file"))
  }

  @Test("a file of the wrong type is named in one line, with the expected type")
  func refusal() {
    let error = FileKind.html.refusal(of: "a.csd", expected: "an HDF5 file")
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix("a.csd: is an HTML page, expected an HDF5 file. "))
  }
}
