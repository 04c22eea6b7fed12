/// What the name of an entry means as a path in a tree; the same for folders and archives.
enum TreePath: Hashable {
  /// Parts with single slashes between them; empty for the tree itself (`./`).
  case path(String)
  /// The last part starts with a dot (AppleDouble files, `.DS_Store`).
  case hidden
  /// It stands in a folder that systems keep for themselves: one that starts with a dot, or `__MACOSX`.
  case inHiddenFolder
  /// It would lead out of the tree: `..` is one of its parts.
  case unsafe

  /// Slashes in front mean nothing, as GNU tar reads them: `tar --absolute-names` leaves them.
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
