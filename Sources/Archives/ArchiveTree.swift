import Files
import Signals
import Text

/// A tar, tar.gz, tar.xz or zip file as a tree: read in one pass, never unpacked to disk. Concatenated tars count as
/// one.
public struct ArchiveTree: FileTree {
  /// The path as the user gave it.
  public let path: String
  private let kind: ArchiveKind
  private let limits: TreeLimits

  /// Looks at the first bytes of a file.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened.
  public init(path: String, limits: TreeLimits = TreeLimits()) throws {
    self.path = path
    self.limits = limits
    kind = try ArchiveKind(of: path)
  }

  /// See `FileTree`; a tar is inflated once from start to end, a zip only where entries are wanted.
  @discardableResult
  public func forEachFile(where isWanted: (String) -> Bool, _ body: (TreeFile) throws -> Void) throws -> TreeCounts {
    if kind == .emptyZip { return TreeCounts() }
    var budget = TreeBudget(limits: limits, tree: path, packedByteCount: try InputFile(path: path).byteCount)
    if kind == .zip { try ZipDirectory.checkWhole(path) }
    let archive = try InputArchive(path: path, kind: kind, contents: .tree, inflatedLimit: budget.allowed)
    var counts = TreeCounts()
    var entryCount = 0
    /// Wanted paths and the number of their entry.
    var seen: [String: Int] = [:]
    var end = 0
    while let entry = try archive.nextEntry() {
      try Interrupt.check()
      entryCount += 1
      try limits.check(name: entry.name, number: entryCount, in: path)
      let file = try counts.wantedPath(of: entry, in: path, isWanted)
      // A tar is a stream: unwanted entries are inflated too.
      if file != nil || kind != .zip { try budget.spend(entry.byteCount, on: entry.name) }
      try budget.checkInflated(archive.inflatedByteCount, at: entry.name)
      if let file {
        if let first = seen.updateValue(entryCount, forKey: file) {
          throw DataError(
            .badData, file: path, place: file, "is in the archive twice, as entries \(first) and \(entryCount)",
            expected: "one", advice: "Make the archive again from the folder.")
        }
        try budget.checkFile(entry.byteCount, file)
        try body(TreeFile(path: file, bytes: archive.contents(of: entry)))
        counts.read += 1
      }
      try archive.skip(entry)
      end = archive.inflatedByteCount
    }
    try checkEnd(archive, entriesEnd: end)
    try archive.checkNothingFollows()
    return counts
  }

  /// A tar ends with blocks of zeros; one that was cut between two entries does not.
  private func checkEnd(_ archive: InputArchive, entriesEnd: Int) throws {
    if kind != .zip, archive.inflatedByteCount == entriesEnd {
      throw DataError(
        .badData, file: path, "ends without the end-of-archive mark of a tar", expected: "a whole archive",
        advice: InputArchive.damageAdvice)
    }
  }
}

extension TreeCounts {
  /// The path of an entry whose bytes are wanted; nil, counted by its reason, for every other one.
  fileprivate mutating func wantedPath(
    of entry: InputArchive.Entry, in archive: String, _ isWanted: (String) -> Bool
  ) throws -> String? {
    guard !entry.isFolder else { return nil }
    switch TreePath(entry.name) {
    case .unsafe: unsafe += 1
    case .hidden: hidden += 1
    case .inHiddenFolder: break
    // A file without a name has no place in the tree.
    case .path(let file) where file.isEmpty: unsafe += 1
    case .path(let file):
      if entry.isSymbolicLink, isWanted(file) {
        throw DataError(
          .badData, file: archive, place: file, "is a symbolic link", expected: "a file with its own bytes",
          advice: "Make the archive again with tar --dereference, or give the folder.")
      }
      if !entry.isRegular {
        special += 1
        if entry.isSymbolicLink, firstLink == nil { firstLink = file }
      } else if !isWanted(file) {
        // Hard links are regular files on disk, so they count as such here.
        unwanted += 1
      } else {
        try Self.checkReadable(entry, file, in: archive)
        return file
      }
    }
    return nil
  }

  private static func checkReadable(_ entry: InputArchive.Entry, _ file: String, in archive: String) throws {
    if entry.isEncrypted {
      throw DataError(
        .badData, file: archive, place: file, "is encrypted", expected: "a plain file",
        advice: "Unpack it with its password, and give the folder.")
    }
    if entry.isHardLink {
      throw DataError(
        .badData, file: archive, place: file, "is a hard link to another entry", expected: "a file with its own bytes",
        advice: "Make the archive again with tar --hard-dereference.")
    }
  }
}

/// What a file is, by its first bytes.
enum ArchiveKind {
  case gzip, xz, zip
  /// The end record of a zip and nothing before it, which libarchive does not recognise.
  case emptyZip
  /// Anything else: text, or a tar.
  case plain

  /// - Throws: `DataError` 66 when the file cannot be opened.
  init(of path: String) throws {
    let file = try InputFile(path: path)
    var magic = [UInt8](repeating: 0, count: min(6, file.byteCount))
    try magic.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    self =
      if magic.starts(with: [0x1f, 0x8b]) {
        .gzip
      } else if magic.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) {
        .xz
      } else if magic.starts(with: [0x50, 0x4b, 3, 4]) {
        .zip
      } else if magic.starts(with: [0x50, 0x4b, 5, 6]) {
        .emptyZip
      } else {
        .plain
      }
  }
}
