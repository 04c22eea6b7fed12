import Archives
import Samples
import Storage

/// A folder or archive of ready-made features, which take the place of what the release has.
struct ReadyFeatures: Sendable {
  let stream: TurnStream
  let tree: SourceTree
  /// Rows a second where the files do not say their times.
  let rate: Double
  /// Of tables with several faces, the one that is taken.
  let face: Int?

  /// What messages call a file of the tree.
  func name(of member: String) -> String {
    tree.path + (tree.tree is FolderTree ? "/" : ": ") + member
  }
}
