import ArrayFiles
import Files
import Foundation
import Synchronization
import Testing
import TestSupport
import Text

@Suite("Writing a safetensors file when system calls fail")
struct SafetensorsWriterFaultTests {
  /// The calls made so far, and how many of each kind succeed before they fail.
  private final class Disk: Sendable {
    let calls = Mutex<[String]>([])

    /// Records a call; false if it must fail with `ENOSPC`.
    func note(_ call: String, failing: String?, after count: Int) -> Bool {
      calls.withLock { calls in
        calls.append(call)
        let isFailing = call == failing && calls.count { $0 == call } > count
        if isFailing { errno = ENOSPC }
        return !isFailing
      }
    }

    func operations(failing: String? = nil, after count: Int = 0) -> FileOperations {
      let live = FileOperations.live
      var operations = live
      operations.write = { self.note("write", failing: failing, after: count) ? live.write($0, $1, $2) : -1 }
      operations.fsync = { self.note("fsync", failing: failing, after: count) ? live.fsync($0) : -1 }
      operations.close = { descriptor in
        let result = live.close(descriptor)
        return self.note("close", failing: failing, after: count) ? result : -1
      }
      operations.rename = { self.note("rename", failing: failing, after: count) ? live.rename($0, $1) : -1 }
      return operations
    }
  }

  private let values = (0..<100_000).map { Float($0) }

  private func write(to path: String, _ operations: FileOperations) throws {
    let header = SafetensorsHeader(laying: [("a", .float32, [values.count])], metadata: [:])
    var writer = try SafetensorsWriter(path: path, header: header, operations: operations)
    try writer.append(values, to: "a")
    _ = try writer.commit()
  }

  @Test("the data is synced before the rename, and the rename before the folder is synced")
  func order() throws {
    let folder = try TemporaryFolder()
    let disk = Disk()
    try write(to: folder.file("a"), disk.operations())
    let calls = disk.calls.withLock { $0 }
    #expect(Array(calls.drop { $0 == "write" }) == ["fsync", "close", "rename", "fsync", "close"])
  }

  @Test(
    "whatever fails, the previous file stays and no temporary file is left",
    arguments: [("write", 0), ("write", 1), ("write", 2), ("fsync", 0), ("close", 0), ("rename", 0)])
  func failure(call: String, count: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", [1, 2, 3])
    let error = #expect(throws: DataError.self) { try write(to: path, Disk().operations(failing: call, after: count)) }
    #expect(error?.code == .ioFailed)
    #expect(error?.description.contains("the disk is full") == true)
    #expect(try Folder.names(in: folder.path) == ["a"])
    #expect(try InputFile.contents(of: path, limit: 10) == [1, 2, 3])
  }
}
