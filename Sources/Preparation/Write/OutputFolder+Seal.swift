import Shards
import Storage

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

  /// An error as it is, or its cause where somebody took away what this run had written. Where another run has sealed the
  /// folder, nothing of this one stays in it.
  func explained(_ error: DataError) throws -> DataError {
    if !lock.isHeld, try isSealedByAnother { try lock.withdraw() }
    guard error.code == .inputMissing, let file = error.file, file.hasPrefix(path + "/") else { return error }
    return lock.disturbed(at: file)
  }

  /// Whether a manifest stands there that this run has not written.
  private var isSealedByAnother: Bool {
    get throws { try Folder.entry(at: path + "/" + Manifest.name) != nil && !lock.hasFinished(Manifest.name) }
  }

  /// Makes sure that no other run has sealed the folder; needs nothing where the lock is held.
  ///
  /// - Throws: `DataError` 73 when another run has sealed it.
  func requireUnsealed() throws {
    if !lock.isHeld, try isSealedByAnother { throw lock.disturbed(at: path + "/" + Manifest.name) }
  }
}
