import Digests
import Files
import Shards
import Text
import Workers

/// The output folder: whether it is new, unfinished, finished, or somebody else's.
struct OutputFolder {
  /// The folder's path.
  let path: String
  /// What decides its bytes, apart from the input.
  let configuration: JSONValue
  /// Keeps other runs out, if possible.
  let lock: FolderLock

  init(_ path: String, configuration: JSONValue, lock: FolderLock) {
    self.path = path
    self.configuration = configuration
    self.lock = lock
  }

  /// SHA-256 of the canonical configuration.
  var configurationDigest: String { SHA256.hexDigest(of: configuration.canonicalText) }

  /// Whether a finished run of this program is there.
  ///
  /// - Throws: `DataError` 73 when the folder holds something else, 65 when its manifest is not a file.
  func isFinished() throws -> Bool {
    try requireOurs()
    return try Folder.entry(at: path + "/" + Manifest.name) != nil
  }

  /// Makes the folder ready to be written: empty with `overwrites`, else new or with an unfinished run in it.
  ///
  /// - Parameter keepsStaging: whether to keep what `makeStaging` made.
  /// - Throws: `DataError` 73 when the folder holds something else.
  func make(overwrites: Bool, keepsStaging: Bool = false) throws {
    try requireOurs()
    try lock.requireWritable()
    if overwrites { try removeOurFiles(butStaging: keepsStaging) }
    for name in [ShardRecord.folder, Staging.folderName] { try Folder.refuseLink(path + "/" + name) }
    try NodeKind.requireReplaceable(Self.fileNames, in: path)
    try NodeKind.requireFolder(path + "/" + ShardRecord.folder, advice: "Choose another --out.")
    if lock.isHeld {
      try removeTemporaries()
    } else {
      try removeLeftovers()
      try lock.reserve(ShardRecord.folder)
    }
    try Folder.make(path)
  }

  /// Makes the folder for unfinished work, new with `overwrites`; what an earlier run finished stays.
  ///
  /// - Throws: `DataError` 73 when the output folder holds something else.
  func makeStaging(overwrites: Bool, progress: any ProgressSink) throws -> Staging {
    try requireOurs()
    try lock.requireWritable()
    if overwrites { try staging.remove() }
    try staging.open(progress: progress)
    return staging
  }

  /// Removes what a run made that refuses its input before it has finished anything: without it, a folder that this run
  /// made goes with its lock.
  func removeUnused() throws { try staging.removeUnused() }

  private var staging: Staging {
    Staging(output: path, configurationDigest: configurationDigest, isAlone: lock.isHeld)
  }

  private func requireOurs() throws {
    if let kind = try NodeKind.at(path + "/" + Manifest.name), kind != .file {
      throw kind.refusal(of: path + "/" + Manifest.name, advice: "Choose another --out.")
    }
    if try Folder.entry(at: path) == .folder, try !isOurs() {
      throw DataError(
        .cannotCreate, file: path, "is not empty and holds no run of this program", expected: "a new or empty folder",
        advice: "Choose another --out.")
    }
  }

  /// SHA-256 of all that decides what is in the blocks.
  func planDigest(of plan: PreparationPlan) -> String {
    // An option that only lets a run continue changes no block: a run that failed without it is resumed with it.
    let permissions = plan.configuration.permissions
    let members = (configuration.members ?? [:]).filter { !permissions.contains($0.key) }
    return SHA256.hexDigest(of: JSONValue.object(["config": .object(members), "plan": plan.identity]).canonicalText)
  }

  /// Everything that a run writes, and the masks that belong to what it wrote; nothing else in the folder is touched.
  private static let ownNames = fileNames + [ShardRecord.folder, Staging.folderName, MissingMasks.folder]

  /// The files among them.
  private static let fileNames = [
    Manifest.name, "splits.json", "samples.jsonl", "scalers.safetensors", "report.json", "report.html",
    "croissant.json", FolderState.name,
  ]

