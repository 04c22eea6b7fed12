import Foundation
import Synchronization
import Text

/// The file of a `FolderLock`, opened and, where that is possible, locked.
struct LockedFile: Sendable {
  enum State: Sendable {
    case held
    /// The file system has no locks: `errno`.
    case refused(Int32)
    /// No file can be made there.
    case unwritable(DataError)
  }

  private(set) var path: String
  private(set) var state: State
  /// −1 where the file could not be opened.
  private var descriptor: Int32 = -1
  private var identity: Identity?

  private init(path: String, _ state: State) { (self.path, self.state) = (path, state) }

  /// Locks a folder that is made where there is none.
  ///
  /// - Returns: the file, and the folders that were made, the innermost first.
  /// - Throws: `DataError` 73 when another run has the lock, or no folder can be made.
  static func inside(_ folder: String, _ operations: FileOperations) throws -> (file: LockedFile, made: [String]) {
    for _ in 0..<attempts {
      if try Folder.entry(at: folder) == nil, let made = try making(folder, operations) { return made }
      // Says why where it is no folder.
      try Folder.make(folder, operations: operations)
      let file = try open(folder + "/" + FolderLock.name, of: folder, operations)
      // A run that ended without a result removes the folder that it made.
      if case .unwritable = file.state, try Folder.entry(at: folder) == nil { continue }
      return (file, [])
    }
    throw busy(folder)
  }

  /// Makes the folder under a temporary name, locks it and gives it its name; nil where something stands there by then.
  ///
  /// A folder that stood there without a lock, if only for a moment, would be open to another run.
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
    // Of a folder that only lets through nothing can be opened; its own entries are as durable as it makes them.
    if access(parent, R_OK) == 0 { try AtomicFile.syncFolder(parent, operations: operations) }
    return (file, [folder] + missing)
  }

  /// The folders of a path that do not exist, the innermost first.
  private static func missingFolders(from path: String) throws -> [String] {
    if try Folder.entry(at: path) != nil { return [] }
    let parent = Folder.parent(of: path)
    return [path] + (parent == path ? [] : try missingFolders(from: parent))
  }

  /// Removes what runs left that were killed before they could give a new folder its name.
  private static func removeAbandoned(besides folder: String, _ operations: FileOperations) {
    let parent = Folder.parent(of: folder)
    do {
      for name in try Folder.names(in: parent) where TemporaryName.finalName(of: name) == Folder.name(of: folder) {
        let path = parent + "/" + name
        // A link is not what a run left.
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
      // A folder that may not be listed, or a run that is alive: an empty folder more does no harm.
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

  /// How often a file or folder may turn out to be gone when it is locked: each time another run ended just then.
  private static let attempts = 100

  /// One attempt; nil where it has to be made again.
  private static func attempt(
    _ path: String, of folder: String, _ operations: FileOperations, _ held: inout Set<Identity>
  ) throws -> LockedFile? {
    // Not even opened: closing it again would end the lock.
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
        file.state = .refused(code)
        return file
      }
      _ = operations.close(descriptor)
      if code == EINTR { return nil }
      throw code == EACCES || code == EAGAIN ? busy(folder) : DataError.system(code, "locking it", file: folder)
    }
    // A run that ended between these calls has removed the file: nobody else would find this lock.
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

  /// Whether the file still stands where it was locked.
  var isInPlace: Bool {
    get throws { try identity == Identity(at: path) }
  }

  /// Gives the lock up and removes the file. While it is locked nobody else has it under this name.
  func release(_ operations: FileOperations) {
    if descriptor < 0 { return }
    Identity.inTurn { held in
      do {
        if try identity == Identity(at: path) { _ = operations.unlink(path) }
      } catch {
        // Whose file it is cannot be told: one that is left behind locks nobody out.
      }
      if case .held = state, let identity { held.remove(identity) }
      _ = operations.close(descriptor)
    }
  }
}

extension LockedFile {
  /// A file, whatever it is called.
  ///
  /// A lock belongs to a process and goes with the first descriptor of its file that the process closes: a second lock in
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
        throw DataError.unreadable(code, file: path, "cannot be looked at: \(systemMessage(code))")
      }
      (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }

    /// nil where nothing stands there.
    init?(at path: String) throws {
      guard let status = try Folder.status(at: path, followsLinks: false) else { return nil }
      (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }

    /// Locking and giving up, one thread after the other.
    static func inTurn<Result: Sendable, Failure: Error>(
      _ body: (inout Set<Identity>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try held.withLock { (held) throws(Failure) in try body(&held) }
    }
  }
}
