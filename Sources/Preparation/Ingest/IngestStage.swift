import Storage

/// What an ingest leaves in the staging folder for the rest of the run, and for a run that goes on after an interrupt.
///
/// `sequences.bin` holds the rows and `ingest.json` all else, with what it was made of; the latter is written last. An
/// ingest that was interrupted starts again.
struct IngestStage {
  /// SHA-256 of all that decides what an ingest finds.
  let identity: String
  private let folder: String

  private static let format = "msa-ingest/1"
  /// A full release has 5 MB.
  private static let largestIndex = 1 << 28

  /// - Parameter folder: the staging folder.
  init(folder: String, identity: String) {
    self.folder = folder
    self.identity = identity
  }

  /// Where the rows are.
  var storePath: String { folder + "/sequences.bin" }
  private var indexPath: String { folder + "/ingest.json" }

  /// What an earlier run ingested of the same input; nil where there is nothing of the kind.
  ///
  /// - Throws: `DataError` 73 when the folder holds blocks that were made of another input.
  func finished() throws -> IngestedRelease? {
    if Folder.exists(indexPath), Folder.exists(storePath) {
      let index = try JSONValue(contentsOf: indexPath, limit: Self.largestIndex)
      if index["identity"]?.text == identity, let release = index["release"].flatMap(IngestedRelease.init(json:)) {
        return release
      }
    }
    if try Folder.names(in: folder).contains(where: { $0.hasSuffix(".spill") }) {
      throw DataError(
        .cannotCreate, file: folder, "holds an unfinished run of another configuration or of other input files",
        expected: "an unfinished run of this one", advice: "Choose another --out, or add --overwrite to start over.")
    }
    for path in [indexPath, storePath] { try Folder.remove(path) }
    return nil
  }

  /// Keeps what was ingested; the store must be complete.
  func finish(_ release: IngestedRelease) throws {
    let index: JSONValue = ["format": .string(Self.format), "identity": .string(identity), "release": release.json]
    try AtomicFile.write(index.canonicalText, to: indexPath)
  }
}
