import Storage
import Testing
import TestSupport

/// A tiny corpus, the bytes that a run without trouble makes of it, and a folder for runs with trouble.
final class CrashBench {
  let folder: TemporaryFolder
  /// Where runs with trouble write.
  let out: String
  private let corpus: String
  private let expected: [String: String]

  /// - Parameter corpus: the input; nil for a `TinyCorpus`.
  init(corpus: String? = nil) throws {
    folder = try TemporaryFolder()
    self.corpus = try corpus ?? TinyCorpus().write(to: folder.file("corpus"))
    out = folder.file("out")
    let reference = folder.file("reference")
    let outcome = try Program.prep.run(Self.arguments(self.corpus, reference))
    if outcome.status != 0 { throw DataError(.internalBug, outcome.message) }
    expected = try Self.digests(reference)
  }

  /// The command line of a run. One thread: its system calls then come in one order, all from the main thread.
  var arguments: [String] { Self.arguments(corpus, out) }

  /// Whether nothing looks complete: no manifest.
  var isUnfinished: Bool { !Folder.exists(out + "/manifest.json") }

  /// Runs without trouble and compares every file of the folder with the reference.
  func completes(_ comment: String) throws {
    let rerun = try Program.prep.run(arguments)
    #expect(rerun.status == 0, "\(comment): \(rerun.errors)")
    #expect(try Self.digests(out) == expected, "\(comment)")
  }

  private static func arguments(_ corpus: String, _ out: String) -> [String] {
    ["mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--out", out, "--threads", "1", "-q"]
  }

  /// The digest of every file of a folder, hidden ones too, by name.
  private static func digests(_ folder: String) throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try Folder.names(in: folder) {
      let path = folder + "/" + name
      if Folder.isFolder(path) {
        digests[name + "/"] = "folder"
        for (inner, digest) in try Self.digests(path) { digests[name + "/" + inner] = digest }
      } else {
        digests[name] = try SHA256.hexDigest(ofFile: path).digest
      }
    }
    return digests
  }
}
