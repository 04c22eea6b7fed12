import Foundation
import TestSupport
import Testing
import Text

@testable import Files

@Suite("Folders")
struct FolderTests {
  @Test(
    "a path is cut at its last slash",
    arguments: [
      ("a/b", "a", "b"), ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("ab", ".", "ab"), ("a/", "a", ""),
      ("/", "/", ""), ("", ".", ""), ("é/日", "é", "日"),
    ])
  func parts(path: String, parent: String, name: String) {
    #expect(Folder.parent(of: path) == parent)
    #expect(Folder.name(of: path) == name)
  }

  @Test("a folder is created with its parents, with or without a trailing slash", arguments: ["a/b/c", "x/y/", "p"])
  func making(path: String) throws {
    let root = NSTemporaryDirectory() + "msa-folder-" + UUID().uuidString
    try Folder.make(root + "/" + path)
    try Folder.make(root + "/" + path)
    #expect(Folder.isFolder(root + "/" + path))
    try Folder.remove(root)
  }

  @Test("a name that is not UTF-8 is kept distinct: nothing is created or removed under another name")
  func undecodable() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("a"))
    #expect(try Folder.holdsOnly(folder.file("a")) { _ in false })
    _ = try folder.write("a/own", "x")
    #expect(try Folder.holdsOnly(folder.file("a")) { $0 == "own" })
    #expect(try !Folder.holdsOnly(folder.file("a")) { _ in false })
    let path = try folder.writeUndecodable(in: "a", ending: ".csd")
    defer { unlink(path) }
    #expect(try Folder.names(in: folder.file("a")) == ["own"])
    #expect(try Folder.listing(of: folder.file("a")).undecodable == ["k\\xE9.csd"])
    #expect(try !Folder.holdsOnly(folder.file("a")) { _ in true })
    let error = #expect(throws: DataError.self) { try Folder.remove(folder.file("a")) }
    #expect(error?.code == .cannotCreate && error?.place == "k\\xE9.csd")
    #expect(Folder.exists(folder.file("a/own")))
  }
}
