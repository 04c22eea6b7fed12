import Digests
import Files
import Testing
import TestSupport
import Text

/// A corpus, the bytes that an undisturbed run makes of it, and a folder for disturbed runs.
final class CrashBench {
  let folder: TemporaryFolder
  /// The output of disturbed runs.
  let out: String
  /// The command line without `--out`.
  private let command: [String]
  private let expected: [String: String]

  /// A run on a `TinyCorpus` with so little memory that every block is spilled.
  convenience init() throws {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    try self.init(folder, Self.mosei(corpus, memory: "4096"))
  }

  /// A run on the `SampleCorpus` with so little memory that some blocks are spilled and others kept.
  convenience init(sample corpus: String) throws {
    try self.init(try TemporaryFolder(), Self.mosei(corpus, memory: "4M"))
  }

  private static func mosei(_ corpus: String, memory: String) -> [String] {
    ["mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--memory", memory]
  }

  /// A run on a release of IEMOCAP.
  convenience init(release: TinyRelease) throws {
    let folder = try TemporaryFolder()
    let root = try release.write(to: folder.file("release"))
    try self.init(folder, ["iemocap", "--root", root])
  }

  private init(_ folder: consuming TemporaryFolder, _ command: [String]) throws {
    self.folder = folder
    self.command = command + ["--threads", "1", "-q"]
    out = self.folder.file("out")
    let reference = self.folder.file("reference")
    let outcome = try Program.prep.run(self.command + ["--out", reference])
    if outcome.status != 0 { throw DataError(.internalBug, outcome.message) }
    expected = try Self.digests(reference)
  }

  /// The command line of a run. With one thread, its system calls come in one order, all from the main thread.
  var arguments: [String] { command + ["--out", out] }

  /// Runs under a tracer that makes a system call fail.
  func run(under tracer: [String]) throws -> Program.Outcome {
    try Program.prep.run(arguments, environment: SystemCall.environment, under: tracer)
  }

  /// Whether nothing looks complete: there is no manifest.
  var isUnfinished: Bool { !Folder.exists(out + "/manifest.json") }

  /// Runs undisturbed and compares every file of the folder with the reference.
  func completes(_ comment: String) throws {
    let rerun = try Program.prep.run(arguments)
    #expect(rerun.status == 0, "\(comment): \(rerun.errors)")
    #expect(try Self.digests(out) == expected, "\(comment)")
  }

  /// The digest of every file of a folder, hidden ones included, by name.
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
