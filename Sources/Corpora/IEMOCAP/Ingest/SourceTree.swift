import Archives
import Files

/// A folder or archive that is read, or several, and what shows whether it is still the same.
struct SourceTree: Sendable {
  let tree: any FileTree
  /// Its record for the manifest; its fingerprint is known once it was read.
  let source: Source
  /// The number of wanted paths, if known without unpacking, as for a folder.
  let wantedCount: Int?
  /// For several trees, the prefix of each one's paths, and where it is.
  let roots: [(name: String, path: String)]

  /// Opens a tree and looks at what a folder holds; nothing is read.
  ///
  /// - Throws: `DataError` 66 when there is nothing that can be read; 65 when it is not an archive.
  init(role: String, path: String, isWanted: (String) -> Bool) throws {
    let path = Self.trimmed(path)
    self = try Self(role: role, alone: FileTrees.open(path), isWanted)
  }

  /// Opens several trees as one, see `JoinedTree`; one alone keeps its paths as they are.
  ///
  /// - Throws: `DataError` 64 when a path is given twice, otherwise as the other initialiser.
  init(role: String, paths: [String], isWanted: (String) -> Bool) throws {
    self =
      paths.count == 1
      ? try Self(role: role, path: paths[0], isWanted: isWanted)
      : try Self(role: role, JoinedTree(paths.map(Self.trimmed)), isWanted)
  }

  private init(role: String, _ joined: JoinedTree, _ isWanted: (String) -> Bool) throws {
    let parts = try joined.parts.map { part in
      try Self(role: role, alone: part.tree) { isWanted(part.name + "/" + $0) }
    }
    tree = joined
    roots = joined.parts.map { ($0.name, $0.tree.path) }
    let (sources, counts) = (parts.map(\.source), parts.map(\.wantedCount))
    var source = Source(
      role: role, path: joined.path,
      name: joined.parts.map(\.name).joined(separator: Self.rootSeparator),
      byteCount: sources.reduce(0) { $0 + $1.byteCount },
      stamp: FileStamp(of: zip(roots, sources).map { ($0.name, $1.stamp) }))
    for (root, part) in zip(roots, sources) {
      if part.members.isEmpty { source.members[root.name] = part.stamp }
      for (path, stamp) in part.members { source.members[root.name + "/" + path] = stamp }
    }
    self.source = source
    wantedCount = counts.contains(nil) ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
  }

  private init(role: String, alone tree: any FileTree, _ isWanted: (String) -> Bool) throws {
    self.tree = tree
    roots = []
    guard try Folder.entry(at: tree.path) == .folder else {
      source = try Source(role: role, path: tree.path)
      wantedCount = nil
      return
    }
    var names: [String] = []
    try tree.forEachFile {
      if isWanted($0) { names.append($0) }
      return false
    } _: { _ in
    }
    source = try Source(role: role, folder: tree.path, files: names)
    wantedCount = names.count
  }

  /// The name of the root that a path is below; nil if there is only one root.
  func root(of path: String) -> String? { roots.first { path.hasPrefix($0.name + "/") }?.name }

  private static func trimmed(_ path: String) -> String {
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    return trimmed
  }

  /// Its name in messages.
  var path: String { source.path }

  /// The separator of the names of several roots in the manifest's name for the release.
  static let rootSeparator = ", "
}
