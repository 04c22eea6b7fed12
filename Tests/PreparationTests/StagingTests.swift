import Files
import Synchronization
import Testing
import TestSupport
import Text
import Workers

@testable import Preparation

@Suite("The staging folder of an unfinished preparation")
final class StagingTests {
  /// Keeps the messages for the user.
  private final class Told: ProgressSink {
    private let messages = Mutex<[String]>([])
    var count: Int { messages.withLock { $0.count } }
    var last: String { messages.withLock { $0.last ?? "" } }

    func begin(_ stage: String, total: Int, unit: String) {}
    func advance(by steps: Int) {}
    func end() {}
    func warn(_ message: String) { messages.withLock { $0.append(message) } }
  }

  private let folder: TemporaryFolder
  private let told = Told()

  init() throws { folder = try TemporaryFolder() }

  private func staging(_ configuration: String = "one", isAlone: Bool = true) throws -> Staging {
    let staging = Staging(output: folder.path, configurationDigest: configuration, isAlone: isAlone)
    try staging.open(progress: told)
    return staging
  }

  private func write(_ number: Int, of plan: String, _ staging: Staging) throws -> String {
    try staging.write(number, of: plan, BlockSummary(), outputs: [])
  }

  private let plan = String(repeating: "a", count: 64)
  private let otherPlan = String(repeating: "b", count: 64)

  @Test("finished blocks of the same plan are reused without a message")
  func takeOver() throws {
    let first = try staging()
    #expect(try first.finishedBlocks(of: plan, progress: told).isEmpty)
    let path = try write(3, of: plan, first)
    try AtomicFile.write("", to: first.path + "/notes.txt")
    let blocks = try staging().finishedBlocks(of: plan, progress: told)
    #expect(blocks.keys.sorted() == [3])
    #expect(blocks[3]?.path == path)
    #expect(try SpilledBlock.summary(at: path, digest: #require(blocks[3]?.digest)).samples.isEmpty)
    #expect(told.count == 0)
    try first.remove()
    #expect(!Folder.exists(first.path))
  }

  @Test("blocks of another plan are never reused, and removed only if no other run can be writing them")
  func blocksOfOtherPlan() throws {
    let path = try write(3, of: otherPlan, staging())
    #expect(try staging(isAlone: false).finishedBlocks(of: plan, progress: told).isEmpty)
    #expect(Folder.exists(path) && told.count == 0)
    #expect(try staging().finishedBlocks(of: plan, progress: told).isEmpty)
    #expect(!Folder.exists(path))
    #expect(
      told.last.hasSuffix("is from other input files, or from files that have changed since; it starts over."),
      "\(told.last)")
  }

  @Test("blocks of another configuration are left alone, with 73; without blocks nothing is protected")
  func otherConfiguration() throws {
    let first = try staging()
    _ = try staging("two")
    _ = try write(0, of: plan, first)
    let error = #expect(throws: DataError.self) { try staging() }
    #expect(error?.code == .cannotCreate)
    #expect(try staging("two").finishedBlocks(of: plan, progress: told).count == 1)
  }

  @Test(
    "work left by another version is restarted, with a message",
    arguments: [
      ("staging.json", "\"0.1.0\"", "\"0.0.9\"", "version 0.0.9 (arithmetic 1)"),
      ("staging.json", "\"arithmetic\": 1", "\"arithmetic\": 0", "version 0.1.0 (arithmetic 0)"),
      ("staging.json", "msa-staging/3", "msa-staging/4", "another staging format (msa-staging/4)"),
      ("staging.json", "{", "{{", "another version"),
    ])
  func otherVersion(file: String, old: String, new: String, named: String) throws {
    let first = try staging()
    let path = try write(0, of: plan, first)
    let state = first.path + "/" + file
    let text = String(decoding: try InputFile.contents(of: state, limit: 1000), as: UTF8.self)
    #expect(text.contains(old))
    try AtomicFile.write(text.replacing(old, with: new, maxReplacements: 1), to: state)
    _ = try staging()
    #expect(!Folder.exists(path))
    #expect(told.count == 1 && told.last.contains(named), "\(told.last)")
    #expect(told.last.hasSuffix("it starts over."))
  }

  @Test("work of version 0.1.0, whose folder did not name its writer, is restarted")
  func namelessVersion() throws {
    _ = try folder.write(".staging-note", [])
    try Folder.make(folder.file(".staging"))
    try AtomicFile.write(plan, to: folder.file(".staging/plan.sha256"))
    _ = try staging()
    #expect(try Folder.names(in: folder.file(".staging")) == ["staging.json"])
    #expect(told.count == 1)
  }
}
