import Foundation
package import Text

/// The right to write into a folder: no other run of these programs has it at the same time.
///
/// It is an `fcntl` lock on `.msa.lock` inside the folder, so that a folder is the same one by whatever path it is
/// reached; a link to a folder is that folder, which its user chose. The lock ends with its process, however that ends; the
/// file goes with the lock, and one that a killed run left behind locks nobody out. Where the file system has no locks,
/// `isHeld` is false. A folder can be moved or removed under a run: nothing is made, replaced or removed below one that no
/// longer stands where it stood in the beginning. `requireUndisturbed` tells at the end whether all that was written still
/// stands; without a lock another run may have written into the folder.
public final class FolderLock: Sendable {
  /// The name of the locked file inside the folder.
  public static let name = ".msa.lock"

  /// The folder, as the user gave it.
  public let folder: String
  private let warning: String?

  private let file: LockedFile
  private let operations: FileOperations
  /// The folder below which finished files are recorded; nil for a lock beside its folder.
  private let recorded: String?
  /// The folders that were made for it, the innermost first.
  private let made: [String]

  /// Does some work with a folder locked. A missing folder is created: it appears with the lock in it, and is removed
  /// with the lock if nothing else came into it.
  ///
  /// - Parameters:
  ///   - warn: called if other runs cannot be kept out.
  ///   - allowsReadOnly: whether a read-only folder gives a lock that is not held, for callers that may find there is
  ///     nothing to write; `requireWritable` then throws.
  ///   - isOwn: whether a run of this kind writes a file of that name. Temporary files that dead runs left of such
  ///     files are removed.
  /// - Throws: `DataError` 73 when another run has the lock, or no folder can be made; and what `body` throws.
  public static func hold<Result>(
    _ folder: String, allowsReadOnly: Bool = false, owning isOwn: (String) -> Bool, warn: (String) -> Void,
    operations: FileOperations = .live, _ body: (FolderLock) throws -> Result
  ) throws -> Result {
    let path = FinishedFiles.trimmed(folder)
    let (file, made) = try LockedFile.inside(path, operations)
    let lock = FolderLock(file, folder: folder, recorded: path, made: made, operations)
    return try withExtendedLifetime(lock) {
      if !allowsReadOnly { try lock.requireWritable() }
      if let warning = lock.warning {
        warn(warning)
        try FinishedFiles.reserve(path, adopting: Folder.names(in: path).filter(isOwn))
      }
      try lock.removeTemporaries(in: path, of: isOwn)
      return try body(lock)
    }
  }

  /// Does some work while a folder that will be created, or replaced as a whole, is locked by a file beside it.
  ///
  /// - Throws: `DataError` 73 when another run has the lock, or its file cannot be made; and what `body` throws.
  public static func hold<Result>(
    besides folder: String, warn: (String) -> Void, operations: FileOperations = .live,
    _ body: (FolderLock) throws -> Result
  ) throws -> Result {
    let path = Folder.parent(of: folder) + "/." + Folder.name(of: folder) + ".lock"
    let lock = FolderLock(
      try LockedFile.open(path, of: folder, operations), folder: folder, recorded: nil, made: [], operations)
    return try withExtendedLifetime(lock) {
      try lock.requireWritable()
      if let warning = lock.warning { warn(warning) }
      return try body(lock)
    }
  }

  private init(
    _ file: LockedFile, folder: String, recorded: String?, made: [String], _ operations: FileOperations
  ) {
    (self.file, self.folder, self.recorded, self.made, self.operations) = (file, folder, recorded, made, operations)
    if let recorded { FinishedFiles.begin(below: recorded, lock: file) }
    guard case .refused(let code) = file.state else {
      warning = nil
      return
    }
    warning =
      "\(folder): this file system has no locks (\(systemMessage(code))). Do not start a second run into this "
      + "folder before this one has ended."
  }

  deinit {
    file.release(operations)
    // Anything inside one of them keeps it and its parents.
    _ = made.first { rmdir($0) != 0 }
    if let recorded { FinishedFiles.end(below: recorded) }
  }

  /// Whether other runs are kept out.
  public var isHeld: Bool { if case .held = file.state { true } else { false } }

  /// Makes sure that the folder is writable at all.
  ///
  /// - Throws: `DataError` 73 when the folder cannot be written to, 74 when the disk is full.
  public func requireWritable() throws {
    if case .unwritable(let error) = file.state { throw error }
  }

  /// Makes sure that all files finished in the folder are still there.
  ///
  /// - Throws: `DataError` 73 that names a file that is gone or was replaced.
  public func requireUndisturbed() throws {
    // A folder that was removed and created again is not the locked one.
    if try !file.isInPlace { throw Self.disturbed(folder, at: path + "/" + Self.name, isHeld: true) }
    if let file = try FinishedFiles.missingFile(below: path, isAlone: isHeld) { throw disturbed(at: file) }
  }

  /// Without a lock: no file replaces one that this process did not write. In the folder itself this holds from the
  /// beginning, except for what dead runs left; in a folder inside it, from now on and without exception. Of two runs,
  /// the second to reach a name then ends, instead of taking away what the first has, or is about to seal.
  public func reserve(_ name: String) throws {
    if !isHeld { try FinishedFiles.reserve(path + "/" + name) }
  }

  /// Removes what this process finished in the folder and still stands, and the folders that it made there, if nothing else
  /// is in them; whatever came into the folder otherwise, or stands in its place, is left alone.
  public func withdraw() throws {
    for file in try FinishedFiles.standing(below: path) { try Folder.removeTree(file) }
    // One with something in it stays.
    for folder in try FinishedFiles.standingFolders(below: path) { rmdir(folder) }
  }

  /// Makes sure of the same after writing the file whose presence makes the folder complete.
  ///
  /// - Throws: as `requireUndisturbed`; the file is then gone, unless it is another run's.
  public func confirm(_ name: String) throws {
    do {
      try requireUndisturbed()
    } catch {
      if try hasFinished(name) { try Folder.removeTree(path + "/" + name) }
      throw error
    }
  }

  /// Whether the folder has a file that this process finished.
  public func hasFinished(_ name: String) throws -> Bool {
    try FinishedFiles.standing(below: path).contains(path + "/" + name)
  }

  /// The folder without trailing slashes, as in the paths of its files.
  private var path: String { FinishedFiles.trimmed(folder) }

  /// The error for a folder in which a file is gone that this run wrote, or another one stands in its place.
  package func disturbed(at file: String) -> DataError { Self.disturbed(folder, at: file, isHeld: isHeld) }

  static func disturbed(_ folder: String, at file: String, isHeld: Bool) -> DataError {
    let path = FinishedFiles.trimmed(folder)
    let problem =
      isHeld
      ? "was removed or replaced while a run wrote into the folder"
      : "another run wrote into this folder at the same time"
    let name = file.hasPrefix(path + "/") ? String(file.dropFirst(path.count + 1)) : Folder.name(of: file)
    return DataError(
      .cannotCreate, file: folder, place: name, problem, expected: "one run at a time",
      advice: isHeld ? "Run again." : "Wait until the other run has ended, then run again.")
  }

  /// Removes what dead runs left in a folder under temporary names; only the run with the lock may.
  public func removeTemporaries(in folder: String, of isOwn: (String) -> Bool) throws {
    guard isHeld, try Folder.entry(at: folder) == .folder else { return }
    for name in try Folder.names(in: folder) where TemporaryName.finalName(of: name).map(isOwn) ?? false {
      try Folder.remove(folder + "/" + name)
    }
  }
}
