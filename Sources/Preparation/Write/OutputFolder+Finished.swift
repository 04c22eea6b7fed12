import Corpora
import Digests
import Files
import Shards
import Text
import Workers

extension OutputFolder {
  /// The outcome of the earlier run that finished the folder, if a new run would give the same bytes.
  ///
  /// - Throws: `DataError` 73 when it had another configuration, version or input, 1 when it is damaged.
  func finishedOutcome(of input: PreparationInput, progress: any ProgressSink) throws -> Preparation.Outcome {
    let manifestPath = path + "/" + Manifest.name
    let manifest = try JSONValue(contentsOf: manifestPath)
    try requireSameVersion(manifest)
    if manifest["config_sha256"]?.text != configurationDigest { throw otherRun("another configuration") }
    let manifestDigest = try SHA256.hexDigest(ofFile: manifestPath).digest
    let state = FolderState(manifestDigest: manifestDigest, inputs: input.corpus.sources)
    let isKnown = try state.isNoted(in: path)
    guard try isOf(input, manifest, readsContents: !isKnown, progress) else {
      throw otherRun("other or changed input files")
    }
    let damage = try PreparedFolder.verify(path, progress: progress)
    if let first = damage.problems.first {
      throw DataError(
        .checkFailed, file: path, "is damaged: \(first)", expected: "the files that the manifest names",
        advice: "Run again with --overwrite to make it again.")
    }
    if lock.isHeld {
      // A run that was killed right after it wrote the manifest could not remove its blocks, one without a lock its
      // temporary files.
      try removeTemporaries()
      try Folder.remove(path + "/" + Staging.folderName)
      if !isKnown { try state.write(to: path) }
    }
    return Preparation.Outcome(
      wasUpToDate: true, manifest: try Manifest(json: manifest),
      report: PreparationReport(json: try JSONValue(contentsOf: path + "/report.json")))
  }

  /// Whether the inputs have the names, sizes and contents that the manifest records.
  ///
  /// - Parameter readsContents: whether to read contents, not only names and sizes.
  private func isOf(
    _ input: PreparationInput, _ manifest: JSONValue, readsContents: Bool, _ progress: any ProgressSink
  ) throws -> Bool {
    let sources = manifest["sources"]?.elements ?? []
    let found = input.corpus.sources
    guard sources.count == found.count,
      zip(sources, found).allSatisfy({ $0["name"]?.text == $1.name && $0["bytes"]?.count == $1.byteCount })
    else { return false }
    if let names = input.labelNames, manifest["label_names"]?.elements?.map(\.text) != names {
      return false
    }
    return try !readsContents
      || input.fingerprints(progress: progress) == sources.map { $0["fingerprint"]?.text }
  }

  private func requireSameVersion(_ manifest: JSONValue) throws {
    let arithmetic = manifest["arithmetic"]?.count ?? 0
    if arithmetic == Manifest.ownArithmetic { return }
    let maker = "\(manifest["tool_version"]?.text ?? "unknown") (arithmetic \(arithmetic))"
    throw DataError(
      .cannotCreate, file: path, "holds a finished run of version \(maker), which writes different bytes",
      expected: "one of this version, \(ToolVersion.current) (arithmetic \(Manifest.ownArithmetic))",
      advice: "Choose another --out, or add --overwrite to make it again.")
  }

  private func otherRun(_ what: String) -> DataError {
    DataError(
      .cannotCreate, file: path, "holds a finished run of \(what)",
      expected: "a new folder, or one of this configuration",
      advice: "Choose another --out, or add --overwrite to replace it.")
  }
}
