import Files
import Foundation
import Shards
import Testing
import TestSupport
import Text

@Suite("Output next to prepared folders")
final class OutputTests {
  private let folder: TemporaryFolder
  private let prepared: String

  init() throws {
    folder = try TemporaryFolder()
    prepared = try ExampleFolder(at: folder.file("prepared")).path
    try Folder.make(folder.file("beside"))
    _ = try folder.write("beside/manifest.json", #"{"format": "a web app"}"#)
    #expect(symlink("prepared/shards", folder.file("link")) == 0)
    #expect(symlink("../beside", prepared + "/out") == 0)
  }

  @Test(
    "a folder among a prepared folder's shards is refused, by any path and whether or not it exists",
    arguments: [
      "prepared/shards", "prepared/shards/", "prepared/shards/new", "prepared/shards/new/newer/", "link", "link/new",
    ], [false, true])
  func inside(name: String, mayBeOne: Bool) throws {
    let out = folder.file(name)
    let error = try #require(throws: DataError.self) {
      try PreparedFolder.requireOutside(out, mayBeOne: mayBeOne)
    }
    #expect(error.code == .cannotCreate)
    let real = URL(fileURLWithPath: prepared).resolvingSymlinksInPath().path
    #expect(
      error.description
        == "\(out): lies among the shards of the prepared folder \(real), expected a folder outside it. "
        + "Choose another --out.")
  }

  @Test("a prepared folder is refused, unless the caller may replace it", arguments: ["", "/", "/shards/.."])
  func itself(suffix: String) throws {
    let error = try #require(throws: DataError.self) { try PreparedFolder.requireOutside(prepared + suffix) }
    #expect(error.code == .cannotCreate && error.problem == "is a prepared folder")
    try PreparedFolder.requireOutside(prepared + suffix, mayBeOne: true)
  }

  @Test(
    "every other folder is accepted, even with another program's manifest.json",
    arguments: [
      "new", "new/er", "beside", "beside/new", "prepared/out", "prepared/out/new", "prepared/new",
      "prepared/new/newer/", "prepared/shards/../new", "prepared/../new", ".",
    ])
  func outside(name: String) throws { try PreparedFolder.requireOutside(folder.file(name)) }

  @Test("the root folder and paths that do not exist are accepted", arguments: ["/", "new", "./new", "a/b"])
  func bare(path: String) throws { try PreparedFolder.requireOutside(path) }
}
