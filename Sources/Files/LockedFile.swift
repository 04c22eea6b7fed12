import Foundation
import Synchronization
import Text

/// The file of a `FolderLock`, opened and, if possible, locked.
struct LockedFile: Sendable {
  enum State: Sendable {
    case held
    /// The file system has no locks: `errno`.
    case refused(Int32)
    /// No file can be created there.
    case unwritable(DataError)
  }

  private(set) var path: String
  private(set) var state: State
  /// −1 if the file could not be opened.
  private var descriptor: Int32 = -1
  private var identity: Identity?
  /// The folder that the file is in, if it could not be locked: another run may remove the file itself.
  private var unlockedFolder: FileIdentity?

  private init(path: String, _ state: State) { (self.path, self.state) = (path, state) }

  /// Locks a folder, creating it if it is missing.
  ///
  /// - Returns: the file, and the folders that were created, innermost first.
  /// - Throws: `DataError` 73 when another run has the lock, or no folder can be created.
  static func inside(_ folder: String, _ operations: FileOperations) throws -> (file: LockedFile, made: [String]) {
    for _ in 0..<attempts {
      if try Folder.entry(at: folder) == nil, let made = try making(folder, operations) { return made }
      // Says why if it is not a folder.
      try Folder.make(folder, operations: operations)
      let file = try open(folder + "/" + FolderLock.name, of: folder, operations)
      // A run that ended without a result removes the folder that it created.
      if case .unwritable = file.state, try Folder.entry(at: folder) == nil { continue }
      return (file, [])
    }
    throw busy(folder)
  }

  /// Creates the folder under a temporary name, locks it and gives it its name; nil if something is there by then.
  ///
  /// A folder without a lock, if only for a moment, would be open to another run.
  private static func making(
    _ folder: String, _ operations: FileOperations
  ) throws -> (file: LockedFile, made: [String])? {
    let parent = Folder.parent(of: folder)
    let missing = try missingFolders(from: parent)
    try Folder.make(parent, isDurable: true, operations: operations)
    removeAbandoned(besides: folder, operations)
    let temporary = TemporaryName.path(besides: folder)
    if operations.mkdir(temporary, 0o755) != 0 { throw DataError.system(errno, "making the folder", file: folder) }
    var file: LockedFile
    do {
      file = try open(temporary + "/" + FolderLock.name, of: folder, operations)
    } catch {
      _ = operations.unlink(temporary + "/" + FolderLock.name)
      rmdir(temporary)
      throw error
    }
    if operations.rename(temporary, folder) != 0 {
      let code = errno
      file.release(operations)
      rmdir(temporary)
      if [ENOTEMPTY, EEXIST, ENOTDIR].contains(code) { return nil }
      throw DataError.system(code, "making the folder", file: folder)
    }
    file.path = folder + "/" + FolderLock.name
    // A folder with search permission only cannot be opened; its entries are as durable as the system makes them.
    if access(parent, R_OK) == 0 { try AtomicFile.syncFolder(parent, operations: operations) }
    return (file, [folder] + missing)
  }

  /// The folders of a path that do not exist, innermost first.
  private static func missingFolders(from path: String) throws -> [String] {
    if try Folder.entry(at: path) != nil { return [] }
    let parent = Folder.parent(of: path)
    return [path] + (parent == path ? [] : try missingFolders(from: parent))
  }

  /// Removes what was left by runs that were killed before they could name a new folder.
  private static func removeAbandoned(besides folder: String, _ operations: FileOperations) {
    let parent = Folder.parent(of: folder)
    do {
      for name in try Folder.names(in: parent) where TemporaryName.finalName(of: name) == Folder.name(of: folder) {
        let path = parent + "/" + name
        // A link is not something a run left.
        guard try Folder.entry(at: path) == .folder, try !Folder.isLink(path),
          try Folder.names(in: path) == [FolderLock.name]
        else { continue }
        let file = try open(path + "/" + FolderLock.name, of: folder, operations)
        if case .held = file.state {
          file.release(operations)
          rmdir(path)
        } else if file.descriptor >= 0 {
          _ = operations.close(file.descriptor)
        }
      }
    } catch {
      // A folder that may not be listed, or a run that is alive: one more empty folder does no harm.
    }
  }

