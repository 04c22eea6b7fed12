import Foundation

/// The right to write into a folder: no other run of these programs has it at the same time.
///
/// It is an `fcntl` lock on `.msa.lock` inside the folder, so that a folder is the same one by whatever path it is
/// reached. The lock ends with its process, however that ends; the file goes with the lock, and one that a killed run left
/// behind locks nobody out. Where the file system has no locks, `isHeld` is false, and `requireUndisturbed` tells at the
/// end whether another run wrote into the folder.
public final class FolderLock: Sendable {
  /// The name of the file that is locked, inside of the folder.
  public static let name = ".msa.lock"

  /// The folder, as the user gave it.
  public let folder: String
  private let warning: String?

  private let file: LockedFile
  private let operations: FileOperations
  /// The folders that were made for it, the innermost first.
  private let made: [String]

  /// Does some work with a folder locked, which is made where there is none: it appears with the lock in it, and goes with
  /// the lock where nothing else came into it.
  ///
  /// - Parameters:
  ///   - warn: is told where other runs cannot be kept out.
  ///   - allowsReadOnly: whether a folder that cannot be written to gives a lock that is not held, for those who may find
  ///     that there is nothing to write; `requireWritable` throws then.
  ///   - isOwn: whether a run of this kind writes a file of that name. What dead runs left of such a file under a
  ///     temporary name is removed.
  /// - Throws: `DataError` 73 when another run has the lock, or no folder can be made; and what `body` throws.
  public static func hold<Result>(
    _ folder: String, allowsReadOnly: Bool = false, owning isOwn: (String) -> Bool, warn: (String) -> Void,
    operations: FileOperations = .live, _ body: (FolderLock) throws -> Result
  ) throws -> Result {
    let path = trimmed(folder)
    let (file, made) = try LockedFile.inside(path, operations)
    let lock = FolderLock(file, folder: folder, made: made, operations)
    return try withExtendedLifetime(lock) {
      if !allowsReadOnly { try lock.requireWritable() }
      if let warning = lock.warning { warn(warning) }
      try lock.removeTemporaries(in: path, of: isOwn)
      return try body(lock)
    }
  }

  /// Does some work while what will be a folder, or is replaced as a whole, is locked by a file beside it.
  ///
  /// - Throws: `DataError` 73 when another run has the lock, or its file cannot be made; and what `body` throws.
  public static func hold<Result>(
    besides folder: String, warn: (String) -> Void, operations: FileOperations = .live,
    _ body: (FolderLock) throws -> Result
  ) throws -> Result {
    let path = Folder.parent(of: folder) + "/." + Folder.name(of: folder) + ".lock"
    let lock = FolderLock(try LockedFile.open(path, of: folder, operations), folder: folder, made: [], operations)
    return try withExtendedLifetime(lock) {
      try lock.requireWritable()
      if let warning = lock.warning { warn(warning) }
      return try body(lock)
    }
  }

  private init(_ file: LockedFile, folder: String, made: [String], _ operations: FileOperations) {
    (self.file, self.folder, self.made, self.operations) = (file, folder, made, operations)
    guard case .refused(let code) = file.state else {
      warning = nil
      return
    }
    warning =
      "\(folder): this file system has no locks (\(systemMessage(code))). Start no second run into this folder before this "
      + "one has ended."
    UnlockedWrites.begin()
  }

  deinit {
    file.release(operations)
    // Whatever came into one of them keeps it and those above.
    _ = made.first { rmdir($0) != 0 }
    if !isHeld { UnlockedWrites.forget(below: Self.trimmed(folder)) }
  }

  /// Whether other runs are kept out.
  public var isHeld: Bool { if case .held = file.state { true } else { false } }

  /// Makes sure that something can be written at all.
  ///
  /// - Throws: `DataError` 73 when the folder cannot be written to, 74 when the disk is full.
  public func requireWritable() throws {
    if case .unwritable(let error) = file.state { throw error }
  }

  /// Makes sure that all files that were finished in the folder still stand; looks at nothing where the lock is held.
  ///
  /// - Throws: `DataError` 73 that names a file in whose place another run put its own.
  public func requireUndisturbed() throws {
    if isHeld { return }
    if let file = try UnlockedWrites.replacedFile(below: Self.trimmed(folder)) { throw disturbed(at: file) }
  }

  /// Whether a file that this process finished stands in the folder; false where the lock is held.
  ///
  /// - Throws: `DataError` 71 or 74 when the system cannot tell.
  public var hasFiles: Bool {
    get throws { try !isHeld && UnlockedWrites.hasFile(below: Self.trimmed(folder)) }
  }

  /// Makes sure of the same after the file was written by whose presence a folder is complete; without it the folder is
  /// none.
  ///
  /// - Throws: as `requireUndisturbed`; the file is gone then.
  public func confirm(_ name: String) throws {
    do {
      try requireUndisturbed()
    } catch {
      try Folder.remove(folder + "/" + name)
      throw error
    }
  }

  /// The error for a folder into which a second run wrote at the same time.
  package func disturbed(at file: String) -> DataError {
    DataError(
      .cannotCreate, file: folder, place: Folder.name(of: file), "another run wrote into this folder at the same time",
      expected: "one run at a time", advice: "Wait until the other run has ended, then run again.")
  }

  /// Removes what dead runs left in a folder under temporary names; only the run that has the lock may.
  public func removeTemporaries(in folder: String, of isOwn: (String) -> Bool) throws {
    guard isHeld, try Folder.entry(at: folder) == .folder else { return }
    for name in try Folder.names(in: folder) where TemporaryName.finalName(of: name).map(isOwn) ?? false {
      try Folder.remove(folder + "/" + name)
    }
  }

  /// A path without the slashes at its end.
  private static func trimmed(_ folder: String) -> String {
    var path = Substring(folder)
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }
}
