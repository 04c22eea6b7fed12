import Corpora
import Files
import Samples
import Shards
import Text
import Workers

/// The folder for finished work while the prepared folder is unfinished: `.staging/` inside it.
///
/// `staging.json` says which version made it, and for which configuration. A block is `block-12.<plan>.<digest>.spill`,
/// an ingest names the input that it was made from: a run takes over only what belongs to its own plan, whoever else
/// writes there.
struct Staging: Sendable {
  /// The folder's path.
  let path: String
  private let configurationDigest: String
  /// Whether no other run writes there.
  private let isAlone: Bool

  /// The folder's name inside the prepared folder.
  static let folderName = ".staging"

  private static let format = "msa-staging/3"
  private static let stateFile = "staging.json"
  private static let blockSuffix = ".spill"
  /// The digits of the plan's digest in the name of a block.
  private static let planDigits = 16

  /// - Parameters:
  ///   - output: the prepared folder.
  ///   - configurationDigest: SHA-256 of the configuration.
  ///   - isAlone: whether what belongs to other plans may be removed.
  init(output: String, configurationDigest: String, isAlone: Bool) {
    path = output + "/" + Self.folderName
    self.configurationDigest = configurationDigest
    self.isAlone = isAlone
  }

  /// Makes the folder, or takes over what an earlier run of the same configuration left. What another version left is
  /// removed, with a message.
  ///
  /// - Throws: `DataError` 73 when the blocks there belong to another configuration.
  func open(progress: any ProgressSink) throws {
    try Folder.refuseLink(path)
    if let maker = try otherMaker() {
      progress.warn(
        "\(path): the unfinished work there is from \(maker), and this is version \(Self.version); it starts over.")
      try Folder.remove(path)
    }
    try NodeKind.requireFolder(path, advice: "Remove it, or choose another --out.")
    try Folder.make(path)
    if isAlone { try removeTemporaries() }
    let file = path + "/" + Self.stateFile
    let state = try Folder.entry(at: file) != nil ? JSONValue(contentsOf: file) : nil
    if state?["config_sha256"]?.text == configurationDigest { return }
    if try state != nil && Folder.names(in: path).contains(where: { $0.hasSuffix(Self.blockSuffix) }) {
      throw DataError(
        .cannotCreate, file: path, "holds an unfinished run of another configuration",
        expected: "an unfinished run of this one", advice: "Choose another --out, or add --overwrite to start over.")
    }
    let own: JSONValue = [
      "format": .string(Self.format), "arithmetic": .integer(Manifest.ownArithmetic),
      "tool_version": .string(ToolVersion.current), "config_sha256": .string(configurationDigest),
    ]
    try AtomicFile.write(own.prettyText, to: file)
  }

  private static var version: String { "\(ToolVersion.current) (arithmetic \(Manifest.ownArithmetic))" }

  /// Which other version made what is there; nil if nothing is there, or this version made it.
  private func otherMaker() throws -> String? {
    guard try Folder.entry(at: path) == .folder else { return nil }
    let names = try Folder.names(in: path).filter { TemporaryName.finalName(of: $0) == nil }
    guard names.contains(Self.stateFile) else { return names.isEmpty ? nil : "another version" }
    try NodeKind.requireReplaceable(path + "/" + Self.stateFile)
    let state: JSONValue
    do {
      state = try JSONValue(contentsOf: path + "/" + Self.stateFile)
    } catch let error as DataError where error.code == .badData {
      return "another version"
    }
    let version = state["tool_version"]?.text ?? "unknown"
    let arithmetic = state["arithmetic"]?.count ?? 0
    if version != ToolVersion.current || arithmetic != Manifest.ownArithmetic {
      return "version \(version) (arithmetic \(arithmetic))"
    }
    let format = state["format"]?.text ?? "unknown"
    return format == Self.format ? nil : "a version with another staging format (\(format))"
  }

  /// The finished blocks of a plan that are there, by number; those of another plan are removed, with a message.
  ///
  /// - Parameter plan: SHA-256 of all that decides the blocks' contents.
  func finishedBlocks(of plan: String, progress: any ProgressSink) throws -> [Int: (path: String, digest: String)] {
    var blocks: [Int: (path: String, digest: String)] = [:]
    var others: [String] = []
    for name in try Folder.names(in: path) where name.hasSuffix(Self.blockSuffix) {
      let parts = name.split(separator: ".")
      if parts.count == 4, parts[0].hasPrefix("block-"), parts[1] == plan.prefix(Self.planDigits),
        let number = Int(parts[0].dropFirst(6))
      {
        blocks[number] = (path + "/" + name, String(parts[2]))
      } else {
        others.append(name)
      }
    }
    try workFolder(progress: progress).discard(others)
    return blocks
  }

  /// The folder as a corpus sees it.
  func workFolder(progress: any ProgressSink) -> WorkFolder {
    WorkFolder(path: path, arithmetic: Manifest.ownArithmetic, isAlone: isAlone, progress: progress)
  }

  private func removeTemporaries() throws {
    for name in try Folder.names(in: path) where TemporaryName.finalName(of: name) != nil {
      try Folder.remove(path + "/" + name)
    }
  }

  /// Writes a finished block and returns its path.
  func write(
    _ number: Int, of plan: String, _ summary: BlockSummary, outputs: [ModalityOutput]
  ) throws -> String {
    let start = path + "/block-\(number)."
    return try SpillFile.write(summary, outputs: outputs, to: start + "spill") { digest in
      start + plan.prefix(Self.planDigits) + "." + digest + Self.blockSuffix
    }
  }

  /// Removes the folder.
  func remove() throws { try Folder.remove(path) }

  /// Removes the folder where nothing is finished in it: there is nothing to go on with.
  func removeUnused() throws {
    if isAlone, try Folder.entry(at: path) == .folder, try !Folder.isLink(path),
      try Folder.names(in: path) == [Self.stateFile]
    {
      try remove()
    }
  }
}
