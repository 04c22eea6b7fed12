import Files
import Foundation
import Text

/// A folder that is filled under a temporary name beside its own and only appears once it is complete.
struct SampleFolder {
  /// The path to write to.
  let temporaryPath: String
  private let path: String
  private let overwrites: Bool

  /// Fills a folder while keeping other runs out; the output of `body` appears once `body` has returned.
  ///
  /// - Parameters:
  ///   - warn: called if other runs cannot be kept out.
  ///   - body: called with the path to write to.
  /// - Throws: `DataError` 73 if `path` holds something that may not be replaced, nothing can be created there, or
  ///   another run is using it; and whatever `body` throws, with nothing left behind.
  static func fill<Result>(
    _ path: String, overwrites: Bool, warn: (String) -> Void, _ body: (String) throws -> Result
  ) throws -> Result {
    // `.` and a trailing slash have no neighbours to rename from; a link to a folder stands for that folder.
    let given = URL(fileURLWithPath: path)
    let isFolder = try Folder.entry(at: path) == .folder
    let path = (isFolder ? given.resolvingSymlinksInPath() : given).standardizedFileURL.path
    try Folder.make(Folder.parent(of: path), isDurable: true)
    return try FolderLock.hold(besides: path, warn: warn) { lock in
      if lock.isHeld { try removeAbandoned(besides: path) }
      let target = try SampleFolder(path: path, overwrites: overwrites)
      do {
        let result = try body(target.temporaryPath)
        try target.commit()
        return result
      } catch {
        try Folder.remove(target.temporaryPath)
        throw error
      }
    }
  }

  private init(path: String, overwrites: Bool) throws {
    self.path = path
    self.overwrites = overwrites
    temporaryPath = TemporaryName.path(besides: path)
    try checkIsFree()
    // This folder must be our own: anything already there, such as a link, is not written to.
    if FileOperations.live.mkdir(temporaryPath, 0o755) != 0 {
      throw DataError(
        .cannotCreate, file: path, "\(systemMessage(errno)) while making the folder", advice: "Choose another --out.")
    }
  }

  /// Removes folders left by runs that were killed.
  private static func removeAbandoned(besides path: String) throws {
    let parent = Folder.parent(of: path)
    for name in try Folder.names(in: parent) where TemporaryName.finalName(of: name) == Folder.name(of: path) {
      try Folder.remove(parent + "/" + name)
    }
  }

  private func checkIsFree() throws {
    try NodeKind.requireFileOrFolder(
      path, expected: "a folder that does not exist yet", advice: "Choose another --out.")
    guard let entry = try Folder.entry(at: path) else { return }
    guard entry == .folder else {
      throw DataError(
        .cannotCreate, file: path, "is a file", expected: "a folder that does not exist yet",
        advice: "Choose another --out.")
    }
    if try Folder.holdsOnly(path, { $0 == FolderLock.name }) { return }
    let isSample = try Folder.names(in: path).contains(SyntheticCorpus.descriptionName)
    if isSample, overwrites { return }
    throw DataError(
      .cannotCreate, file: path, isSample ? "holds a sample corpus already" : "is not empty",
      expected: "a folder that does not exist or is empty",
      advice: isSample ? "Add --overwrite to replace it, or choose another --out." : "Choose another --out.")
  }

  /// Gives the folder its name; an existing folder is removed once the new one is ready.
  private func commit(operations: FileOperations = .live) throws {
    // Something may have been put there in the meantime.
    try checkIsFree()
    let old = TemporaryName.path(besides: path)
    if try Folder.entry(at: path) != nil { try rename(path, to: old, operations) }
    try rename(temporaryPath, to: path, operations)
    try AtomicFile.syncFolder(Folder.parent(of: path), operations: operations)
    try Folder.remove(old)
  }

  private func rename(_ from: String, to target: String, _ operations: FileOperations) throws {
    if operations.rename(from, target) != 0 {
      throw DataError.system(errno, "renaming the finished folder", file: path)
    }
  }
}
