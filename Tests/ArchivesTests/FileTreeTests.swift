import Archives
import Files
import Foundation
import Synchronization
import Testing
import TestSupport
import Text

@Suite("A tree of files in a folder or an archive")
struct FileTreeTests {
  private static let archives = ["tree.tar", "tree-pax.tar", "tree.tar.gz", "tree.tar.xz", "tree.zip"]

  /// The wanted files of a fixture (by default all but its link), and what was skipped.
  private func read(
    _ name: String, limits: TreeLimits = .init(), where isWanted: (String) -> Bool = { !$0.hasSuffix("link.txt") }
  ) throws -> (files: [(path: String, bytes: [UInt8])], counts: TreeCounts) {
    var files: [(String, [UInt8])] = []
    let counts = try FileTrees.open(fixture("archives/" + name), limits: limits).forEachFile(where: isWanted) {
      files.append(($0.path, $0.bytes))
    }
    return (files, counts)
  }

  private func refusal(
    _ name: String, limits: TreeLimits = .init(), where isWanted: (String) -> Bool = { _ in true },
    _ location: SourceLocation = #_sourceLocation
  ) -> DataError? {
    #expect(throws: DataError.self, sourceLocation: location) {
      _ = try read("attacks/" + name, limits: limits, where: isWanted).counts
    }
  }

  @Test(
    "each path is asked about once, and its file is passed on with the answer", arguments: ["tree.tar", "tree.zip"])
  func kinds(name: String) throws {
    var asked: [String] = []
    var found: [String: Int] = [:]
    let counts = try FileTrees.open(fixture("archives/" + name)).forEachFile { path -> Int? in
      asked.append(path)
      return path.hasSuffix(".txt") && !path.hasSuffix("link.txt") ? path.utf8.count : nil
    } _: { (file: TreeFile, count: Int) in
      found[file.path] = count
    }
    #expect(Set(asked).count == asked.count && asked.count == counts.read + counts.unwanted + counts.special)
    #expect(!found.isEmpty && found.allSatisfy { $0.key.hasSuffix(".txt") && $0.key.utf8.count == $0.value })
    #expect(found.count == counts.read)
  }

  @Test("files of a folder come in byte order of their paths, without hidden files")
  func folder() throws {
    let (files, counts) = try read("tree")
    #expect(files.map(\.path) == ["Session1.txt", "Session1/big.bin", "Session1/dialog/a.txt", "Session1/zero.bin"])
    #expect(files[1].bytes == (0..<9000).map { UInt8($0 * $0 % 251) })
    #expect(files[3].bytes.isEmpty)
    #expect(counts.read == 4)
    #expect(counts.hidden == 1)
    #expect(counts.special == 0)
    #expect(counts.unwanted == 1)
    #expect(counts.unsafe == 0)
  }

  @Test("an archive gives the same files and counts as its folder, whatever its format", arguments: archives)
  func sameFiles(archive: String) throws {
    let folder = try read("tree")
    let packed = try read(archive)
    #expect(packed.files.map(\.path) == packed.files.map(\.path).sorted().reversed(), "the archive's own order")
    let sorted = packed.files.sortedByBytes(\.path)
    #expect(sorted.map(\.path) == folder.files.map(\.path))
    #expect(sorted.map(\.bytes) == folder.files.map(\.bytes))
    // The link is a file in a folder, but unreadable in an archive.
    var expected = folder.counts
    (expected.unwanted, expected.special, expected.firstLink) = (0, 1, "Session1/link.txt")
    #expect(packed.counts == expected)
  }

  @Test("only wanted files are handed out, and each path is asked about once", arguments: archives + ["tree"])
  func wanted(tree: String) throws {
    var asked: [String] = []
    let (files, counts) = try read(tree) {
      asked.append($0)
      return $0.hasSuffix("a.txt")
    }
    #expect(files.map(\.path) == ["Session1/dialog/a.txt"])
    #expect(files[0].bytes == Array("one\n".utf8))
    #expect(asked.count == 5)
    #expect(Set(asked).count == 5)
    #expect(counts.unwanted + counts.special == 4)
  }

  @Test("an error thrown by the body ends the pass", arguments: ["tree", "tree.tar.gz"])
  func bodyThrows(tree: String) throws {
    struct Stop: Error {}
    var count = 0
    #expect(throws: Stop.self) {
      try FileTrees.open(fixture("archives/" + tree)).forEachFile { _ in
        true
      } _: { _ in
        count += 1
        throw Stop()
      }
    }
    #expect(count == 1)
  }

  @Test("an archive is recognised by its bytes, not by its name")
  func renamed() throws {
    let folder = try TemporaryFolder()
    for archive in Self.archives {
      let bytes = try InputFile.contents(of: fixture("archives/" + archive), limit: 1 << 20)
      let path = try folder.write("release.dat", bytes)
      #expect(try FileTrees.open(path).forEachFile(where: { !$0.hasSuffix("link.txt") }, { _ in }).read == 4)
    }
  }

  // MARK: Attacks

  @Test(
    "names that are empty or lead out of the tree are counted, never followed",
    arguments: [
      ("dot-dot.tar", 2), ("dot-dot.zip", 1), ("nameless.tar", 1), ("no-name.tar", 1), ("no-name.zip", 1),
    ])
  func unsafe(archive: String, count: Int) throws {
    let (files, counts) = try read("attacks/" + archive)
    #expect(files.map(\.path) == ["ok.bin"])
    #expect(counts.unsafe == count)
  }

  @Test("absolute names are read as GNU tar reads them, without leading slashes")
  func absolute() throws {
    let (files, counts) = try read("attacks/absolute.tar")
    #expect(files.map(\.path) == ["etc/a.bin", "b.bin", "ok.bin"])
    #expect(counts.unsafe == 0)
  }

  @Test("unwanted pipes, devices and links are counted, never followed; a wanted link is refused")
  func special() throws {
    let (files, counts) = try read("attacks/links.tar", where: { $0 != "passwd.bin" })
    #expect(files.map(\.path) == ["ok.bin"])
    #expect(counts.special == 3)
    #expect(refusal("links.tar")?.description.contains("passwd.bin: is a symbolic link, expected a file") == true)
  }

  @Test("a hard link is refused where it is wanted, and a regular file where it is not")
  func hardLink() throws {
    #expect(refusal("hard-link.tar")?.description.contains("b.bin: is a hard link to another entry") == true)
    let (files, counts) = try read("attacks/hard-link.tar", where: { $0 == "a.txt" })
    #expect(files.count == 1)
    #expect(counts.unwanted == 1)
  }

  @Test(
    "damaged files, bombs and files that are not archives are refused in one line",
    arguments: [
      ("bomb.tar.xz", "zeros.bin: unpacks to more than 67108864 bytes"),
      ("bomb-sparse.tar", "holes.bin: unpacks to more than 67108864 bytes"),
      ("layers.tar.gz", "is compressed more than once, expected one layer of gzip or xz"),
      ("truncated.tar.gz", "truncated gzip input"),
      ("truncated.tar.xz", "truncated"),
      ("truncated.zip", "is not a tar or zip archive, or is cut short"),
      ("cut-in-file.tar", "a.txt"),
      ("cut-between-files.tar", "ends without the end-of-archive mark of a tar"),
      ("long-name.tar", "…: a name of 5004 bytes, expected at most 4096"),
      ("deep.tar", "…: a name of 6005 bytes, expected at most 4096"),
      ("twice.tar", "a.bin: is in the archive twice, as entries 1 and 2"),
      ("twice.zip", "a/b.bin: is in the archive twice, as entries 2 and 3"),
      ("encrypted.zip", "a.txt: is encrypted"),
      ("bad-checksum.zip", "a.txt"),
      ("short.zip", "a.txt"),
      ("long.zip", "a.txt"),
      ("negative-size.tar", "a.txt: has a size of -1 bytes, expected 0 or more"),
      ("bad-header.tar", "Damaged tar archive"),
      ("text.txt", "is an HTML page, expected a folder, .tar"),
      ("text.txt.gz", "is not a tar or zip archive"),
      ("nothing.tar", "is an empty file"),
      ("tar.bz2", "is a bzip2 file"),
    ])
  func refused(archive: String, message: String) throws {
    let error = refusal(archive)
    #expect(error?.code == .badData)
    let description = error?.description ?? ""
    #expect(description.contains(message), "\(description)")
    #expect(!description.contains("\n"))
    #expect(description.hasPrefix(fixture("archives/attacks/" + archive)))
  }

  @Test("whichever read of an archive fails, the disk is to blame and not the bytes", arguments: Self.archives)
  func failingRead(archive: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(archive, [UInt8](Data(contentsOf: URL(filePath: fixture("archives/" + archive)))))
    /// Reads the archive with its n-th read failing; nil if there are fewer.
    func code(atRead failing: Int) throws -> DataError.Code? {
      let turn = Atomic<Int>(0)
      var operations = ReadOperations.live
      operations.read = { descriptor, buffer, count, offset in
        if turn.add(1, ordering: .relaxed).oldValue != failing {
          return ReadOperations.live.read(descriptor, buffer, count, offset)
        }
        errno = EIO
        return -1
      }
      do {
        try operations.substituted(at: path) {
          _ = try FileTrees.open(path, limits: .init()).forEachFile(where: { !$0.hasSuffix("link.txt") }) { _ in }
        }
        return nil
      } catch let error as DataError {
        return error.code
      }
    }
    var failing = 0
    while let code = try code(atRead: failing), failing < 100 {
      #expect(code == .ioFailed, "read \(failing)")
      failing += 1
    }
    #expect(failing > 0 && failing < 100)
  }

  @Test("an archive without files is an empty tree", arguments: ["empty.tar", "empty.zip"])
  func empty(archive: String) throws {
    let (files, counts) = try read("attacks/" + archive)
    #expect(files.isEmpty)
    #expect(counts == TreeCounts())
  }

  @Test("directory entries that share their bytes are handed out once")
  func overlapping() throws {
    let (files, counts) = try read("attacks/bomb-overlapping.zip")
    #expect(files.map(\.path) == ["0000.bin"])
    #expect(counts.read == 1)
  }

  @Test("UTF-8 names are read in any locale", arguments: ["names-utf8.zip", "names-utf8-pax.tar"])
  func nameUTF8(archive: String) throws {
    let names = ["\u{6570}\u{636e}\u{96c6}/Donn\u{e9}es/a.txt", "\u{6570}\u{636e}\u{96c6}/Donn\u{e8}es/a.txt"]
    #expect(try read(archive).files.map(\.path) == names)
  }

  @Test("a name that is not UTF-8 is read like any other")
  func nameNotUTF8() throws {
    #expect(try read("attacks/name-not-utf8.tar").files.map(\.path) == ["o\u{fffd}.bin"])
  }

  @Test("a file in a folder whose name is not UTF-8 is counted")
  func nameNotUTF8InFolder() throws {
    let folder = try TemporaryFolder()
    let path = try folder.writeUndecodable(in: ".", ending: ".bin")
    defer { unlink(path) }
    _ = try folder.write("ok.bin", [1])
    var paths: [String] = []
    let counts = try FileTrees.open(folder.path).forEachFile(where: { $0 == "ok.bin" }, { paths.append($0.path) })
    #expect(paths == ["ok.bin"])
    #expect(counts.unwanted == 1)
  }

  @Test("the unpacked size of a tar includes unwanted entries and headers")
  func skippedBytes() throws {
    var limits = TreeLimits()
    limits.freeByteCount = 1 << 20
    #expect(
      refusal("bomb-skipped.tar.gz", limits: limits, where: { $0 == "a.bin" })?.place == "zeros.txt")
    #expect(refusal("bomb-headers.tar.gz", limits: limits, where: { _ in false })?.place == "5.txt")
    #expect(refusal("bomb.zip", limits: limits)?.place == "zeros.bin")
    #expect(try read("attacks/bomb.zip", limits: limits, where: { _ in false }).counts.unwanted == 1)
  }

  @Test("the number of entries, the size of a file and the total size are limited", arguments: archives + ["tree"])
  func limits(tree: String) throws {
    func refusal(_ change: (inout TreeLimits) -> Void) -> String? {
      var limits = TreeLimits()
      change(&limits)
      return #expect(throws: DataError.self) { _ = try read(tree, limits: limits).counts }?.description
    }
    #expect(refusal { $0.entryCount = 5 }?.contains("more than 5 entries") == true)
    #expect(
      refusal { $0.fileByteCount = 8999 }?.contains("Session1/big.bin: 9000 bytes, expected at most 8999 bytes") == true
    )
    #expect(refusal { $0.totalByteCount = 9000 }?.contains("unpacks to more than 9000 bytes") == true)
    #expect(refusal { $0.nameByteCount = 15 }?.contains("expected at most 15") == true)
  }

  @Test("a tree that does not exist is missing input")
  func missing() {
    let error = #expect(throws: DataError.self) { try FileTrees.open("/nowhere/at-all") }
    #expect(error?.code == .inputMissing)
  }

  @Test("a damaged archive never crashes", arguments: archives, 0..<40)
  func damaged(archive: String, seed: Int) throws {
    let folder = try TemporaryFolder()
    var bytes = try InputFile.contents(of: fixture("archives/" + archive), limit: 1 << 20)
    bytes[seed * 7919 % bytes.count] ^= UInt8(1 + seed % 255)
    let damaged = try folder.write("damaged", bytes)
    do {
      try FileTrees.open(damaged).forEachFile(where: { _ in true }, { _ in })
    } catch let error as DataError {
      #expect(error.code == .badData)
    }
  }
}
