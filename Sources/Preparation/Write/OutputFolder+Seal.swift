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

  /// An error as it is, or its cause where a second run took away what this one had written.
  func explained(_ error: DataError) -> DataError {
    guard !lock.isHeld, error.code == .inputMissing, let file = error.file, file.hasPrefix(path + "/") else {
      return error
    }
    return lock.disturbed(at: file)
  }

  /// Makes sure, after a file was put into the folder, that no other run has sealed it; needs nothing where the lock is
  /// held. Together with what `seal` does: whichever comes first, a file of one run or the manifest of another, the one
  /// that comes second takes notice.
  ///
  /// - Throws: `DataError` 73 when another run has sealed the folder; without a manifest where files of this run are among
  ///   its own.
  func requireUnsealed() throws {
    if lock.isHeld { return }
    let manifest = path + "/" + Manifest.name
    guard try Folder.entry(at: manifest) != nil else { return }
    if try lock.hasFiles { try Folder.remove(manifest) }
    throw lock.disturbed(at: manifest)
  }
}
