import Foundation
import TestSupport
import Testing

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

  @Test("a folder is made with its parents, with or without a closing slash", arguments: ["a/b/c", "x/y/", "p"])
  func making(path: String) throws {
    let root = NSTemporaryDirectory() + "msa-folder-" + UUID().uuidString
    try Folder.make(root + "/" + path)
    try Folder.make(root + "/" + path)
    #expect(Folder.isFolder(root + "/" + path))
    try Folder.remove(root)
  }
}
