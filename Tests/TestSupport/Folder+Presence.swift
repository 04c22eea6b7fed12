public import Files

extension Folder {
  /// Whether anything exists at a path, for tests, where nothing else goes wrong: programs use `entry(at:)`.
  public static func exists(_ path: String) -> Bool { present(path) != nil }

  /// Whether a folder exists at a path.
  public static func isFolder(_ path: String) -> Bool { present(path) == .folder }

  private static func present(_ path: String) -> NodeKind? {
    do { return try entry(at: path) } catch { preconditionFailure("\(error)") }
  }
}
