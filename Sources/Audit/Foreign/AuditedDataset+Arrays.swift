import Archives
import ArrayFiles
import Corpora
import Files
public import Leaks
import Samples
import Text

extension AuditedDataset {
  /// Arrays per split: one .npz file a split, named after it, or one whose keys begin with the split (`train/text`,
  /// `train.text`, `train_text`).
  ///
  /// `id` names a sample (`ArrayNames`). Without it samples have no names, and no check of names can be decided.
  /// - Throws: `DataError` 66 when a file cannot be opened, 65 when it is not an archive of .npy files, or they do not fit
  ///   together.
  public static func arrays(_ paths: [String]) throws -> AuditedDataset {
    var files: [Split: [String: ArraySplit.TreeBytes]] = [:]
    let opened = try AuditedFile.single(paths)
    for path in paths {
      try requireArchive(path)
      let splitOfFile = FoldFile.split(named: Folder.name(of: path).split(separator: ".").first.map(String.init) ?? "")
      try FileTrees.open(path, limits: limits).forEachFile {
        Self.key(of: $0, splitOfFile).map { ArraySplit.wanted.contains($0.key) } ?? false
      } _: { file in
        guard let (split, key) = Self.key(of: file.path, splitOfFile) else { return }
        let bytes = ArraySplit.TreeBytes(path: path, place: file.path, bytes: file.bytes)
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
    for file in opened { try file.requireUnchanged() }
    return try dataset(files, paths: paths, opened: opened)
  }

  /// Refuses what is no archive of arrays before it is taken for one of a release.
  private static func requireArchive(_ path: String) throws {
    if try Folder.entry(at: path) == .folder { return }
    switch try FileKind(of: path) {
    case .npz, .zip, .tar, .gzip, .xz: return
    case let kind:
      throw kind.refusal(of: path, expected: "an .npz file with arrays of one split, or keys such as train/text")
    }
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

  private static func dataset(
    _ files: [Split: [String: ArraySplit.TreeBytes]], paths: [String], opened: [AuditedFile]
  ) throws -> AuditedDataset {
    let path = paths.joined(separator: ", ")
    var blocks: [Split: [Modality: ArrayRows.Block]] = [:]
    var places: [(split: Split, index: Int)] = []
    var samples: [AuditedSample] = []
    var widths: [Modality: Int] = [:]
    var labelNames: [String]?
    for split in Split.allCases {
      guard let arrays = try files[split].map({ try ArraySplit($0, split: split) }) else { continue }
      let own = try arrays.blocks()
      for (modality, block) in own {
        if let width = widths.updateValue(block.width, forKey: modality), width != block.width {
          throw DataError(
            .badData, file: arrays.path, place: "\(split): \(modality)", "\(block.width) columns", expected: "\(width)")
        }
      }
      blocks[split] = own
      let (names, words, labels) = (try arrays.names()?.names, try arrays.words(), try arrays.labels())
      if arrays.count > 0, let other = labelNames, other != labels.names {
        throw DataError(
          .badData, file: arrays.path, place: "\(split): labels",
          "has the columns \(Phrase.list(labels.names, limit: 8))",
          expected: "those of the other splits, \(Phrase.list(other, limit: 8))",
          advice: "Write the same label arrays for every split.")
      }
      if arrays.count > 0 { labelNames = labels.names }
      for index in 0..<arrays.count {
        places.append((split, index))
        samples.append(
          AuditedSample(
            names?[index], number: index, split: split, rows: own.mapValues { $0.rows[index].count },
            label: labels.rows[index], words: words?[index]))
      }
    }
    return AuditedDataset(
      name: "arrays", path: path, form: .arrays, granularity: "", dtype: .f32, widths: widths,
      labelNames: labelNames ?? [], samples: samples, scalers: nil, manifest: nil, damage: nil,
      files: opened,
      store: ArrayRows(blocks: blocks, places: places))
  }
}

extension AuditedSample {
  /// A segment's name as the audit writes it: MMSA's `vid$_$3` is `vid[3]`.
  static func segmentName(_ name: String) -> String {
    let parts = name.split(separator: "$_$", omittingEmptySubsequences: false)
    return parts.count == 2 && Int(parts[1]) != nil ? "\(parts[0])[\(parts[1])]" : name
  }

  fileprivate init(
    _ name: ArrayNames.Name?, number: Int, split: Split, rows: [Modality: Int], label: [Float], words: String?
  ) {
    let id = name?.id ?? "\(split) \(number)"
    self.init(
      id: id, group: name?.recording, dialog: CorpusRegistry.shipped.dialog(ofSample: id), session: nil, speaker: nil,
      split: split,
      interval: name?.interval, rows: rows, label: label, words: words)
    ownRecording = name?.recording
  }
}

/// The rows of samples that were read from arrays.
struct ArrayRows: RowStore {
  /// The rows of a modality in one split, without padding.
  struct Block: Sendable {
    let width: Int
    /// [rows, width] with gaps where samples were padded.
    let values: [Float]
    /// The rows of each sample in `values`.
    let rows: [Range<Int>]

    /// A byte a row of `rows`: 0 where a row is zero throughout, as padding and missing rows are.
    func mask(of sample: Int) -> [UInt8] {
      rows[sample].map { row in values[row * width..<(row + 1) * width].contains { $0 != 0 } ? 1 : 0 }
    }
  }

  let blocks: [Split: [Modality: Block]]
  /// The split of each sample and its place there.
  let places: [(split: Split, index: Int)]

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    let place = places[sample]
    guard let block = blocks[place.split]?[modality] else {
      return try body(UnsafeBufferPointer(start: nil, count: 0), UnsafeBufferPointer(start: nil, count: 0))
    }
    let rows = block.rows[place.index]
    return try block.values.withUnsafeBufferPointer { values in
      let own = UnsafeBufferPointer(rebasing: values[rows.lowerBound * block.width..<rows.upperBound * block.width])
      return try block.mask(of: place.index).withUnsafeBufferPointer { try body(own, $0) }
    }
  }

  /// Arrays hold no times.
  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? { nil }
}
