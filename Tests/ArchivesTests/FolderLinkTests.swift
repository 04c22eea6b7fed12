import Archives
import Files
import Foundation
import Testing
import TestSupport
import Text

@Suite("Links in a folder")
final class FolderLinkTests {
  private let root: TemporaryFolder
  private let outside: TemporaryFolder

  init() throws {
    root = try TemporaryFolder()
    outside = try TemporaryFolder()
    try Folder.make(outside.file("Session1/wav"))
    _ = try outside.write("Session1/wav/a.wav", [1])
    _ = try outside.write("Session1/wav/b.wav", [2])
  }

  private func link(_ name: String, to target: String) { #expect(symlink(target, root.file(name)) == 0) }

  private func read(
    where isWanted: (String) -> Bool = { _ in true }
  ) throws -> (files: [String: [UInt8]], counts: TreeCounts) {
    var files: [String: [UInt8]] = [:]
    let counts = try FileTrees.open(root.path).forEachFile(where: isWanted) { files[$0.path] = $0.bytes }
    return (files, counts)
  }

  @Test("links to folders and to files are followed, inside the root and out of it")
  func followed() throws {
    _ = try root.write("plain.txt", [9])
    link("Session1", to: outside.file("Session1"))
    link("c.wav", to: outside.file("Session1/wav/b.wav"))
    link("inside.txt", to: "plain.txt")
    let (files, counts) = try read()
    #expect(
      files == [
        "Session1/wav/a.wav": [1], "Session1/wav/b.wav": [2], "c.wav": [2], "inside.txt": [9], "plain.txt": [9],
      ])
    #expect(counts.read == 5 && counts.brokenLinks == 0 && counts.special == 0)
  }

  @Test("a link to a link is followed")
  func chain() throws {
    link("second", to: root.file("first"))
    link("first", to: outside.file("Session1"))
    let (files, counts) = try read()
    // The folder has two names: its files keep theirs, so each is read once.
    #expect(files == ["first/wav/a.wav": [1], "first/wav/b.wav": [2]])
    #expect(counts.repeated == 2)
  }

  @Test("circular links and dangling links are counted")
  func circles() throws {
    _ = try root.write("a.txt", [1])
    try Folder.make(root.file("x/y"))
    link("self", to: "self")
    link("here", to: ".")
    link("x/y/up", to: "../..")
    link("x/side", to: "../x")
    link("nowhere", to: "/nowhere/at/all")
    let (files, counts) = try read()
    #expect(files == ["a.txt": [1]])
    #expect(counts.brokenLinks == 5)
  }

  @Test("folders that link to each other do not loop forever")
  func mutual() throws {
    try Folder.make(root.file("a"))
    try Folder.make(root.file("b"))
    _ = try root.write("a/x.txt", [1])
    link("a/b", to: "../b")
    link("b/a", to: "../a")
    let (files, counts) = try read()
    #expect(files == ["a/x.txt": [1]])
    #expect(counts.repeated == 1)
    #expect(counts.brokenLinks == 2)
  }

  @Test("a file that is reachable through a link as well is handed out once, under the path without links")
  func repeated() throws {
    try Folder.make(root.file("z"))
    _ = try root.write("z/a.wav", [1])
    link("backup", to: "z")
    link("other.wav", to: "z/a.wav")
    let (files, counts) = try read()
    #expect(files == ["z/a.wav": [1], "other.wav": [1]])
    #expect(counts.repeated == 1 && counts.read == 2)
    #expect(try read(where: { $0.hasPrefix("backup") }).files == ["backup/a.wav": [1]])
  }

  @Test("only regular files are read through links, however many links are chained")
  func special() throws {
    #expect(mkfifo(outside.file("pipe"), 0o600) == 0)
    link("pipe", to: outside.file("pipe"))
    link("device", to: "/dev/null")
    func isFile(_ path: String) -> Bool { path != "pipe" && path != "device" }
    #expect(try read(where: isFile).counts.special == 2)
    let refusal = try #require(throws: DataError.self) { try read() }
    #expect(refusal.code == .badData && refusal.description.contains("/device: is a device, expected a file"))
    // A ladder: each rung holds a link to the next.
    for step in 0..<12 {
      try Folder.make(outside.file("step\(step)"))
      _ = try outside.write("step\(step)/\(step).txt", [UInt8(step)])
      if step > 0 { #expect(symlink(outside.file("step\(step)"), outside.file("step\(step - 1)/next")) == 0) }
    }
    link("ladder", to: outside.file("step0"))
    let (files, counts) = try read(where: isFile)
    #expect(files.count == 8)
    #expect(counts.brokenLinks == 1)
  }
}