  /// Opens and locks a file.
  ///
  /// - Throws: `DataError` 73 when another run has the lock, 74 when the system cannot tell.
  static func open(_ path: String, of folder: String, _ operations: FileOperations) throws -> LockedFile {
    for _ in 0..<attempts {
      if let file = try Identity.inTurn({ try attempt(path, of: folder, operations, &$0) }) { return file }
    }
    throw busy(folder)
  }

  /// How many times a file or folder may turn out to be gone when it is locked: each time, another run ended just then.
  private static let attempts = 100

  /// One attempt; nil if it must be repeated.
  private static func attempt(
    _ path: String, of folder: String, _ operations: FileOperations, _ held: inout Set<Identity>
  ) throws -> LockedFile? {
    // Not even opened: closing it would release the lock.
    if let present = try Identity(at: path), held.contains(present) { throw busy(folder) }
    try NodeKind.requireReplaceable(path)
    let descriptor = operations.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o644)
    if descriptor < 0 {
      return LockedFile(path: path, .unwritable(.system(errno, "creating \(FolderLock.name)", file: folder)))
    }
    var file = LockedFile(path: path, .held)
    file.descriptor = descriptor
    do {
      file.identity = try Identity(of: descriptor, path: path)
    } catch {
      _ = operations.close(descriptor)
      throw error
    }
    if operations.lock(descriptor) != 0 {
      let code = errno
      if [ENOLCK, ENOTSUP, EOPNOTSUPP, EINVAL, ENOSYS].contains(code) {
        do {
          file.unlockedFolder = try FileIdentity(at: Folder.parent(of: path), followsLinks: true)
        } catch {
          _ = operations.close(descriptor)
          throw error
        }
        file.state = .refused(code)
        return file
      }
      _ = operations.close(descriptor)
      if code == EINTR { return nil }
      throw code == EACCES || code == EAGAIN ? busy(folder) : DataError.system(code, "locking it", file: folder)
    }
    // A run that ended between these calls has removed the file: nobody else would see this lock.
    let present: Identity?
    do {
      present = try Identity(at: path)
    } catch {
      _ = operations.close(descriptor)
      throw error
    }
    guard let identity = file.identity, identity == present else {
      _ = operations.close(descriptor)
      return nil
    }
    held.insert(identity)
    return file
  }

  private static func busy(_ folder: String) -> DataError {
    DataError(
      .cannotCreate, file: folder, "another run is writing into this folder", expected: "one run at a time",
      advice: "Wait until the other run has ended, or choose another --out.")
  }

  /// Whether the file is still where it was locked or, if it could not be locked, its folder is still where it was.
  var isInPlace: Bool {
    get throws {
      if descriptor < 0 { return true }
      guard let unlockedFolder else { return try identity == Identity(at: path) }
      return try FileIdentity(at: Folder.parent(of: path), followsLinks: true)?.isSameFile(as: unlockedFolder) ?? false
    }
  }

  /// Releases the lock and removes the file. While it is locked, nobody else has it under this name.
  func release(_ operations: FileOperations) {
    if descriptor < 0 { return }
    Identity.inTurn { held in
      do {
        if try identity == Identity(at: path) { _ = operations.unlink(path) }
      } catch {
        // It is unclear whose file it is, but a leftover file locks nobody out.
      }
      if case .held = state, let identity { held.remove(identity) }
      _ = operations.close(descriptor)
    }
  }
}

extension LockedFile {
  /// A file, whatever its name.
  ///
  /// A lock belongs to a process and is released when the process closes any descriptor of the file: a second lock in
  /// the same process would be granted, and would end the first one.
  fileprivate struct Identity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// The files that this process has locked.
    private static let held = Mutex<Set<Identity>>([])

    init(of descriptor: Int32, path: String) throws {
      var status = stat()
      if fstat(descriptor, &status) != 0 {
        let code = errno
        throw DataError.unreadable(code, file: path, "cannot be examined: \(systemMessage(code))")
      }
      (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }

    /// nil if nothing is there.
    init?(at path: String) throws {
      guard let status = try Folder.status(at: path, followsLinks: false) else { return nil }
      (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }

    /// Locking and releasing, one thread at a time.
    static func inTurn<Result: Sendable, Failure: Error>(
      _ body: (inout Set<Identity>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try held.withLock { (held) throws(Failure) in try body(&held) }
    }
  }
}
