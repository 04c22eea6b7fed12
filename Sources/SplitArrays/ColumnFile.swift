import Archives
import Files
import Pickles
import Samples
import Text

/// A file with arrays of other projects: an archive of .npy files, or a pickle.
enum ColumnFile {
  /// Returns the columns of each split in a file.
  ///
  /// - Throws: `DataError` 66 if it cannot be opened, 65 if it is neither an archive of .npy files nor a pickle with a
  ///   known layout.
  static func columns(of path: String) throws -> [Split: ArrayColumns] {
    let splitOfFile = Split(named: Folder.name(of: path).split(separator: ".").first.map(String.init) ?? "")
    return try isPickle(path)
      ? PickleLayout.columns(of: Pickle.read(path), path: path, split: splitOfFile)
      : archive(path, split: splitOfFile)
  }

  /// Returns whether a file is a pickle according to its contents or, if they are inconclusive, its name.
  ///
  /// - Throws: `DataError` 65 for a file that is neither a pickle nor an archive.
  private static func isPickle(_ path: String) throws -> Bool {
    if try Folder.entry(at: path) == .folder { return false }
    let kind = try FileKind(of: path)
    if isPickle(kind, path) { return true }
    if [.npz, .zip, .tar, .gzip, .xz].contains(kind) { return false }
    throw kind.refusal(
      of: path, expected: "an .npz file or a pickle with arrays of one split, or keys such as train/text")
  }

  /// Returns whether a file of a kind is a pickle; those of the oldest protocols look like text.
  static func isPickle(_ kind: FileKind, _ path: String) -> Bool {
    kind == .pickle
      || [.unknown, .text].contains(kind) && [".pkl", ".pickle", ".p"].contains(where: path.lowercased().hasSuffix)
  }

  private static func archive(_ path: String, split splitOfFile: Split?) throws -> [Split: ArrayColumns] {
    var found: [Split: ArrayColumns] = [:]
    try FileTrees.open(path, limits: limits).forEachFile {
      key(of: $0, splitOfFile).map { ArraySplit.wanted.contains($0.key) } ?? false
    } _: { file in
      guard let (split, key) = key(of: file.path, splitOfFile) else { return }
      if found[split, default: ArrayColumns()].add(
        NpyFileColumn(path: path, place: file.path, bytes: file.bytes), forKey: key) != nil
      {
        throw DataError(.badData, file: path, place: file.path, "is a second array for \(split)")
      }
    }
    return found
  }

  /// Zero padding compresses at up to deflate's maximum ratio, so only the limit on the total size is effective.
  static var limits: TreeLimits {
    var limits = TreeLimits()
    limits.fileByteCount = 1 << 33
    limits.totalByteCount = 1 << 35
    limits.ratio = 1032
    return limits
  }

  /// Returns the split and the MMSA key that a path in an archive denotes.
  private static func key(of path: String, _ splitOfFile: Split?) -> (split: Split, key: String)? {
    guard path.hasSuffix(".npy") else { return nil }
    let name = String(path.dropLast(4))
    // A split named in the key takes precedence over the name of the file.
    if let end = name.firstIndex(where: { "/._".contains($0) }),
      let split = Split(named: String(name[..<end]))
    {
      let key = String(name[name.index(after: end)...])
      if splitOfFile == nil || ArraySplit.wanted.contains(key) { return (split, key) }
    }
    return splitOfFile.map { ($0, name) }
  }
}
