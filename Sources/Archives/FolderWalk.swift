import Files
import Foundation
import Signals
import Text

/// Finds the regular files below a folder.
struct FolderWalk {
  /// What a file or folder is on its disk, whatever path leads to it.
  struct Identity: Hashable {
    private let device: dev_t
    private let number: ino_t

    init(_ status: stat) { (device, number) = (status.st_dev, status.st_ino) }
  }

  /// A regular file.
  struct File {
    /// From the root on.
    let path: String
    let identity: Identity
    /// Whether it is a link, or in a folder that is one.
    let isLinked: Bool
  }

  private(set) var files: [File] = []
  /// Paths that are neither file nor folder, and folders with names like files.
  private(set) var others: [(path: String, kind: NodeKind)] = []
  var counts = TreeCounts()
  private let root: String
  private let limits: TreeLimits
  private var entryCount = 0

  /// Most links on the way to a file: a release needs one or two.
  static let linkDepth = 8

  init(root: String, limits: TreeLimits) {
    self.root = root
    self.limits = limits
  }

  /// Visits everything.
  ///
  /// - Throws: `DataError` 66 when a folder cannot be read, 65 when a limit is broken, 130 when the user interrupts.
  mutating func visitRoot() throws {
    guard let status = try Folder.status(at: root) else { throw missing(root) }
    try visit("", chain: [Identity(status)], linkCount: 0)
  }

  /// Visits a folder, given relative to the root; empty for the root itself.
  ///
  /// - Parameter chain: the folder and all its parents.
  private mutating func visit(_ folder: String, chain: [Identity], linkCount: Int) throws {
    try Interrupt.check()
    let listing = try Folder.listing(of: folder.isEmpty ? root : root + "/" + folder)
    // Nobody can want what has no name.
    entryCount += listing.undecodable.count
    counts.unwanted += listing.undecodable.count
    for name in listing.names {
      let entry = folder.isEmpty ? name : folder + "/" + name
      entryCount += 1
      try limits.check(name: entry, number: entryCount, in: root)
      guard var status = try Folder.status(at: root + "/" + entry, followsLinks: false) else {
        throw missing(root + "/" + entry)
      }
      let isLink = status.st_mode & S_IFMT == S_IFLNK
      guard case .path = TreePath(entry) else {
        if status.st_mode & S_IFMT != S_IFDIR { counts.hidden += 1 }
        continue
      }
      if isLink {
        guard linkCount < Self.linkDepth, let target = try Folder.status(at: root + "/" + entry) else {
          passOverLink(entry)
          continue
        }
        status = target
      }
      try take(entry, status, chain: chain, linkCount: linkCount + (isLink ? 1 : 0))
    }
  }

  private mutating func take(_ entry: String, _ status: stat, chain: [Identity], linkCount: Int) throws {
    let identity = Identity(status)
    switch status.st_mode & S_IFMT {
    case S_IFDIR where chain.contains(identity): passOverLink(entry)
    case S_IFDIR:
      if Self.isCalledLikeFile(entry) { others.append((entry, .folder)) }
      try visit(entry, chain: chain + [identity], linkCount: linkCount)
    case S_IFREG: files.append(File(path: entry, identity: identity, isLinked: linkCount > 0))
    default:
      counts.special += 1
      others.append((entry, NodeKind(status)))
    }
  }

  /// Whether a name has the extension of a file that anything here asks for.
  private static func isCalledLikeFile(_ path: String) -> Bool {
    ["csv", "npy", "txt", "wav", "wdseg"].contains(path.split(separator: ".").last?.lowercased())
  }

  private mutating func passOverLink(_ entry: String) {
    counts.brokenLinks += 1
    if counts.firstLink == nil { counts.firstLink = entry }
  }

  private func missing(_ path: String) -> DataError {
    DataError(.inputMissing, file: path, "cannot be read: \(systemMessage(ENOENT))", advice: "Check the path.")
  }

  /// The files, sorted as they came, without those that a link leads to again under the same name.
  static func withoutRepeats(_ files: [File]) -> [File] {
    guard files.contains(where: \.isLinked) else { return files }
    struct Sight: Hashable {
      let identity: Identity
      let name: String
    }
    var seen: Set<Sight> = []
    func sight(_ file: File) -> Sight { Sight(identity: file.identity, name: Folder.name(of: file.path)) }
    for file in files where !file.isLinked { seen.insert(sight(file)) }
    return files.filter { !$0.isLinked || seen.insert(sight($0)).inserted }
  }
}
