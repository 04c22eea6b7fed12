import Archives
import Files
import Testing
import TestSupport
import Text

@Suite("Concatenated archives")
struct JoinedArchiveTests {
  private func bytes(_ name: String) throws -> [UInt8] {
    try InputFile.contents(of: fixture("archives/" + name), limit: 1 << 20)
  }

  private func paths(_ archive: String) throws -> [String] {
    var paths: [String] = []
    try FileTrees.open(archive).forEachFile(where: { !$0.hasSuffix("link.txt") }, { paths.append($0.path) })
    return paths
  }

  /// A tar with one file.
  private func second(_ folder: borrowing TemporaryFolder, isCompressed: Bool) throws -> [UInt8] {
    let path = folder.file("second")
    var writer = try TarWriter(path: path, isCompressed: isCompressed)
    try writer.add("Session2/x.txt", [1, 2, 3])
    try writer.commit()
    return try InputFile.contents(of: path, limit: 1 << 20)
  }

  @Test("tars joined by cat are read to the end of the last one, as tar --ignore-zeros does", arguments: [false, true])
  func joined(isCompressed: Bool) throws {
    let folder = try TemporaryFolder()
    let first = try bytes(isCompressed ? "tree.tar.gz" : "tree.tar")
    let last = try second(folder, isCompressed: isCompressed)
    // Tapes have blocks of zeros between archives and after the last one.
    for padding in isCompressed ? [0] : [0, 10_240] {
      let path = try folder.write("joined", first + [UInt8](repeating: 0, count: padding) + last)
      #expect(try paths(path) == paths(fixture("archives/tree.tar")) + ["Session2/x.txt"])
    }
  }

  @Test("a tar split over several gzip members is one tar")
  func members() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("members.tar.gz", bytes("members.tar.gz"))
    #expect(try paths(path) == paths(fixture("archives/tree.tar")))
  }

  @Test("zeros after the end are padding")
  func padding() throws {
    let folder = try TemporaryFolder()
    for name in ["tree.tar", "tree.tar.gz"] {
      let path = try folder.write("padded", bytes(name) + [UInt8](repeating: 0, count: 5120))
      #expect(try paths(path).count == 4)
    }
  }

  @Test(
    "trailing data that is not an archive of the same kind is refused, never left unread",
    arguments: [
      ("tree.tar", "attacks/text.txt", "Damaged tar archive"),
      ("tree.tar.gz", "tree.tar", "continues with something else after its end at byte 661"),
      ("tree.tar.gz", "attacks/text.txt", "continues with something else after its end at byte 661"),
      ("tree.zip", "tree.zip", "holds 1461 bytes before its own contents, as two zips in one file do"),
    ])
  func refused(first: String, second: String, message: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("joined", bytes(first) + bytes(second))
    let error = #expect(throws: DataError.self) { try paths(path) }
    #expect(error?.code == .badData)
    #expect(error?.description.hasPrefix(path + ": " + message) == true, "\(error?.description ?? "")")
  }

  @Test("a file that occurs in both archives is refused")
  func twice() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("joined", bytes("tree.tar") + bytes("tree.tar"))
    let error = #expect(throws: DataError.self) { try paths(path) }
    #expect(error?.description.contains("is in the archive twice") == true)
  }

  @Test("several trees are joined, each under the shortest path suffix that tells it from the others")
  func trees() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write("one.tar", bytes("tree.tar"))
    let tree = try JoinedTree([one, fixture("archives/tree")])
    var paths: [String] = []
    let counts = try tree.forEachFile(where: { $0.hasSuffix("a.txt") }, { paths.append($0.path) })
    #expect(paths == ["one.tar/Session1/dialog/a.txt", "tree/Session1/dialog/a.txt"])
    #expect(counts.read == 2 && counts.hidden == 2)
    try Folder.make(folder.file("other"))
    let other = try folder.write("other/one.tar", bytes("tree.tar"))
    let base = Folder.name(of: folder.path)
    #expect(try JoinedTree([one, other]).parts.map(\.name) == ["\(base)/one.tar", "other/one.tar"])
    let error = #expect(throws: DataError.self) { try JoinedTree([one, other, one]) }
    #expect(error?.code == .usage)
    #expect(error?.description == "\(one): is given twice, expected each folder or archive once")
  }
}
