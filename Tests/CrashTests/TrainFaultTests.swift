import Digests
import Files
import Foundation
import Testing
import TestSupport

/// The same faults in msa-train: whatever a run leaves behind can be resumed, and gives the same bytes.
@Suite(.serialized, .enabled(if: Folder.exists("/usr/bin/strace"), "strace is not installed"))
struct TrainFaultTests {
  /// The digests of the output of a run without faults, by file name.
  private static let expected = Result {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    #expect(try Program.train.run(arguments(prepared, folder.file("out"))).status == 0)
    return try digests(of: folder.file("out"))
  }

  private static func digests(of run: String) throws -> [String: String] {
    let names = ["best.safetensors", "predictions.csv", "model.onnx"]
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try SHA256.hexDigest(ofFile: run + "/" + $0).digest) })
  }

  private static func arguments(_ prepared: String, _ out: String) -> [String] {
    ["--shards", prepared, "--out", out, "--epochs", "3", "--threads", "1", "-q"]
  }

  private func strace(_ call: String, _ fault: String, at number: Int) -> [String] {
    [
      "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
      "inject=\(call):\(fault):when=\(number)",
    ]
  }

  /// Finishes what a fault interrupted, and compares it with an undisturbed run.
  private func finish(_ prepared: String, _ out: String) throws {
    #expect(!Folder.exists(out + "/results.json"))
    let resumes = Folder.exists(out + "/last.safetensors")
    let rerun = try Program.train.run(Self.arguments(prepared, out) + (resumes ? ["--resume"] : []))
    #expect(rerun.status == 0, "\(rerun.errors)")
    #expect(try Self.digests(of: out) == Self.expected.get())
  }

  @Test(
    "a kill at a system call leaves a run that --resume completes to the same bytes",
    arguments: ["fsync", "rename", "write"].flatMap { call in [1, 2, 4, 7].map { (call, $0) } })
  func death(call: String, number: Int) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let out = folder.file("out")
    let killed = try Program.train.run(Self.arguments(prepared, out), under: strace(call, "signal=SIGKILL", at: number))
    #expect(killed.status != 0)
    try finish(prepared, out)
  }

  @Test("a full disk ends with 74 and one line, and --resume completes the run", arguments: [2, 5, 9])
  func fullDisk(number: Int) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let out = folder.file("out")
    let full = try Program.train.run(Self.arguments(prepared, out), under: strace("write", "error=ENOSPC", at: number))
    #expect(full.status == 74)
    #expect(full.message.contains("the disk is full"))
    #expect(!full.message.contains("\n"))
    try finish(prepared, out)
  }

  /// The writes and syncs of TensorBoard's file among all calls of a run, each with its number from 1.
  private func logCalls(_ prepared: String, _ folder: borrowing TemporaryFolder) throws -> [(name: String, number: Int)]
  {
    let traced = try Program.train.run(
      Self.arguments(prepared, folder.file("traced")),
      under: ["/usr/bin/strace", "-qq", "-y", "-s", "0", "-o", folder.file("log"), "-e", "trace=write,fsync"])
    #expect(traced.status == 0, "\(traced.errors)")
    var counts: [String: Int] = [:]
    return try String(contentsOfFile: folder.file("log"), encoding: .utf8).split(separator: "\n").compactMap { line in
      guard let match = line.firstMatch(of: /^(write|fsync)\(\d+<([^>]+)>/) else { return nil }
      let name = String(match.1)
      counts[name, default: 0] += 1
      return match.2.contains("/events.out.tfevents.") ? (name, counts[name, default: 0]) : nil
    }
  }

  @Test("a failing disk at any call on TensorBoard's file ends with 74 and one line, and --resume completes the run")
  func log() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let calls = try logCalls(prepared, folder)
    // The header, three epochs and the test, all but the header synced.
    #expect(calls.map(\.name) == ["write"] + Array(repeating: ["write", "fsync"], count: 4).flatMap { $0 })
    for (name, number) in calls {
      let out = folder.file("\(name)-\(number)")
      let error = name == "write" ? "ENOSPC" : "EIO"
      let failed = try Program.train.run(
        Self.arguments(prepared, out), under: strace(name, "error=\(error)", at: number))
      #expect(failed.status == 74)
      #expect(failed.message.hasPrefix("msa-train: error: \(out)/events.out.tfevents."))
      let problem = name == "write" ? "the disk is full while writing it" : "Input/output error while syncing it"
      #expect(failed.message.contains(".msa-train: \(problem)"), "\(failed.errors)")
      #expect(!failed.message.contains("\n"))
      #expect(!Folder.exists(out + "/results.json"))
      if number == calls.last(where: { $0.name == name })?.number { try finish(prepared, out) }
    }
  }
}
