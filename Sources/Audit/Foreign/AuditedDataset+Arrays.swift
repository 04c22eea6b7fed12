import Archives
import ArrayFiles
import Corpora
import Samples
import Storage

extension AuditedDataset {
  /// Arrays per split: one .npz file a split, named after it, or one whose keys begin with the split (`train/text`,
  /// `train.text`, `train_text`).
  ///
  /// `id` names a sample `video$_$segment`, as MMSA does. Without it samples have no names, and no check of names can be
  /// decided.
  /// - Throws: `DataError` 66 when a file cannot be opened, 65 when it is no archive of .npy files, or they do not fit
  ///   together.
  public static func arrays(_ paths: [String]) throws -> AuditedDataset {
    var files: [Split: [String: ArraySplit.TreeBytes]] = [:]
    for path in paths {
      let splitOfFile = FoldFile.split(named: Folder.name(of: path).split(separator: ".").first.map(String.init) ?? "")
      try FileTrees.open(path, limits: limits).forEachFile {
        Self.key(of: $0, splitOfFile).map { ArraySplit.wanted.contains($0.key) } ?? false
      } _: { file in
        guard let (split, key) = Self.key(of: file.path, splitOfFile) else { return }
        let bytes = ArraySplit.TreeBytes(place: file.path, bytes: file.bytes)
        if files[split, default: [:]].updateValue(bytes, forKey: key) != nil {
          throw DataError(.badData, file: path, place: file.path, "is a second array for \(split)")
        }
      }
    }
    guard !files.isEmpty else {
      throw DataError(
        .badData, file: paths.first, "holds no arrays that tell their split",
        expected: "train.npz, valid.npz and test.npz, or keys such as train/text",
        advice: "msa-prep export --to npz writes such files.")
    }
    return try dataset(files, paths: paths)
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
    if let splitOfFile { return (splitOfFile, name) }
    guard let end = name.firstIndex(where: { "/._".contains($0) }),
      let split = FoldFile.split(named: String(name[..<end]))
    else { return nil }
    return (split, String(name[name.index(after: end)...]))
  }

  private static func dataset(_ files: [Split: [String: ArraySplit.TreeBytes]], paths: [String]) throws
    -> AuditedDataset
  {
    let path = paths.joined(separator: ", ")
    var blocks: [Split: [Modality: ArrayRows.Block]] = [:]
    var places: [(split: Split, index: Int)] = []
    var samples: [AuditedSample] = []
    var widths: [Modality: Int] = [:]
    var labelName: String?
    var isNamed = true
    for split in Split.allCases {
      guard let arrays = try files[split].map({ try ArraySplit($0, path: path, split: split) }) else { continue }
      let own = try arrays.blocks()
      for (modality, block) in own {
        if let width = widths.updateValue(block.width, forKey: modality), width != block.width {
          throw DataError(
            .badData, file: path, place: "\(split): \(modality)", "\(block.width) columns", expected: "\(width)")
        }
      }
      blocks[split] = own
      let (ids, words, labels) = (try arrays.texts("id"), try arrays.texts("raw_text"), try arrays.labels())
      labelName = labelName ?? labels?.name
      isNamed = isNamed && ids != nil
      for index in 0..<arrays.count {
        places.append((split, index))
        samples.append(
          AuditedSample(
            arrayID: ids?[index] ?? "\(split) \(index)", isNamed: ids != nil, split: split,
            rows: own.mapValues { $0.rows[index].count }, label: labels.map { [$0.values[index]] } ?? [],
            words: words?[index]))
      }
    }
    return AuditedDataset(
      name: "arrays", path: path, form: .arrays, granularity: "", dtype: .f32, widths: widths,
      labelNames: labelName.map { [$0] } ?? [], samples: samples, scalers: nil, manifest: nil, damage: nil,
      files: paths.map { AuditedFile(name: Folder.name(of: $0), path: $0) },
      store: ArrayRows(blocks: blocks, places: places))
  }
}

extension AuditedSample {
  /// MMSA joins a video and the number of its segment by `$_$`.
  fileprivate init(
    arrayID: String, isNamed: Bool, split: Split, rows: [Modality: Int], label: [Float], words: String?
  ) {
    let parts = arrayID.split(separator: "$_$", omittingEmptySubsequences: false)
    let id = parts.count == 2 && Int(parts[1]) != nil ? "\(parts[0])[\(parts[1])]" : arrayID
    self.init(
      id: id, group: isNamed ? SampleID(parsing: id).recording : nil, dialog: Self.dialog(of: id), session: nil,
      speaker: nil,
      split: split, interval: nil, rows: rows, label: label, words: words)
  }
}
