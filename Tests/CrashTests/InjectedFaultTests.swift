import Foundation
import Storage
import Testing
import TestSupport

/// Faults that `strace` injects into system calls: death at a given sync, rename or write, and a disk that fills up.
@Suite(.serialized, .enabled(if: Folder.exists("/usr/bin/strace"), "strace is not installed"))
struct InjectedFaultTests {
  private func corpus(in folder: borrowing TemporaryFolder) throws -> String {
    let corpus = folder.file("corpus")
    let outcome = try Program.prep.run("sample", "mosei", "--out", corpus, "--videos", "12", "--seconds", "8", "-q")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return corpus
  }

  private func arguments(_ corpus: String, _ out: String) -> [String] {
    ["mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--out", out, "--threads", "1", "-q"]
  }

  @Test(
    "death at a system call leaves a folder that a rerun completes to the same bytes",
    arguments: ["fsync", "rename", "write"].flatMap { call in [1, 2, 3, 5, 8, 12].map { (call, $0) } })
  func death(call: String, number: Int) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(in: folder)
    let (out, reference) = (folder.file("out"), folder.file("reference"))
    #expect(try Program.prep.run(arguments(corpus, reference)).status == 0)
    let killed = try Program.prep.run(
      arguments(corpus, out), under: ["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(call):signal=SIGKILL:when=\(number)"])
    if killed.status != 0 { #expect(!Folder.exists(out + "/manifest.json") || call != "write") }
    let rerun = try Program.prep.run(arguments(corpus, out))
    #expect(rerun.status == 0, "\(rerun.errors)")
    for name in ["manifest.json", "samples.jsonl", "scalers.safetensors", "report.json", "report.html", "croissant.json"] {
      #expect(
        try SHA256.hexDigest(ofFile: out + "/" + name).digest == SHA256.hexDigest(ofFile: reference + "/" + name).digest, "\(name)")
    }
    #expect(try Program.prep.run("verify", out).status == 0)
  }

  @Test("a full disk ends with 74, says so in one line, and a rerun completes", arguments: [4, 9, 17])
  func fullDisk(number: Int) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(in: folder)
    let out = folder.file("out")
    let full = try Program.prep.run(
      arguments(corpus, out), under: ["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=write", "-e", "inject=write:error=ENOSPC:when=\(number)"])
    #expect(full.status == 74)
    #expect(full.message.contains("the disk is full"))
    #expect(!full.message.contains("\n"))
    #expect(!Folder.exists(out + "/manifest.json"))
    #expect(try Program.prep.run(arguments(corpus, out)).status == 0)
  }
}
