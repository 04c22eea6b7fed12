import Foundation
import Synchronization
import TestSupport
import Testing
import Text

@testable import Files

/// What reading makes of a failing system call.
@Suite struct ReadOperationsTests {
  /// The exit status for an `errno`.
  private static let codes: [(errno: Int32, code: DataError.Code)] = [
    (ENOENT, .inputMissing), (ENOTDIR, .inputMissing), (ENOMEM, .systemRefused), (EAGAIN, .systemRefused),
    (EMFILE, .systemRefused), (ENFILE, .systemRefused), (EIO, .ioFailed), (EACCES, .ioFailed), (ESTALE, .ioFailed),
  ]

  @Test("a failed call is 66, 71 or 74 depending on its cause, whatever the call", arguments: codes)
  func causes(errno cause: Int32, code: DataError.Code) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("file", [1, 2, 3])
    func error(_ change: (inout ReadOperations) -> Void, _ body: () throws -> Void) -> DataError? {
      var operations = ReadOperations.live
      change(&operations)
      return #expect(throws: DataError.self) { try operations.substituted(at: path, body) }
    }
    let failures = [
      error({ $0.open = { _ in fail(cause) } }) { _ = try InputFile(path: path) },
      error({ $0.status = { _, _ in fail(cause) } }) { _ = try InputFile(path: path) },
      error({ $0.read = { _, _, _, _ in Int(fail(cause)) } }) { _ = try InputFile.contents(of: path, limit: 9) },
      error({ $0.map = { _, _ in failedMap(cause) } }) { _ = try MappedFile(path: path) },
    ]
    for failure in failures {
      #expect(failure?.code == code, "\(failure.map(\.description) ?? "")")
      #expect(failure?.file == path && failure?.problem.contains(systemMessage(cause)) == true)
      #expect(failure?.tellsOfInput == (code == .inputMissing))
    }
  }

  @Test("an interrupted call is repeated")
  func signals() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("file", [1, 2, 3])
    let turn = Atomic<Int>(0)
    @Sendable func isCutShort() -> Bool { turn.add(1, ordering: .relaxed).newValue % 3 != 0 }
    let live = ReadOperations.live
    let operations = ReadOperations(
      open: { isCutShort() ? fail(EINTR) : live.open($0) }, status: live.status,
      read: { isCutShort() ? Int(fail(EINTR)) : live.read($0, $1, $2, $3) }, map: live.map,
      statusAtPath: { isCutShort() ? fail(EINTR) : live.statusAtPath($0, $1, &$2) },
      openFolder: {
        if isCutShort() { errno = EINTR } else { return live.openFolder($0) }
        return nil
      },
      nextEntry: {
        if isCutShort() { errno = EINTR } else { return live.nextEntry($0) }
        return nil
      })
    #expect(try operations.substituted(at: path) { try InputFile.contents(of: path, limit: 9) } == [1, 2, 3])
    #expect(try operations.substituted(at: path) { try Folder.entry(at: path) } == .file)
    #expect(try operations.substituted(at: folder.path) { try Folder.names(in: folder.path) } == ["file"])
    #expect(try operations.substituted(at: folder.path) { try Folder.entry(at: folder.path) } == .folder)
  }

  @Test("a listing that breaks off is an error, not a shorter list", arguments: [0, 1])
  func listing(after count: Int) throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "c"] { _ = try folder.write(name, [0]) }
    var operations = ReadOperations.live
    let turn = Atomic<Int>(0)
    operations.nextEntry = {
      if turn.add(1, ordering: .relaxed).oldValue < count { return ReadOperations.live.nextEntry($0) }
      errno = EIO
      return nil
    }
    let error = try #require(throws: DataError.self) {
      try operations.substituted(at: folder.path) { try Folder.names(in: folder.path) }
    }
    #expect(error.code == .ioFailed)
  }

  @Test("a missing path is not an error, but an inaccessible one is")
  func presence() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("file", [0])
    #expect(symlink("nowhere", folder.file("dangling")) == 0 && symlink("loop", folder.file("loop")) == 0)
    for absent in ["none", "file/inside", "dangling", "loop", String(repeating: "x", count: 300)] {
      #expect(try Folder.entry(at: folder.file(absent)) == nil)
    }
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(try Folder.entry(at: folder.file("pipe")) == .pipe)
    var operations = ReadOperations.live
    for (cause, code) in [(EACCES, DataError.Code.ioFailed), (ENOMEM, .systemRefused)] {
      operations.statusAtPath = { _, _, _ in fail(cause) }
      let error = try #require(throws: DataError.self) {
        try operations.substituted(at: file) { try Folder.entry(at: file) }
      }
      #expect(error.code == code)
    }
  }
}

/// What a failing system call returns.
private func fail(_ cause: Int32) -> Int32 {
  errno = cause
  return -1
}

private func failedMap(_ cause: Int32) -> UnsafeMutableRawPointer? {
  errno = cause
  return MAP_FAILED
}
