import Files
import Text

/// What an ingest found besides rows, as a document beside their store.
protocol IngestIndex: Sendable {
  /// The document; `init(json:)` gives it back.
  var json: JSONValue { get }

  /// Reads what `json` wrote; nil when it is something else.
  init?(json: JSONValue)
}

/// What an ingest leaves in the staging folder for the rest of the run, and for a run that resumes after an interrupt.
///
/// `sequences-<identity>-<digest>.bin` holds the rows and `ingest-<identity>.json` everything else, with what it was
/// made from and the name of the former; it is written last. An ingest that was interrupted starts again.
struct IngestStage<Found: IngestIndex> {
  /// SHA-256 of everything that decides what an ingest finds.
  let identity: String
  private let folder: String
  /// What the names of its files begin with; nothing for the corpus itself.
  private let prefix: String

  private static var format: String { "msa-ingest/2" }
  /// A full release has 5 MB.
  private static var largestIndex: Int { 1 << 28 }

  /// - Parameters:
  ///   - folder: the staging folder.
  ///   - prefix: tells the files of several ingests of one run apart; empty for that of the corpus.
  init(folder: String, identity: String, prefix: String = "") {
    self.folder = folder
    self.identity = identity
    self.prefix = prefix
  }

  private static var namedDigits: Int { 16 }
  private var suffix: String { "-" + identity.prefix(Self.namedDigits) }

  /// The name of the file of rows in messages, before it has its final name.
  var storePath: String { folder + "/" + prefix + "sequences" + suffix + Self.storeSuffix }

  /// The path of the file of rows with a digest.
  func storePath(of digest: String) -> String {
    folder + "/" + prefix + "sequences" + suffix + "-" + digest + Self.storeSuffix
  }

  private static var storeSuffix: String { ".bin" }
  private var indexPath: String { folder + "/" + prefix + "ingest" + suffix + ".json" }

  /// Removes what earlier runs ingested from other input.
  ///
  /// - Throws: `DataError` when something cannot be removed.
  func discardOthers(in folder: WorkFolder) throws {
    let names = try Folder.names(in: folder.path).filter(isIngest)
    try folder.discard(names.filter { !isOwn($0) })
    // Left by another order of the rows whose index was never written.
    try folder.remove(names.filter(isOwn))
  }

  /// Whether a file of the staging folder belongs to any ingest of this kind.
  private func isIngest(_ name: String) -> Bool {
    name.hasPrefix(prefix + "sequences-") && name.hasSuffix(Self.storeSuffix)
      || name.hasPrefix(prefix + "ingest-") && name.hasSuffix(".json")
  }

  /// Whether a file of the staging folder belongs to this ingest.
  func isOwn(_ name: String) -> Bool {
    folder + "/" + name == indexPath
      || name.hasPrefix(prefix + "sequences" + suffix + "-") && name.hasSuffix(Self.storeSuffix)
  }

  /// What an earlier run ingested from the same input, and the path of its rows; nil if there is none.
  func finished() throws -> (found: Found, store: String)? {
    guard try Folder.entry(at: indexPath) != nil else { return nil }
    let index = try JSONValue(contentsOf: indexPath, limit: Self.largestIndex)
    guard index["format"]?.text == Self.format, index["identity"]?.text == identity,
      let name = index["store"]?.text, isOwn(name), !name.contains("/"),
      try Folder.entry(at: folder + "/" + name) != nil
    else { return nil }
    return index["release"].flatMap(Found.init(json:)).map { ($0, folder + "/" + name) }
  }

  /// Keeps what was ingested.
  ///
  /// - Parameter store: the path of its complete rows.
  func finish(_ found: Found, store: String) throws {
    let index: JSONValue = [
      "format": .string(Self.format), "identity": .string(identity), "store": .string(Folder.name(of: store)),
      "release": found.json,
    ]
    try AtomicFile.write(index.canonicalText, to: indexPath)
  }
}
