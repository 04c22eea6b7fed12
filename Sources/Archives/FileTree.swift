import Files
import Text

/// Files in folders, wherever they are stored: on disk (`FolderTree`) or in one archive (`ArchiveTree`).
///
/// The same files give the same paths and bytes in every form; only their order differs.
public protocol FileTree: Sendable {
  /// The path as the user gave it.
  var path: String { get }

  /// Calls `body` with every regular file whose path is wanted, in one pass; nothing is unpacked to disk.
  ///
  /// Paths are relative, with single slashes between their parts and without `./`. The order is the tree's own: a
  /// folder sorted by the bytes of the paths, an archive as it was packed. Never handed out, but counted: names that
  /// start with a dot, anything inside such a folder or `__MACOSX`; names with `..`; devices and other special files. A
  /// folder's symbolic links are followed to regular files and folders (see `FolderTree`), those of an archive are not.
  ///
  /// - Parameters:
  ///   - isWanted: called once for each regular file, and for anything else in a folder where a file belongs.
  ///   - body: gets the whole file; it may keep the bytes.
  /// - Returns: what was skipped, and why.
  /// - Throws: `DataError` 66 when the tree cannot be opened; 65 when it is damaged, cut short, encrypted, no archive,
  ///   breaks a limit, or holds a wanted path twice or as a link; 130 when the user interrupts; and what `body` throws.
  @discardableResult
  func forEachFile(where isWanted: (String) -> Bool, _ body: (TreeFile) throws -> Void) throws -> TreeCounts
}

extension FileTree {
  /// The same for files that their paths identify; each path is parsed once.
  ///
  /// - Parameters:
  ///   - kind: what a path identifies; nil if the file is not wanted.
  ///   - body: gets that and the file.
  @discardableResult
  public func forEachFile<Kind>(
    of kind: (String) -> Kind?, _ body: (TreeFile, Kind) throws -> Void
  ) throws -> TreeCounts {
    var kinds: [String: Kind] = [:]
    return try forEachFile { path in
      guard let kind = kind(path) else { return false }
      kinds[path] = kind
      return true
    } _: { file in
      guard let kind = kinds.removeValue(forKey: file.path) else {
        throw DataError(.internalBug, file: path, place: file.path, "is handed out unasked")
      }
      try body(file, kind)
    }
  }
}

/// A whole file of a tree.
public struct TreeFile: Sendable {
  /// Its path in the tree: parts separated by slashes.
  public let path: String
  /// Its contents.
  public let bytes: [UInt8]

  /// Creates a file.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

/// What a pass over a tree found. Folders are not counted.
public struct TreeCounts: Hashable, Sendable {
  /// Files that were wanted and handed out.
  public var read = 0
  /// Regular files that nobody wanted.
  public var unwanted = 0
  /// Files whose name starts with a dot; the contents of a folder with such a name, or of `__MACOSX`, are not counted.
  public var hidden = 0
  /// Entries with `..` in their name.
  public var unsafe = 0
  /// Devices, pipes and sockets; in an archive also symbolic links.
  public var special = 0
  /// Symbolic links that lead nowhere, in a circle, or on and on.
  public var brokenLinks = 0
  /// The first link that was skipped, in an archive or broken; nil if there is none.
  public var firstLink: String?
  /// Wanted files that a link leads to a second time under the same name.
  public var repeated = 0

  /// Nothing found yet.
  public init() {}
}

/// What a hostile or mistaken tree may cost.
public struct TreeLimits: Hashable, Sendable {
  /// Entries of any kind; a large corpus has about 150,000 with its AppleDouble files.
  public var entryCount = 1 << 22
  /// Bytes in the path of an entry: Linux's `PATH_MAX`, which no file could exceed.
  public var nameByteCount = 4096
  /// Bytes in a wanted file, which is held whole; the longest recording of a corpus of dialogs has 6 MB of motion.
  public var fileByteCount = 1 << 28
  /// Bytes that may be inflated, wanted or not; a large corpus has about 30 GB with its videos.
  public var totalByteCount = 1 << 38
  /// Inflated bytes for each byte of the archive: text and sound compress 2 to 10 times, a deflate bomb 1000 times.
  public var ratio = 100
  /// Inflated bytes that are allowed whatever the ratio: small files in tar blocks compress far better than text.
  public var freeByteCount = 1 << 26

  /// The defaults.
  public init() {}
}

/// Opening trees.
public enum FileTrees {
  /// The tree at `path`: a folder, or a tar, tar.gz, tar.xz or zip file recognised by its first bytes, whatever its
  /// name.
  ///
  /// - Throws: `DataError` 66 when there is nothing that can be read; 65 when it is not an archive of these kinds.
  public static func open(_ path: String, limits: TreeLimits = TreeLimits()) throws -> any FileTree {
    try Folder.entry(at: path) == .folder
      ? FolderTree(path: path, limits: limits) : ArchiveTree(path: path, limits: limits)
  }
}

/// What the name of an entry means as a path in a tree; the same for folders and archives.
enum TreePath: Hashable {
  /// Parts separated by single slashes; empty for the tree itself (`./`).
  case path(String)
  /// The last part starts with a dot (AppleDouble files, `.DS_Store`).
  case hidden
  /// It is in a folder that systems keep for themselves: one that starts with a dot, or `__MACOSX`.
  case inHiddenFolder
  /// It would lead out of the tree: `..` is one of its parts.
  case unsafe

  /// Leading slashes are ignored, as GNU tar does: `tar --absolute-names` leaves them.
  init(_ name: String) {
    let parts = name.split(separator: "/").filter { $0 != "." }
    if parts.contains("..") {
      self = .unsafe
    } else if parts.first == "__MACOSX" || parts.dropLast().contains(where: Self.startsWithDot) {
      self = .inHiddenFolder
    } else if parts.last.map(Self.startsWithDot) == true {
      self = .hidden
    } else {
      self = .path(parts.joined(separator: "/"))
    }
  }

  private static func startsWithDot(_ part: Substring) -> Bool { part.utf8.first == UInt8(ascii: ".") }
}
