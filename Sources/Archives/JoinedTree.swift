import Text

/// Several folders or archives as one tree: a release in several pieces.
///
/// Each has a name in front of its paths: the end of its own path, as long as it takes to tell it from the others.
public struct JoinedTree: FileTree {
  /// One of the trees.
  public struct Part: Sendable {
    /// The prefix of its paths.
    public let name: String
    /// The tree.
    public let tree: any FileTree
  }

  /// The trees, in the order of their names' bytes.
  public let parts: [Part]

  /// The paths as the user gave them, separated by commas.
  public var path: String { parts.map(\.tree.path).joined(separator: ", ") }

  /// Opens all trees.
  ///
  /// - Throws: `DataError` 64 when a path is given twice, else as `FileTrees.open`.
  public init(_ paths: [String], limits: TreeLimits = TreeLimits()) throws {
    let names = try Self.names(of: paths)
    parts = try zip(names, paths).map { Part(name: $0, tree: try FileTrees.open($1, limits: limits)) }
      .sortedByBytes(\.name)
  }

  private static func names(of paths: [String]) throws -> [String] {
    let parts = paths.map { $0.split(separator: "/").map(String.init) }
    let deepest = parts.map(\.count).max() ?? 0
    for count in 1...max(1, deepest) {
      let names = parts.map { $0.suffix(count).joined(separator: "/") }
      if Set(names).count == names.count { return names }
    }
    let twice = paths.first { path in paths.count { $0 == path } > 1 } ?? paths.joined(separator: ", ")
    throw DataError(.usage, file: twice, "is given twice", expected: "each folder or archive once")
  }

  /// See `FileTree`; one tree after the other. The limits apply to each.
  @discardableResult
  public func forEachFile(where isWanted: (String) -> Bool, _ body: (TreeFile) throws -> Void) throws -> TreeCounts {
    var counts = TreeCounts()
    for part in parts {
      counts.add(
        try part.tree.forEachFile {
          isWanted(part.name + "/" + $0)
        } _: { file in
          try body(TreeFile(path: part.name + "/" + file.path, bytes: file.bytes))
        })
    }
    return counts
  }
}

extension TreeCounts {
  /// Adds what another pass found.
  fileprivate mutating func add(_ other: TreeCounts) {
    for count in [\.read, \.unwanted, \.hidden, \.unsafe, \.special, \.brokenLinks, \.repeated]
      as [WritableKeyPath<TreeCounts, Int>]
    { self[keyPath: count] += other[keyPath: count] }
    if firstLink == nil { firstLink = other.firstLink }
  }
}