  /// Whether a run writes a file of that name, the lock aside.
  static func isOwn(_ name: String) -> Bool { ownNames.contains(name) }

  /// Whether the folder is empty or a run of this program wrote what is in it: a manifest of this program, or without a
  /// manifest only what an unfinished run leaves.
  private func isOurs() throws -> Bool {
    if try Folder.entry(at: path + "/" + Manifest.name) != nil { return try PreparedFolder.isSealed(path) }
    let shards = path + "/" + ShardRecord.folder
    return try Folder.holdsOnly(path) { $0 == FolderLock.name || Self.isOwn(Self.finalName(of: $0) ?? $0) }
      && (Folder.entry(at: shards) != .folder
        || Folder.holdsOnly(shards) { Self.isShard(Self.finalName(of: $0) ?? $0) })
  }

  private static func isShard(_ name: String) -> Bool { name.hasSuffix(".safetensors") }

  /// The final name of a file that a run was writing when it was killed, also of version 0.1.0, whose temporary names were
  /// the same in every run; nil for other names.
  private static func finalName(of name: String) -> String? {
    if let name = TemporaryName.finalName(of: name) { return name }
    guard name.hasPrefix("."), name.hasSuffix(AtomicFile.temporarySuffix) else { return nil }
    return String(name.dropFirst().dropLast(AtomicFile.temporarySuffix.count))
  }

  /// Removes what killed runs left; below a link nothing is removed.
  func removeTemporaries() throws {
    let shards = path + "/" + ShardRecord.folder
    for (folder, isOwn) in [(path, Self.isOwn), (shards, Self.isShard)]
    where try Folder.entry(at: folder) == .folder && (folder == path || !Folder.isLink(folder)) {
      for name in try Folder.names(in: folder) where Self.finalName(of: name).map(isOwn) ?? false {
        try Folder.remove(folder + "/" + name)
      }
    }
  }

  /// Removes what unfinished runs left. Without a lock, one of them may be alive: it will notice.
  ///
  /// - Throws: `DataError` 73 when a run was finished meanwhile.
  private func removeLeftovers() throws {
    try requireUnsealed()
    for name in Self.ownNames where name != Staging.folderName && name != Manifest.name {
      try Folder.remove(path + "/" + name)
    }
  }

  private func removeOurFiles(butStaging keepsStaging: Bool) throws {
    // The manifest goes first: a folder without one is unfinished by definition.
    for name in Self.ownNames where !(keepsStaging && name == Staging.folderName) {
      try Folder.remove(path + "/" + name)
    }
  }
}

extension OutputFolder {
  /// Writes the manifest: the last step.
  ///
  /// Where the file system has no locks, a run of another configuration may have put its files among these; then there is
  /// no manifest afterwards.
  /// - Throws: `DataError` 73 when another run wrote into the folder at the same time.
  func seal(_ manifest: Manifest) throws {
    try requireUnsealed()
    try lock.requireUndisturbed()
    try manifest.write(to: path)
    try lock.confirm(Manifest.name)
  }

  /// An error as it is, or its cause if somebody removed what this run had written. If another run has sealed the
  /// folder, nothing of this one stays in it.
  func explained(_ error: DataError) throws -> DataError {
    if !lock.isHeld, try isSealedByAnother { try lock.withdraw() }
    guard error.code == .inputMissing, let file = error.file, file.hasPrefix(path + "/") else { return error }
    return lock.disturbed(at: file)
  }

  /// Whether there is a manifest that this run did not write.
  private var isSealedByAnother: Bool {
    get throws { try Folder.entry(at: path + "/" + Manifest.name) != nil && !lock.hasFinished(Manifest.name) }
  }

  /// Makes sure that no other run has sealed the folder; does nothing if the lock is held.
  ///
  /// - Throws: `DataError` 73 when another run has sealed it.
  func requireUnsealed() throws {
    if !lock.isHeld, try isSealedByAnother { throw lock.disturbed(at: path + "/" + Manifest.name) }
  }
}
