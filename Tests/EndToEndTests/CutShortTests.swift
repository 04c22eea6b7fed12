import Files
import Foundation
import Testing
import TestSupport

/// Shards that are truncated while they are mapped.
struct CutShortTests {
  @Test("a shard truncated during training ends with one line and 65, not a crash")
  func training() throws {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    let prepared = folder.file("prepared")
    let outcome = try Program.prep.run(
      ["mosei", "--root", corpus, "--folds", corpus + "/folds.json", "-q", "--out", prepared])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let running = try Program.train.stopped(
      ["--shards", prepared, "--model", "mult", "--epochs", "100000", "-q", "--out", folder.file("run")],
      at: folder.file("run/last.safetensors"))
    let training = try #require(running)
    for name in try Folder.names(in: prepared + "/shards") { truncate(prepared + "/shards/" + name, 0) }
    kill(training.process.processIdentifier, SIGCONT)
    let end = try training.finish()
    #expect(end.status == 65, "\(end.errors)")
    #expect(end.errors.split(separator: "\n").count == 1, "\(end.errors)")
    #expect(end.errors.hasPrefix("msa-train: error: \(prepared)/shards/"))
    #expect(end.errors.contains("was cut short while it was read"))
  }
}
