import Foundation
import Synchronization
import TestSupport
import Testing
import Text

@testable import Files

@Suite("One run at a time in a folder")
struct FolderLockTests {
  private let folder = NSTemporaryDirectory() + "msa-lock-" + UUID().uuidString

  init() throws { try Folder.make(folder) }

  private func hold<Result>(
    _ path: String, warn: (String) -> Void = { _ in }, operations: FileOperations = .live,
    _ body: (FolderLock) throws -> Result
  ) throws -> Result {
    try FolderLock.hold(path, owning: { $0 == "own" }, warn: warn, operations: operations, body)
  }

  @Test(
    "a folder appears with its lock, and disappears with it if nothing was written", arguments: ["a", "a/b/c/"])
  func newFolder(name: String) throws {
    let path = folder + "/" + name
    try hold(path) { lock in
      #expect(lock.isHeld)
      let names = try Folder.names(in: path)
      #expect(names == [FolderLock.name])
    }
    #expect(try Folder.names(in: folder).isEmpty)
    try hold(path) { _ in try AtomicFile.write("x", to: path + "/file") }
    #expect(try Folder.names(in: path) == ["file"])
    try Folder.remove(folder)
  }

  @Test("an existing empty folder stays")
  func emptyFolder() throws {
    try Folder.make(folder + "/a")
    try hold(folder + "/a") { _ in }
    #expect(Folder.isFolder(folder + "/a"))
    try Folder.remove(folder)
  }

  @Test("a second run is refused with 73, whatever the path, and does not end the first")
  func second() throws {
    #expect(symlink("a", folder + "/link") == 0)
    try hold(folder + "/a") { _ in
      for path in ["/a", "/a/", "/./a", "/link"] {
        let error = #expect(throws: DataError.self) { try hold(folder + path) { _ in } }
        #expect(error?.code == .cannotCreate)
        #expect(error?.description.contains("another run is writing into this folder") ?? false)
      }
      #expect(Folder.exists(folder + "/a/" + FolderLock.name))
    }
    try hold(folder + "/a") { _ in }
    try Folder.remove(folder)
  }

