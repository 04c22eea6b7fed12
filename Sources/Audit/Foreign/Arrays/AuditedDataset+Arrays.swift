import Archives
import Corpora
import Files
public import Leaks
import Pickles
import Samples
import Text

extension AuditedDataset {
  /// Arrays per split: .npz files or pickles; one file a split, named after it, or one that has all splits (keys such as `train/text`,
  /// `train.text` and `train_text` in an archive, a dictionary of dictionaries in a pickle).
  ///
  /// `id` names a sample (`ArrayNames`). Without it samples have no names, and no check of names can be decided. Pickles are
  /// read without running them.
  /// - Parameter pad: the end at which samples are filled up with zeros, for modalities whose values do not tell.
  /// - Throws: `DataError` 66 when a file cannot be opened, 65 when it is neither an archive of .npy files nor a pickle of a
  ///   layout that is known, or arrays do not fit together.
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
        .badData, file: paths.first, "holds no arrays that tell their split",
        expected: "train.npz, valid.npz and test.npz, or keys such as train/text",
        advice: "msa-prep export --to npz writes such files.")
    }
    for file in opened { try file.requireUnchanged() }
    return try ArrayAssembly(splits, path: paths.joined(separator: ", "), pad: pad, threads: threads).dataset(
      files: opened)
  }

  /// Whether a file is a pickle by its contents, or by its name where they do not tell.
  ///
  /// - Throws: `DataError` 65 for what is neither a pickle nor an archive, before it is taken for one of a release.
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

  /// Arrays of zeros that fill samples up pack by as much as deflate can; the limit on the whole is what counts.
  private static var limits: TreeLimits {
    var limits = TreeLimits()
    limits.fileByteCount = 1 << 33
    limits.totalByteCount = 1 << 35
    limits.ratio = 1032
    return limits
  }

  /// The split and MMSA's key that a path in an archive speaks of.
  private static func key(of path: String, _ splitOfFile: Split?) -> (split: Split, key: String)? {
    guard path.hasSuffix(".npy") else { return nil }
    let name = String(path.dropLast(4))
    // Keys that name their split say more than the name of the file.
    if let end = name.firstIndex(where: { "/._".contains($0) }),
      let split = FoldFile.split(named: String(name[..<end]))
    {
      let key = String(name[name.index(after: end)...])
      if splitOfFile == nil || ArraySplit.wanted.contains(key) { return (split, key) }
    }
    return splitOfFile.map { ($0, name) }
  }
}
