import Foundation
import Storage
import Testing
import TestSupport

/// Kills a run at many moments; a plain rerun must give the same bytes as a run that was never killed.
@Suite(.serialized)
struct KillTests {
  /// The digest of every file of a prepared folder, by name.
  private func digests(_ folder: String) throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try Folder.names(in: folder) {
      let path = folder + "/" + name
      if Folder.isFolder(path) {
        for (inner, digest) in try self.digests(path) { digests[name + "/" + inner] = digest }
      } else {
        digests[name] = try SHA256.hexDigest(ofFile: path).digest
      }
    }
    return digests
  }

  private func arguments(_ corpus: String, _ out: String) -> [String] {
    ["mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--out", out, "-q"]
  }

  @Test("a run killed at any moment and started again gives the same bytes")
  func kills() throws {
    let folder = try TemporaryFolder()
    let corpus = folder.file("corpus")
    #expect(try Program.prep.run("sample", "mosei", "--out", corpus, "-q").status == 0)
    let reference = folder.file("reference")
    let start = Date()
    #expect(try Program.prep.run(arguments(corpus, reference)).status == 0)
    let duration = Date().timeIntervalSince(start)
    let expected = try digests(reference)

    for moment in 1...20 {
      let out = folder.file("out\(moment)")
      let running = try Program.prep.start(arguments(corpus, out))
      Thread.sleep(forTimeInterval: duration * Double(moment) / 20)
      kill(running.process.processIdentifier, SIGKILL)
      running.process.waitUntilExit()
      let rerun = try Program.prep.run(arguments(corpus, out))
      #expect(rerun.status == 0, "killed at \(moment)/20: \(rerun.errors)")
      #expect(try digests(out) == expected, "killed at \(moment)/20")
      try Folder.remove(out)
    }
  }

  @Test("an interrupt ends with 130, says how to go on, and leaves nothing that looks complete")
  func interrupt() throws {
    let folder = try TemporaryFolder()
    let corpus = folder.file("corpus")
    #expect(try Program.prep.run("sample", "mosei", "--out", corpus, "--videos", "60", "-q").status == 0)
    let out = folder.file("out")
    let running = try Program.prep.start(arguments(corpus, out))
    while !Folder.exists(out + "/.staging"), running.process.isRunning { Thread.sleep(forTimeInterval: 0.001) }
    kill(running.process.processIdentifier, SIGINT)
    running.process.waitUntilExit()
    #expect(running.process.terminationStatus == 130)
    #expect(!Folder.exists(out + "/manifest.json"))
    #expect(try Program.prep.run(arguments(corpus, out)).status == 0)
  }
}
