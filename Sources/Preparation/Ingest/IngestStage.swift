import Storage

/// What an ingest leaves in the staging folder for the rest of the run, and for a run that goes on after an interrupt.
///
/// `sequences-<identity>.bin` holds the rows and `ingest-<identity>.json` all else, with what it was made of; the latter is
/// written last. An ingest that was interrupted starts again.
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

  private static let namedDigits = 16
  private var suffix: String { "-" + identity.prefix(Self.namedDigits) }

  /// Where the rows are.
  var storePath: String { folder + "/sequences" + suffix + ".bin" }
  private var indexPath: String { folder + "/ingest" + suffix + ".json" }

  /// Whether a file of the staging folder belongs to any ingest.
  static func isIngest(_ name: String) -> Bool {
    name.hasPrefix("sequences-") && name.hasSuffix(".bin") || name.hasPrefix("ingest-") && name.hasSuffix(".json")
  }

  /// What an earlier run ingested of the same input; nil where there is nothing of the kind.
  func finished() throws -> IngestedRelease? {
    guard try Folder.entry(at: indexPath) != nil, try Folder.entry(at: storePath) != nil else { return nil }
    let index = try JSONValue(contentsOf: indexPath, limit: Self.largestIndex)
    guard index["identity"]?.text == identity else { return nil }
    return index["release"].flatMap(IngestedRelease.init(json:))
  }

  /// Keeps what was ingested; the store must be complete.
  func finish(_ release: IngestedRelease) throws {
    let index: JSONValue = ["format": .string(Self.format), "identity": .string(identity), "release": release.json]
    try AtomicFile.write(index.canonicalText, to: indexPath)
  }
}
