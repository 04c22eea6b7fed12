import Archives
import Corpora
import Files
public import Leaks
import Pickles
import Samples
import Text

extension AuditedDataset {
  /// Opens arrays stored per split in .npz files or pickles: either one file per split, named after it, or a single
  /// file with all splits (keys such as `train/text`, `train.text` and `train_text` in an archive, a dictionary of
  /// dictionaries in a pickle).
  ///
  /// `id` names a sample (`ArrayNames`). Without it, samples have no names, and no check of names can be decided.
  /// Pickles are read without being executed.
  /// - Parameter pad: the end at which samples are padded with zeros, for modalities whose values do not show it.
  /// - Throws: `DataError` 66 if a file cannot be opened, 65 if it is neither an archive of .npy files nor a pickle
  ///   with a known layout, or if arrays do not fit together.
  public static func arrays(_ paths: [String], pad: PaddingSide? = nil, threads: Int = 1) throws -> AuditedDataset {
    var splits: [Split: ArrayColumns] = [:]
    let opened = try AuditedFile.single(paths)
    for path in paths {
      let splitOfFile = FoldFile.split(named: Folder.name(of: path).split(separator: ".").first.map(String.init) ?? "")
      let found =
        try isPickle(path)
        ? PickleLayout.columns(of: Pickle.read(path), path: path, split: splitOfFile)
        : archive(path, split: splitOfFile)
      for (split, columns) in found {
        if let other = splits[split] {
          splits[split] = try other.joined(with: columns, split: split)
        } else {
          splits[split] = columns
        }
      }
    }
    guard !splits.isEmpty else {
      throw DataError(
        .badData, file: paths.first, "holds no arrays that name their split",
        expected: "train.npz, valid.npz and test.npz, or keys such as train/text",
        advice: "msa-prep export --to npz writes such files.")
    }
    for file in opened { try file.requireUnchanged() }
    return try ArrayAssembly(splits, path: paths.joined(separator: ", "), pad: pad, threads: threads).dataset(
      files: opened)
  }

  /// Returns whether a file is a pickle according to its contents or, if they are inconclusive, its name.
  ///
  /// - Throws: `DataError` 65 for a file that is neither a pickle nor an archive.
  private static func isPickle(_ path: String) throws -> Bool {
    if try Folder.entry(at: path) == .folder { return false }
    let names = [".pkl", ".pickle", ".p"]
    switch try FileKind(of: path) {
    case .pickle: return true
    case let kind where [.unknown, .text].contains(kind) && names.contains(where: path.lowercased().hasSuffix):
      return true
    case .npz, .zip, .tar, .gzip, .xz: return false
    case let kind:
      throw kind.refusal(
        of: path, expected: "an .npz file or a pickle with arrays of one split, or keys such as train/text")
    }
  }

  private static func archive(_ path: String, split splitOfFile: Split?) throws -> [Split: ArrayColumns] {
    var found: [Split: ArrayColumns] = [:]
    try FileTrees.open(path, limits: limits).forEachFile {
      Self.key(of: $0, splitOfFile).map { ArraySplit.wanted.contains($0.key) } ?? false
    } _: { file in
      guard let (split, key) = Self.key(of: file.path, splitOfFile) else { return }
      if found[split, default: ArrayColumns()].add(
        NpyFileColumn(path: path, place: file.path, bytes: file.bytes), forKey: key) != nil
      {
        throw DataError(.badData, file: path, place: file.path, "is a second array for \(split)")
      }
    }
    return found
  }

  /// Zero padding compresses at up to deflate's maximum ratio, so only the limit on the total size is effective.
  private static var limits: TreeLimits {
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
      let split = FoldFile.split(named: String(name[..<end]))
    {
      let key = String(name[name.index(after: end)...])
      if splitOfFile == nil || ArraySplit.wanted.contains(key) { return (split, key) }
    }
    return splitOfFile.map { ($0, name) }
  }
}
