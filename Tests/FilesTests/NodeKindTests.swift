import Files
import Foundation
import TestSupport
import Testing
import Text

@Suite("Kinds of file system nodes")
final class NodeKindTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Something of each kind, under the name that messages use.
  private func make(_ kind: NodeKind) throws -> String {
    let path = folder.file("it")
    switch kind {
    case .file: _ = try folder.write("it", [1])
    case .folder: try Folder.make(path)
    case .pipe: #expect(mkfifo(path, 0o600) == 0)
    case .socket: try bindSocket(path)
    case .device: #expect(symlink("/dev/zero", path) == 0)
    case .other: break
    }
    return path
  }

  @Test(
    "the kind is found through links, and is nil if nothing is there",
    arguments: [.file, .folder, .pipe, .socket, .device] as [NodeKind])
  func kinds(kind: NodeKind) throws {
    let path = try make(kind)
    #expect(try NodeKind.at(path) == kind)
    #expect(symlink(path, folder.file("link")) == 0)
    #expect(try NodeKind.at(folder.file("link")) == kind)
    #expect(try NodeKind.at(folder.file("none")) == nil)
    #expect(try NodeKind.at(path + "/below") == nil)
  }

  @Test("only a regular file is opened for reading", arguments: [.folder, .pipe, .socket, .device] as [NodeKind])
  func reading(kind: NodeKind) throws {
    let path = try make(kind)
    for read in [{ _ = try InputFile(path: path) }, { _ = try MappedFile(path: path) }] {
      let error = try #require(throws: DataError.self) { try read() }
      #expect(error.code == .badData)
      #expect(error.description.hasPrefix(path + ": is \(kind.name), expected a file. "))
    }
  }

  @Test("what the system generates on reading is not a file, but an empty file is")
  func systemFiles() throws {
    let error = try #require(throws: DataError.self) { try InputFile(path: "/proc/self/status") }
    #expect(error.code == .badData)
    #expect(error.description.contains("has no size"))
    #expect(try InputFile(path: folder.write("empty", [])).byteCount == 0)
  }

  @Test(
    "a file replaces only a file, and no temporary file is left",
    arguments: [.folder, .pipe, .socket, .device] as [NodeKind])
  func writing(kind: NodeKind) throws {
    let path = try make(kind)
    let writes: [() throws -> Void] = [
      { try AtomicFile.write("text", to: path) }, { _ = try AppendingFile(path: path) },
    ]
    for write in writes {
      let error = try #require(throws: DataError.self) { try write() }
      #expect(error.code == .badData)
      #expect(error.description.contains("is \(kind.name), expected a file, or nothing yet"))
    }
    #expect(try NodeKind.at(path) == kind)
    #expect(try Folder.names(in: folder.path) == ["it"])
  }

  @Test("a file written by a C library does not replace a pipe either")
  func adopting() throws {
    let path = try make(.pipe)
    let temporary = try folder.write("temporary", [1])
    let error = try #require(throws: DataError.self) { try AtomicFile.adopt(temporary, as: path) }
    #expect(error.code == .badData)
    #expect(try Folder.names(in: folder.path) == ["it"])
  }

  @Test("the shared link to standard output stays a link")
  func standardOutput() throws {
    let error = try #require(throws: DataError.self) {
      let file = try folder.write("target", [])
      let descriptor = open(file, O_WRONLY)
      defer { close(descriptor) }
      #expect(symlink("/proc/self/fd/\(descriptor)", folder.file("stdout")) == 0)
      try AtomicFile.write("text", to: folder.file("stdout"))
    }
    #expect(error.code == .badData)
  }

  @Test(
    "a folder is neither created nor listed where something else stands",
    arguments: [.pipe, .socket, .device] as [NodeKind])
  func folders(kind: NodeKind) throws {
    let path = try make(kind)
    for use in [{ try Folder.make(path) }, { _ = try Folder.names(in: path) }] {
      let error = try #require(throws: DataError.self) { try use() }
      #expect(error.code == .badData)
      #expect(error.description.contains("is \(kind.name), expected a folder"))
    }
  }

  @Test("only a regular file is locked", arguments: [.folder, .pipe, .socket] as [NodeKind])
  func locks(kind: NodeKind) throws {
    let path = try make(kind)
    try Folder.make(folder.file("out"))
    #expect(rename(path, folder.file("out/" + FolderLock.name)) == 0)
    let error = try #require(throws: DataError.self) {
      try FolderLock.hold(folder.file("out"), owning: { _ in false }, warn: { _ in }) { _ in }
    }
    #expect(error.code == .badData)
  }
}

/// Makes a socket in the file system.
private func bindSocket(_ path: String) throws {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  try #require(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  let result = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  #expect(result == 0)
}
