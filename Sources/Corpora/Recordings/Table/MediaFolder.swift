import Archives
import Files
import Text

/// The files below the root of a corpus of recordings, by their names without extensions.
struct MediaFolder: Sendable {
  let root: String
  /// Paths below the root, sorted by their bytes.
  let paths: [String]
  /// What was skipped: links that lead nowhere, hidden files, …
  let counts: TreeCounts
  private let known: Set<String>
  /// The kinds of the files of each stem.
  private let kinds: [String: [String: String]]

  /// Lists a folder; nothing is read.
  ///
  /// - Throws: `DataError` 66 when it cannot be listed, 65 when it is not a folder or a limit is broken.
  init(root: String) throws {
    guard let kind = try Folder.entry(at: root) else {
      throw DataError(.inputMissing, file: root, "does not exist", expected: "a folder with recordings and their table")
    }
    if kind != .folder { throw kind.refusal(of: root, advice: "Give the folder that holds the table with --root.") }
    var paths: [String] = []
    counts = try FolderTree(path: root).forEachFile {
      paths.append($0)
      return false
    } _: { _ in
    }
    paths.sortByBytes(\.self)
    self.root = root
    self.paths = paths
    known = Set(paths)
    kinds = paths.reduce(into: [:]) { kinds, path in
      // Two spellings of an extension: the first by its bytes counts.
      if let file = FileStem(path), kinds[file.stem]?[file.kind] == nil {
        kinds[file.stem, default: [:]][file.kind] = path
      }
    }
  }

  /// The file at a path as a table gives it, below the root; nil if there is none.
  func file(_ path: String) -> String? {
    let parts = path.split(separator: "/").filter { $0 != "." }
    if parts.contains("..") || path.hasPrefix("/") { return nil }
    let clean = parts.joined(separator: "/")
    return known.contains(clean) ? clean : nil
  }

  /// The file of a stem that has one of some extensions, the first that is there.
  func file(stem: String, kinds wanted: [String]) -> String? {
    wanted.lazy.compactMap { kinds[stem]?[$0] }.first
  }

  /// All media, by the stem.
  var media: [FileStem: String] {
    paths.reduce(into: [:]) { media, path in
      if let file = FileStem(path), file.isMedium { media[file] = path }
    }
  }

  /// What the system knows a file as.
  func place(of path: String) -> String { root + "/" + path }
}
