import Digests
import Files
import Testing
import TestSupport

/// A tiny corpus with one defect, and what `msa-prep mosei` says about it.
struct BadInput: Sendable, CustomTestStringConvertible {
  /// The defect.
  let name: String
  /// The exit status.
  let status: Int32
  /// The whole message, with `DIR` for the folder that holds everything.
  let message: String
  /// Arguments in addition to --root, --out and -q, with `DIR` as above.
  let arguments: [String]
  private let change: @Sendable (inout TinyCorpus) -> Void
  private let damage: @Sendable (_ root: String) throws -> Void

  static let folds = ["--folds", "DIR/corpus/folds.json"]

  /// - Parameters:
  ///   - change: applied to the corpus before it is written.
  ///   - damage: applied to the written files.
  init(
    _ name: String, _ status: Int32, _ message: String, arguments: [String] = folds,
    change: @escaping @Sendable (inout TinyCorpus) -> Void = { _ in },
    damage: @escaping @Sendable (_ root: String) throws -> Void = { _ in }
  ) {
    (self.name, self.status, self.message, self.arguments) = (name, status, message, arguments)
    (self.change, self.damage) = (change, damage)
  }

  /// An intact corpus whose files are then damaged.
  static func damaged(
    _ name: String, _ status: Int32, _ message: String, arguments: [String] = folds,
    damage: @escaping @Sendable (_ root: String) throws -> Void
  ) -> BadInput {
    BadInput(name, status, message, arguments: arguments, damage: damage)
  }

  var testDescription: String { name }

  /// Runs the program and checks the status, the one line, and that nothing looks complete.
  func check() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    change(&corpus)
    let root = try corpus.write(to: folder.file("corpus"))
    try damage(root)
    let out = folder.file("out")
    let outcome = try Program.prep.run(
      ["mosei", "--root", root, "--out", out, "-q"] + arguments.map { $0.replacing("DIR", with: folder.path) })
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.replacing(folder.path, with: "DIR") == "msa-prep: error: " + message + "\n")
    #expect(!message.contains("\n"))
    #expect(try leftovers(in: out).isEmpty)
    #expect(try leftovers(in: root).isEmpty)
  }
}

/// What a failed run must not leave behind: a manifest, a lock, or a temporary file.
func leftovers(in folder: String) throws -> [String] {
  guard Folder.isFolder(folder) else { return [] }
  return try files(in: folder).filter {
    $0.hasSuffix(AtomicFile.temporarySuffix) || $0.hasSuffix(FolderLock.name) || $0 == "manifest.json"
  }
}

/// The paths of all files below a folder, relative to it and sorted.
func files(in folder: String) throws -> [String] {
  try Folder.names(in: folder).flatMap { name -> [String] in
    let path = folder + "/" + name
    return Folder.isFolder(path) ? try files(in: path).map { name + "/" + $0 } : [name]
  }
}

/// The other content of a prepared folder: the times of its input files, which are left out of comparisons.
let stateFile = ".state.json"

/// The digest of every file below a folder that is compared, by path.
func digests(_ folder: String) throws -> [String: String] {
  var digests: [String: String] = [:]
  for file in try files(in: folder) where file != stateFile {
    digests[file] = try SHA256.hexDigest(ofFile: folder + "/" + file).digest
  }
  return digests
}
