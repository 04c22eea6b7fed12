import Foundation
import Storage

/// A folder that is filled under a temporary name beside its own and appears when it is complete.
struct SampleFolder {
  /// Where to write.
  let temporaryPath: String
  private let path: String
  private let overwrites: Bool

  /// Makes the temporary folder.
  ///
  /// - Throws: `DataError` 73 when `path` holds something that may not be replaced, or nothing can be made there.
  init(path: String, overwrites: Bool) throws {
    // `.` and a closing slash have no neighbours to rename from.
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.overwrites = overwrites
    temporaryPath = Self.neighbour(of: self.path, suffix: AtomicFile.temporarySuffix)
    try checkIsFree()
    try Folder.remove(temporaryPath)
    try Folder.make(temporaryPath)
  }

  private func checkIsFree() throws {
    if !Folder.exists(path) { return }
    guard Folder.isFolder(path) else {
      throw DataError(
        .cannotCreate, file: path, "is a file", expected: "a folder that does not exist yet",
        advice: "Choose another --out.")
    }
    let names = try Folder.names(in: path)
    if names.isEmpty { return }
    let isSample = names.contains(SyntheticCorpus.descriptionName)
    if isSample, overwrites { return }
    throw DataError(
      .cannotCreate, file: path, isSample ? "holds a sample corpus already" : "is not empty",
      expected: "a folder that does not exist or is empty",
      advice: isSample ? "Add --overwrite to replace it, or choose another --out." : "Choose another --out.")
  }

  /// Gives the folder its name; a folder that stands there is removed when the new one is ready.
  func commit(operations: FileOperations = .live) throws {
    // Someone may have put something there meanwhile.
    try checkIsFree()
    let old = Self.neighbour(of: path, suffix: ".old")
    try Folder.remove(old)
    if Folder.exists(path) { try rename(path, to: old, operations) }
    try rename(temporaryPath, to: path, operations)
    try AtomicFile.syncFolder(Folder.parent(of: path), operations: operations)
    try Folder.remove(old)
  }

  private func rename(_ from: String, to target: String, _ operations: FileOperations) throws {
    if operations.rename(from, target) != 0 {
      throw DataError(
        .cannotCreate, file: path, "\(systemMessage(errno)) while renaming the finished folder",
        advice: "Choose another --out.")
    }
  }

  private static func neighbour(of path: String, suffix: String) -> String {
    Folder.parent(of: path) + "/." + Folder.name(of: path) + suffix
  }
}
