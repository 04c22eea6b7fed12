import Files
import Testing
import TestSupport

/// Faults that `strace` injects into every system call that writes, syncs or renames an output file.
///
/// Each attempt continues from what the previous one left, so it is also the rerun after a fault: it has to get past
/// the call at which the last attempt ended before it reaches its own.
@Suite(.enabled(if: Folder.exists(SystemCall.strace), "strace is not installed"))
struct InjectedFaultTests {
  /// All calls of a run into `bench.out`, which is removed afterwards.
  private func calls(_ bench: CrashBench) throws -> [SystemCall] {
    let calls = try SystemCall.calls(of: bench.arguments, below: bench.out, log: bench.folder.file("log"))
    try Folder.remove(bench.out)
    // Blocks, shards, and nine files: far fewer would mean that the log was misread.
    try #require(calls.count > 40)
    return calls
  }

  @Test("a full disk at any call ends with 74 and one line; the rerun continues and gives the same bytes")
  func fullDisk() throws {
    let bench = try CrashBench()
    for call in try calls(bench) {
      let full = try bench.run(under: call.injecting("error=ENOSPC"))
      #expect(full.status == 74, "\(call): \(full.errors)")
      #expect(full.message.contains("the disk is full while "), "\(call): \(full.errors)")
      #expect(full.message.hasPrefix("msa-prep: error: \(bench.out)"), "\(call): \(full.errors)")
      #expect(full.errors.split(separator: "\n").count == 1, "\(call): \(full.errors)")
      // Only the sync of the folder comes after the manifest has its name.
      #expect(bench.isUnfinished || call.path == bench.out, "\(call)")
    }
    try bench.completes("after the last fault")
  }

  @Test("a kill at any call leaves a folder that the rerun completes to the same bytes")
  func death() throws {
    let bench = try CrashBench()
    for call in try calls(bench) {
      let killed = try bench.run(under: call.injecting("signal=SIGKILL"))
      #expect(killed.status != 0, "\(call)")
      let isSealing = call.path.hasSuffix(SystemCall.temporaryName(of: "manifest.json"))
      #expect(bench.isUnfinished || call.path == bench.out || isSealing, "\(call)")
    }
    try bench.completes("after the last death")
  }

  @Test("an interrupt at any call that writes a block ends with 130 and says how to continue; the rerun completes")
  func interrupt() throws {
    let bench = try CrashBench()
    for call in try calls(bench) where call.path.contains("/.staging/") && call.name != "write" {
      // A run that continues after an interrupt has finished the call, so it would not occur again.
      try Folder.remove(bench.out)
      let stopped = try bench.run(under: call.injecting("signal=SIGINT"))
      #expect(stopped.status == 130, "\(call): \(stopped.errors)")
      #expect(stopped.message.hasPrefix("msa-prep: error: interrupted. To continue, run: /"), "\(call)")
      #expect(bench.isUnfinished, "\(call)")
    }
    try bench.completes("after the last interrupt")
  }

  @Test("blocks torn by a power cut are written again", arguments: [0.0, 0.5, 1])
  func tornBlocks(share: Double) throws {
    let bench = try CrashBench()
    let shard = bench.out + "/shards/" + SystemCall.temporaryName(of: "train-00000.safetensors")
    let fault = SystemCall(name: "write", path: shard, number: 1)
    #expect(try bench.run(under: fault.injecting("error=ENOSPC")).status == 74)
    let blocks = try Folder.names(in: bench.out + "/.staging").filter { $0.hasSuffix(".spill") }
    #expect(blocks.count == 3)
    for name in blocks {
      let path = bench.out + "/.staging/" + name
      let whole = try InputFile.contents(of: path, limit: 1 << 24)
      var file = try AtomicFile(path: path)
      try file.write(Array(whole[..<min(whole.count - 1, Int(share * Double(whole.count)))]))
      try file.commit()
    }
    try bench.completes("blocks cut to \(share) of their size")
  }

  /// The calls that write an ingest's output; each attempt starts anew, because a finished ingest no longer makes any.
  private func ingestCalls(_ bench: CrashBench) throws -> [SystemCall] {
    let calls = try calls(bench).filter { $0.path.contains("ingest-") || $0.path.contains("sequences-") }
    try #require(calls.count >= 6)
    return calls
  }

  @Test("a release: a kill at any call of the ingest leaves a folder that the rerun completes to the same bytes")
  func ingestDeath() throws {
    let bench = try CrashBench(release: TinyRelease())
    for call in try ingestCalls(bench) {
      try Folder.remove(bench.out)
      let killed = try bench.run(under: call.injecting("signal=SIGKILL"))
      #expect(killed.status != 0, "\(call)")
      #expect(bench.isUnfinished, "\(call)")
      try bench.completes("\(call)")
    }
  }

  @Test("a release: a full disk at any call of the ingest ends with 74; the rerun gives the same bytes")
  func ingestFullDisk() throws {
    let bench = try CrashBench(release: TinyRelease())
    for call in try ingestCalls(bench) {
      try Folder.remove(bench.out)
      let full = try bench.run(under: call.injecting("error=ENOSPC"))
      #expect(full.status == 74, "\(call): \(full.errors)")
      #expect(bench.isUnfinished, "\(call)")
    }
    try bench.completes("after the last fault")
  }
}
