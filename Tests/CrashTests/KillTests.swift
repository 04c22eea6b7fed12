import Files
import Foundation
import Testing
import TestSupport

/// Kills a run on the larger sample corpus, with some blocks spilled and others kept, at many different places; a plain
/// rerun must give the same bytes as a run that was never killed.
@Suite(.enabled(if: Folder.exists(SystemCall.strace), "strace is not installed"))
struct KillTests {
  /// Every n-th call that writes, syncs or renames an output file, in order.
  private func calls(_ bench: CrashBench, count: Int) throws -> [SystemCall] {
    let calls = try SystemCall.calls(of: bench.arguments, below: bench.out, log: bench.folder.file("log"))
    try #require(calls.count >= 2 * count)
    return (0..<count).map { calls[(2 * $0 + 1) * calls.count / (2 * count)] }
  }

  @Test("a run that is killed at twenty different system calls and restarted gives the same bytes")
  func kills() throws {
    let bench = try CrashBench(sample: SampleCorpus.path())
    for call in try calls(bench, count: 20) {
      try Folder.remove(bench.out)
      #expect(try bench.run(under: call.injecting("signal=SIGKILL")).status == SIGKILL, "\(call)")
      let isSealing = call.path == bench.out || call.path.hasSuffix(SystemCall.temporaryName(of: "manifest.json"))
      #expect(bench.isUnfinished || isSealing, "\(call)")
      try bench.completes("\(call)")
    }
  }

  @Test("an interrupt ends with 130, says how to continue, and leaves nothing that looks complete")
  func interrupt() throws {
    let bench = try CrashBench(sample: SampleCorpus.path())
    // After the last shards there is nothing left to interrupt.
    for call in try calls(bench, count: 6).prefix(4) {
      try Folder.remove(bench.out)
      let outcome = try bench.run(under: call.injecting("signal=SIGINT"))
      #expect(outcome.status == 130, "\(call): \(outcome.errors)")
      #expect(
        outcome.message.hasPrefix("msa-prep: error: interrupted. To continue, run: /"), "\(call): \(outcome.errors)")
      #expect(bench.isUnfinished, "\(call)")
      try bench.completes("\(call)")
    }
  }

  @Test("a finished ingest is not repeated")
  func ingestStays() throws {
    let bench = try CrashBench(release: TinyRelease())
    let name = SystemCall.temporaryName(of: "train-00000.safetensors")
    let shard = SystemCall(name: "write", path: bench.out + "/shards/" + name, number: 1)
    /// The path and time of the store after a run that finished only its ingest.
    func store() throws -> (path: String, modified: Int) {
      #expect(try bench.run(under: shard.injecting("error=ENOSPC")).status == 74)
      let names = try Folder.names(in: bench.out + "/.staging").filter { $0.hasSuffix(".bin") }
      #expect(names.count == 1)
      let path = bench.out + "/.staging/" + (names.first ?? "")
      return (path, try InputFile(path: path).modified)
    }
    let first = try store()
    #expect(try store() == first)
    try bench.completes("after the second fault")
  }
}