  @Test("of many threads only one holds the lock at a time")
  func threads() throws {
    let inside = Mutex(0)
    let most = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 64) { _ in
      do {
        try hold(folder + "/a") { _ in
          let count = inside.withLock { inside in
            inside += 1
            return inside
          }
          most.withLock { $0 = max($0, count) }
          inside.withLock { $0 -= 1 }
        }
      } catch {
        // Refused: another run held it.
      }
    }
    #expect(most.withLock { $0 } == 1)
    try Folder.remove(folder)
  }

  @Test("the lock file of a killed run locks nobody out, and is removed")
  func leftBehind() throws {
    try Folder.make(folder + "/a")
    try AtomicFile.write("", to: folder + "/a/" + FolderLock.name)
    try hold(folder + "/a") { #expect($0.isHeld) }
    #expect(try Folder.names(in: folder + "/a").isEmpty)
    try Folder.remove(folder)
  }

  @Test("a link in place of the lock file is not followed")
  func link() throws {
    try Folder.make(folder + "/a")
    #expect(symlink(folder + "/target", folder + "/a/" + FolderLock.name) == 0)
    let error = #expect(throws: DataError.self) { try hold(folder + "/a") { _ in } }
    #expect(error?.code == .cannotCreate)
    #expect(!Folder.exists(folder + "/target"))
    try Folder.remove(folder)
  }

  @Test("temporary files of dead runs are removed if this kind of run writes such files")
  func temporaries() throws {
    try Folder.make(folder + "/a")
    for name in ["own", ".own.0123456789abcdef.partial", ".else.0123456789abcdef.partial", ".own.partial"] {
      try AtomicFile.write("", to: folder + "/a/" + name)
    }
    try hold(folder + "/a") { _ in }
    #expect(try Folder.names(in: folder + "/a") == [".else.0123456789abcdef.partial", ".own.partial", "own"])
    try Folder.remove(folder)
  }

  @Test("temporary folders of killed runs are removed; one that holds anything else stays")
  func abandoned() throws {
    for name in [".a.0000000000000001.partial", ".a.0000000000000002.partial", ".b.0000000000000003.partial"] {
      try Folder.make(folder + "/" + name)
      try AtomicFile.write("", to: folder + "/" + name + "/" + FolderLock.name)
    }
    try AtomicFile.write("precious", to: folder + "/.a.0000000000000002.partial/notes.txt")
    try hold(folder + "/a") { _ in }
    #expect(try Folder.names(in: folder) == [".a.0000000000000002.partial", ".b.0000000000000003.partial"])
    try Folder.remove(folder)
  }

  @Test(
    "a file system without locks gives one warning, and a second run is noticed at the end",
    arguments: [ENOLCK, ENOTSUP, EINVAL, EOPNOTSUPP])
  func withoutLocks(code: Int32) throws {
    var operations = FileOperations.live
    operations.lock = { _ in
      errno = code
      return -1
    }
    var warnings: [String] = []
    try hold(folder + "/a", warn: { warnings.append($0) }, operations: operations) { lock in
      #expect(!lock.isHeld)
      try AtomicFile.write("mine", to: folder + "/a/own")
      try AtomicFile.write("mine too", to: folder + "/a/seal")
      try lock.confirm("seal")
      // As another run would: the same name and size, but another file.
      #expect(FileManager.default.createFile(atPath: folder + "/a/other", contents: Data("mine".utf8)))
      #expect(rename(folder + "/a/other", folder + "/a/own") == 0)
      let error = #expect(throws: DataError.self) { try lock.confirm("seal") }
      #expect(error?.code == .cannotCreate)
      #expect(error?.description.contains("own: another run wrote into this folder at the same time") ?? false)
    }
    #expect(warnings.count == 1 && warnings[0].contains("this file system has no locks"), "\(warnings)")
    #expect(try Folder.names(in: folder + "/a") == ["own"])
    try Folder.remove(folder)
  }

  @Test(
    "a lock file that is removed or replaced during the run is noticed at the end",
    arguments: ["rm", "mv", "rmdir", "anew"])
  func removed(how: String) throws {
    let error = #expect(throws: DataError.self) {
      try hold(folder + "/a/") { lock in
        try Folder.makeOwn(folder + "/a//sub")
        try AtomicFile.write("mine", to: folder + "/a//sub/own")
        try AtomicFile.write("seal", to: folder + "/a//seal")
        try lock.confirm("seal")
        switch how {
        case "rm": try Folder.remove(folder + "/a/sub/own")
        case "rmdir": try Folder.remove(folder + "/a/sub")
        case "anew":
          // As another run would that finds no folder.
          try Folder.remove(folder + "/a")
          try FileManager.default.createDirectory(atPath: folder + "/a/sub", withIntermediateDirectories: true)
          for (name, text) in [("/sub/own", "hers"), ("/" + FolderLock.name, "")] {
            #expect(FileManager.default.createFile(atPath: folder + "/a" + name, contents: Data(text.utf8)))
          }
        default:
          try AtomicFile.write("theirs", to: folder + "/other")
          #expect(rename(folder + "/other", folder + "/a/sub/own") == 0)
        }
        try lock.confirm("seal")
      }
    }
    #expect(error?.code == .cannotCreate)
    let place = how == "anew" ? FolderLock.name : "sub/own"
    #expect(error?.description.contains("\(place): was removed or replaced while a run wrote") ?? false)
    #expect(!Folder.exists(folder + "/a/seal"))
    try Folder.remove(folder)
  }

  /// What a run does in its folder.
  enum Deed: CaseIterable {
    case beginFile, commitFile, appendFile, makeFolder, remove, confirm
  }

  @Test(
    "nothing is created, replaced or removed in a folder that takes the place of one moved away",
    arguments: Deed.allCases, [(isNested: false, hasLocks: true), (true, true), (false, false)])
  func moved(deed: Deed, how: (isNested: Bool, hasLocks: Bool)) throws {
    var operations = FileOperations.live
    if !how.hasLocks {
      operations.lock = { _ in
        errno = ENOLCK
        return -1
      }
    }
    let (path, theirs) = (folder + "/a", folder + "/theirs")
    for name in ["/own", "/sub/own"] {
      try Folder.make(Folder.parent(of: theirs + name))
      try AtomicFile.write("precious", to: theirs + name)
    }
    let own = path + (how.isNested ? "/sub/own" : "/own")
    let error = #expect(throws: DataError.self) {
      try hold(path, operations: operations) { lock in
        do {
          try Folder.makeOwn(path + "/sub")
          try AtomicFile.write("mine", to: own)
          var begun = try AtomicFile(path: own)
          try begun.write("mine")
          #expect(rename(path, folder + "/moved") == 0 && symlink("theirs", path) == 0)
          switch deed {
          case .beginFile: try AtomicFile.write("mine", to: own)
          case .commitFile: try begun.commit()
          case .appendFile: _ = try AppendingFile(path: own)
          case .makeFolder: try Folder.makeOwn(path + "/new")
          case .remove: try Folder.remove(own)
          case .confirm: try lock.confirm("own")
          }
        } catch {
          try lock.withdraw()
          throw error
        }
      }
    }
    #expect(error?.code == .cannotCreate)
    #expect(error?.description.contains("was removed or replaced while a run wrote into the folder") ?? false)
    #expect(try Folder.names(in: theirs) == ["own", "sub"])
    #expect(try Folder.names(in: theirs + "/sub") == ["own"])
    for name in ["/own", "/sub/own"] {
      #expect(String(decoding: try InputFile.contents(of: theirs + name, limit: 99), as: UTF8.self) == "precious")
    }
    try Folder.remove(folder)
  }

  @Test("a call that fails because its folder was moved away names that cause, whichever call it is", arguments: 0..<8)
  func movedAtCall(turn: Int) throws {
    let path = folder + "/a"
    let calls = Atomic<Int>(0)
    /// Moves the folder away before the n-th call.
    @Sendable func count() {
      if calls.add(1, ordering: .relaxed).oldValue == turn { _ = rename(path, path + "-moved") }
    }
    var operations = FileOperations.live
    operations.open = { path, flags, mode in
      count()
      return FileOperations.live.open(path, flags, mode)
    }
    operations.rename = { old, new in
      count()
      return FileOperations.live.rename(old, new)
    }
    operations.mkdir = { path, mode in
      count()
      return FileOperations.live.mkdir(path, mode)
    }
    let moving = operations
    let error = #expect(throws: DataError.self) {
      try hold(path) { lock in
        try Folder.make(path + "/sub", isDurable: true, operations: moving)
        for name in ["/sub/x", "/sub/y"] { try AtomicFile.write("x", to: path + name, operations: moving) }
        try lock.requireUndisturbed()
      }
    }
    #expect(calls.load(ordering: .relaxed) > turn)
    #expect(error?.description.contains("was removed or replaced while a run wrote into the folder") ?? false)
    try Folder.remove(folder)
  }

  @Test("a run withdraws exactly what it wrote, with the folders that it created")
  func withdrawn() throws {
    try hold(folder + "/a") { lock in
      for name in ["emptied", "shared/inner"] {
        try Folder.makeOwn(folder + "/a/" + Folder.parent(of: name))
        try Folder.makeOwn(folder + "/a/" + name)
        try AtomicFile.write("mine", to: folder + "/a/" + name + "/own")
      }
      #expect(FileManager.default.createFile(atPath: folder + "/a/shared/theirs", contents: nil))
      try lock.withdraw()
      #expect(try Folder.names(in: folder + "/a") == [FolderLock.name, "shared"])
      #expect(try Folder.names(in: folder + "/a/shared") == ["theirs"])
    }
    try Folder.remove(folder)
  }

  @Test("without a lock, another run's files are not replaced, and this run's files are withdrawn")
  func reserved() throws {
    var operations = FileOperations.live
    operations.lock = { _ in
      errno = ENOLCK
      return -1
    }
    try AtomicFile.write("dead", to: folder + "/left")
    try Folder.make(folder + "/a")
    #expect(rename(folder + "/left", folder + "/a/own") == 0)
    try hold(folder + "/a", operations: operations) { lock in
      #expect(FileManager.default.createFile(atPath: folder + "/a/theirs", contents: Data("theirs".utf8)))
      try Folder.makeOwn(folder + "/a/sub")
      #expect(FileManager.default.createFile(atPath: folder + "/a/sub/theirs", contents: nil))
      try lock.reserve("sub")
      let error = #expect(throws: DataError.self) { try AtomicFile.write("mine", to: folder + "/a/theirs") }
      #expect(error?.code == .cannotCreate)
      let inner = #expect(throws: DataError.self) { try AtomicFile.write("mine", to: folder + "/a/sub/theirs") }
      #expect(inner?.code == .cannotCreate)
      for name in ["/a/own", "/a/own", "/a/sub/own"] { try AtomicFile.write("mine", to: folder + name) }
      #expect(try lock.hasFinished("own") && !lock.hasFinished("theirs"))
      try lock.requireUndisturbed()
      try lock.withdraw()
    }
    #expect(try Folder.names(in: folder + "/a") == ["sub", "theirs"])
    #expect(try Folder.names(in: folder + "/a/sub") == ["theirs"])
    #expect(String(decoding: try InputFile.contents(of: folder + "/a/theirs", limit: 99), as: UTF8.self) == "theirs")
    try Folder.remove(folder)
  }

  @Test("each new folder on the way to another is synced in its parent")
  func durable() throws {
    let synced = Mutex<[String]>([])
    let paths = Mutex<[Int32: String]>([:])
    var operations = FileOperations.live
    operations.open = { path, flags, mode in
      let descriptor = FileOperations.live.open(path, flags, mode)
      paths.withLock { $0[descriptor] = path }
      return descriptor
    }
    operations.fsync = { descriptor in
      synced.withLock { $0.append(paths.withLock { $0[descriptor] ?? "" }) }
      return FileOperations.live.fsync(descriptor)
    }
    try hold(folder + "/a/b/c", operations: operations) { _ in }
    #expect(synced.withLock { $0 } == [folder, folder + "/a", folder + "/a/b"])
    try Folder.remove(folder)
  }

  @Test("no folder inside an output folder may be a link", arguments: ["elsewhere", "nowhere"])
  func linkedFolder(target: String) throws {
    try Folder.make(folder + "/elsewhere")
    #expect(symlink(target, folder + "/sub") == 0)
    let error = #expect(throws: DataError.self) { try Folder.makeOwn(folder + "/sub") }
    #expect(error?.code == .cannotCreate && error?.problem == "is a link")
    #expect(try Folder.names(in: folder + "/elsewhere").isEmpty)
    try Folder.remove(folder)
  }

  @Test("a log that is removed or replaced is noticed", arguments: [false, true])
  func log(isReplaced: Bool) throws {
    let path = folder + "/log"
    let log = try AppendingFile(path: path)
    try log.write([1])
    try log.synchronize()
    try Folder.remove(path)
    if isReplaced { try AtomicFile.write("x", to: path) }
    try log.write([2])
    let error = #expect(throws: DataError.self) { try log.synchronize() }
    #expect(error?.code == .cannotCreate)
    try Folder.remove(folder)
  }

  @Test("any other failure of the lock is an error")
  func brokenLock() throws {
    var operations = FileOperations.live
    operations.lock = { _ in
      errno = EIO
      return -1
    }
    let error = #expect(throws: DataError.self) { try hold(folder + "/a", operations: operations) { _ in } }
    #expect(error?.code == .ioFailed)
    #expect(try Folder.names(in: folder).isEmpty)
    try Folder.remove(folder)
  }

  @Test("an unwritable folder is an error, unless there may be nothing to write")
  func readOnly() throws {
    try Folder.make(folder + "/a")
    var operations = FileOperations.live
    operations.open = { path, flags, mode in
      if flags & O_CREAT == 0 { return FileOperations.live.open(path, flags, mode) }
      errno = EROFS
      return -1
    }
    let error = #expect(throws: DataError.self) { try hold(folder + "/a", operations: operations) { _ in } }
    #expect(error?.code == .cannotCreate)
    let result = try FolderLock.hold(
      folder + "/a", allowsReadOnly: true, owning: { _ in false }, warn: { _ in }, operations: operations
    ) { lock in
      #expect(throws: DataError.self) { try lock.requireWritable() }
      return 7
    }
    #expect(result == 7)
    try Folder.remove(folder)
  }

  @Test("a folder that does not exist yet is locked next to it")
  func besides() throws {
    func hold(_ body: () throws -> Void = {}) throws {
      try FolderLock.hold(besides: folder + "/a", warn: { _ in }) { _ in try body() }
    }
    try hold {
      let names = try Folder.names(in: folder)
      #expect(names == [".a.lock"])
      #expect(throws: DataError.self) { try hold() }
    }
    #expect(try Folder.names(in: folder).isEmpty)
    try Folder.remove(folder)
  }
}
