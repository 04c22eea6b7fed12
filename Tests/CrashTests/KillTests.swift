import Foundation
import Storage
import Testing
import TestSupport

/// Kills a run at many moments; a plain rerun must give the same bytes as a run that was never killed.
struct KillTests {
  @Test("a run killed at any of twenty random moments and started again gives the same bytes")
  func kills() throws {
    let bench = try CrashBench(sample: SampleCorpus.path())
    let start = Date()
    try bench.completes("without a kill")
    var duration = Date().timeIntervalSince(start)
    var random = SystemRandomNumberGenerator()
    var killed = 0
    for number in 1...20 {
      try Folder.remove(bench.out)
      let moment = Double.random(in: 0..<1, using: &random)
      let running = try Program.prep.start(bench.arguments)
      Thread.sleep(forTimeInterval: duration * moment)
      kill(running.process.processIdentifier, SIGKILL)
      let outcome = try running.finish()
      if outcome.status == 0 {
        // The machine is faster than it was: the run was over.
        duration *= 0.8
      } else {
        killed += 1
        #expect(outcome.status == SIGKILL)
      }
      try bench.completes("kill \(number), at \(moment) of the run")
    }
    #expect(killed > 5, "only \(killed) of 20 runs were still running")
  }

  @Test("an interrupt ends with 130, says how to go on, and leaves nothing that looks complete")
  func interrupt() throws {
    let bench = try CrashBench(sample: SampleCorpus.path())
    // The signal must come after the first file is written and before the last one is: try again where it came late.
    for _ in 0..<20 {
      try Folder.remove(bench.out)
      let running = try Program.prep.start(bench.arguments)
      while !Folder.exists(bench.out), running.process.isRunning { usleep(200) }
      kill(running.process.processIdentifier, SIGINT)
      let outcome = try running.finish()
      if outcome.status == 0 { continue }
      #expect(outcome.status == 130)
      #expect(outcome.message.hasPrefix("msa-prep: error: interrupted. To go on, run: /"), "\(outcome.errors)")
      #expect(bench.isUnfinished)
      try bench.completes("after the interrupt")
      return
    }
    Issue.record("each of 20 runs was over before its interrupt came")
  }

  @Test("an ingest that is finished is not done again")
  func ingestStays() throws {
    let bench = try CrashBench(release: TinyRelease())
    let name = SystemCall.temporaryName(of: "train-00000.safetensors")
    let shard = SystemCall(name: "write", path: bench.out + "/shards/" + name, number: 1)
    guard Folder.exists(SystemCall.strace) else { return }
    /// The store's path and time after a run that finished its ingest and nothing else.
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
