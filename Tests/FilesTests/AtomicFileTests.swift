import Foundation
import Synchronization
import Testing
import Text

@testable import Files

@Suite("Files that appear only when complete")
struct AtomicFileTests {
  private let folder = NSTemporaryDirectory() + "msa-atomic-" + UUID().uuidString

  init() throws { try Folder.make(folder) }

  private func text(_ path: String) throws -> String {
    String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
  }

  @Test("two concurrent writers of a file do not mix, and the last one's file stands whole")
  func twoWriters() throws {
    let path = folder + "/a"
    var first = try AtomicFile(path: path)
    var second = try AtomicFile(path: path)
    try first.write("first, longer")
    try second.write("second")
    #expect(try Folder.names(in: folder).count == 2)
    try second.commit()
    #expect(try text(path) == "second")
    try first.commit()
    #expect(try text(path) == "first, longer")
    #expect(try Folder.names(in: folder) == ["a"])
    try Folder.remove(folder)
  }

  @Test("a temporary file is created exclusively, and no link is followed")
  func exclusive() throws {
    let flags = Mutex<[Int32]>([])
    var operations = FileOperations.live
    operations.open = { path, asked, mode in
      flags.withLock { $0.append(asked) }
      return FileOperations.live.open(path, asked, mode)
    }
    try AtomicFile.write("x", to: folder + "/a", operations: operations)
    let first = flags.withLock { $0[0] }
    for flag in [O_CREAT, O_EXCL, O_NOFOLLOW] { #expect(first & flag == flag) }
    try Folder.remove(folder)
  }

  @Test("a link at the final name is replaced; its target stays as it is")
  func link() throws {
    try AtomicFile.write("precious", to: folder + "/target")
    #expect(symlink(folder + "/target", folder + "/a") == 0)
    try AtomicFile.write("new", to: folder + "/a")
    #expect(try text(folder + "/a") == "new")
    #expect(try text(folder + "/target") == "precious")
    try Folder.remove(folder)
  }

  @Test(
    "a temporary name gives its final name, and no other name does",
    arguments: ["a", "train-00000.safetensors", ".hidden", "a.partial", "é 日", "x.0123456789abcdef"])
  func temporaryNames(name: String) {
    let paths = (0..<100).map { _ in TemporaryName.path(besides: "f/" + name) }
    #expect(Set(paths).count == 100)
    for path in paths { #expect(TemporaryName.finalName(of: Folder.name(of: path)) == name) }
    #expect(TemporaryName.finalName(of: name) == nil)
    #expect(TemporaryName.finalName(of: "." + name + ".partial") == nil || name.contains("0123456789abcdef"))
  }

  @Test("a final name of any valid length can be written", arguments: ["n", "é"])
  func longNames(letter: String) throws {
    let name = String(repeating: letter, count: 255 / letter.utf8.count)
    try AtomicFile.write("x", to: folder + "/" + name)
    #expect(try Folder.names(in: folder) == [name])
    try Folder.remove(folder)
  }

  @Test("a write that accepts no bytes fails instead of being repeated forever", arguments: [1, 1 << 20])
  func nothingWritten(count: Int) throws {
    var operations = FileOperations.live
    operations.write = { _, _, _ in 0 }
    let error = #expect(throws: DataError.self) {
      try AtomicFile.write(String(repeating: "x", count: count), to: folder + "/a", operations: operations)
    }
    #expect(error?.code == .ioFailed)
    #expect(error?.problem == "Input/output error while writing it")
    #expect(try Folder.names(in: folder).isEmpty)
    try Folder.remove(folder)
  }
}
