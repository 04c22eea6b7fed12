import Files
import Foundation
import Synchronization
import Testing
import TestSupport
import Text
import Workers

@testable import Training

@Suite("TensorBoard's file when system calls fail")
struct TensorBoardFaultTests {
  /// Makes one call of a kind fail, and a failing write store half of its bytes.
  private final class Disk: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    private let failing: String
    private let number: Int
    private let code: Int32

    init(failing: String, at number: Int, code: Int32) {
      (self.failing, self.number, self.code) = (failing, number, code)
    }

    /// Records a call; returns whether it must fail.
    private func fails(_ call: String) -> Bool {
      let count = counts.withLock { counts in
        counts[call, default: 0] += 1
        return counts[call, default: 0]
      }
      return call == failing && count == number
    }

    private func failure<Result: SignedInteger>() -> Result {
      errno = code
      return -1
    }

    var operations: FileOperations {
      let live = FileOperations.live
      var operations = live
      operations.open = { self.fails("open") ? self.failure() : live.open($0, $1, $2) }
      operations.write = { descriptor, bytes, count in
        if !self.fails("write") { return live.write(descriptor, bytes, count) }
        _ = live.write(descriptor, bytes, count / 2)
        return self.failure()
      }
      operations.fsync = { self.fails("fsync") ? self.failure() : live.fsync($0) }
      return operations
    }
  }

  /// The number of whole records in a log, and of the bytes after them.
  private func records(_ path: String) throws -> (count: Int, rest: Int) {
    var bytes = try InputFile.contents(of: path, limit: 1 << 20)[...]
    var count = 0
    while bytes.count >= 12 {
      let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      if bytes.count < length + 16 { break }
      let record = Array(bytes.dropFirst(12).prefix(length))
      #expect(Array(bytes.prefix(length + 16)) == TFRecord.framed(record))
      bytes = bytes.dropFirst(length + 16)
      count += 1
    }
    return (count, bytes.count)
  }

  private func log(in folder: String) throws -> String? {
    let names = try Folder.names(in: folder).filter { $0.hasPrefix(TensorBoardLog.prefix) }
    #expect(names.count <= 1)
    return names.first.map { folder + "/" + $0 }
  }

  /// A run writes one record for its header, three for epochs and one for the test, and syncs after all but the first.
  @Test(
    "any failure names the file and can be resumed; a partial record does not count",
    arguments: [
      ("open", 1, 0), ("write", 1, 0), ("write", 2, 1), ("write", 4, 3), ("write", 5, 4), ("fsync", 1, 2),
      ("fsync", 3, 4), ("fsync", 4, 5),
    ], [ENOSPC, EIO])
  func failure(fault: (call: String, number: Int, records: Int), code: Int32) throws {
    let folder = try TemporaryFolder()
    let run = folder.file("run")
    var configuration = TrainingConfiguration(
      shards: [try ExampleFolder(at: folder.file("prepared")).path], output: run)
    configuration.epochs = 3
    var job = TrainingJob(configuration)
    job.logOperations = Disk(failing: fault.call, at: fault.number, code: code).operations
    let error = #expect(throws: DataError.self) { try job.run(progress: SilentProgress()) }
    #expect(error?.code == .ioFailed)
    #expect(error?.file?.hasPrefix(run + "/" + TensorBoardLog.prefix) == true)
    let doing = ["open": "creating it", "write": "writing it", "fsync": "syncing it"][fault.call] ?? ""
    #expect(error?.problem == (code == ENOSPC ? "the disk is full" : "Input/output error") + " while " + doing)

    // Only the checkpoint and the log.
    let log = try log(in: run)
    #expect(try Folder.names(in: run).filter { !$0.hasPrefix(TensorBoardLog.prefix) } == ["last.safetensors"])
    #expect((log == nil) == (fault.call == "open"))
    if let log {
      let left = try records(log)
      #expect(left.count == fault.records)
      #expect((left.rest > 0) == (fault.call == "write"))
    }

    job.logOperations = .live
    job.configuration.resumes = true
    _ = try job.run(progress: SilentProgress())
    let whole = try records(try #require(try self.log(in: run)))
    #expect(whole.count == 5)
    #expect(whole.rest == 0)
    #expect(Folder.exists(run + "/results.json"))
  }
}
