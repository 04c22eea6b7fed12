import ArrayFiles
import Digests
import Files
import Samples
import Shards
import Signals
import Text

/// A prepared folder in memory, to be changed and written again with matching checksums.
struct PlantedFolder {
  private let source: String
  /// The manifest as it was read; counts and digests are filled in when the folder is written.
  private(set) var manifest: Manifest
  var scalers: ScalersFile
  /// Split by split, in the order of the shards.
  var samples: [PlantedSample]

  var modalities: [Modality] { manifest.modalities.keys.sorted() }

  /// Whether cells without a value were left out of the fit and are now 0: the cleaning mode `mask`.
  var leavesOutMissingCells: Bool {
    let mode = manifest.config["clean"]?.text
    return mode != "zero" && mode != "seed"
  }

  /// Reads a finished prepared folder.
  ///
  /// - Throws: `DataError` 66 when it is not one, 65 when it is damaged, or was prepared anew meanwhile.
  init(reading folder: String) throws {
    source = folder
    let manifest = try Manifest.read(folder)
    self.manifest = manifest
    do {
      scalers = try ScalersFile.read(folder, manifest)
      samples = try Self.samples(of: manifest, in: folder)
    } catch let error as DataError {
      throw try manifest.explained(error, in: folder)
    }
  }

  private static func samples(of manifest: Manifest, in folder: String) throws -> [PlantedSample] {
    var samples: [PlantedSample] = []
    let lines = try SamplesFile.read(folder, modalities: manifest.modalities.keys.sorted())
    let lineOfSample = Dictionary(lines.map { ($0.id, $0) }) { first, _ in first }
    for split in Split.allCases {
      for (number, record) in (manifest.splits[split]?.shards ?? []).enumerated() {
        try Interrupt.check()
        let shard = try ShardReader(record, of: split, in: folder, manifest)
        for (index, id) in shard.ids.enumerated() {
          guard let line = lineOfSample[id] else {
            throw DataError(.badData, file: folder + "/" + SamplesFile.name, place: id, "has no line")
          }
          samples.append(PlantedSample(line, shard, index, number: number))
        }
      }
    }
    return samples
  }

  /// The indices of a split's samples.
  func indices(of split: Split) -> [Int] { samples.indices.filter { samples[$0].split == split } }

  // MARK: - Writing

  /// Writes the folder: shards, scalers, lists, descriptions, the manifest last.
  ///
  /// - Throws: `DataError` 73 when `folder` exists and is not empty, or cannot be made; 74 when writing fails.
  mutating func write(to folder: String) throws {
    try Self.requireFree(folder)
    try Folder.make(folder + "/" + ShardRecord.folder)
    var lines: [SampleLine] = []
    for split in Split.allCases { try writeShards(of: split, to: folder, &lines) }
    manifest.scalers.sha256 = try scalers.write(to: folder + "/" + ScalersFile.name).sha256
    manifest.scalers.rows = manifest.splits[.train]?.rows ?? [:]
    let ids = Dictionary(grouping: lines, by: \.split).mapValues { $0.map(\.id) }
    manifest.scalers.trainSamplesSHA256 = Manifest.ScalersRecord.digest(of: ids[.train] ?? [])
    let groups = Dictionary(grouping: lines, by: \.split).mapValues { lines in
      Set(lines.map(\.group)).sortedByBytes()
    }
    try SplitsFile(groups: groups, samples: ids).write(to: folder)
    try SamplesFile.write(lines, to: folder)
    try copyDescriptions(to: folder)
    try manifest.write(to: folder)
  }

  static func requireFree(_ folder: String) throws {
    try NodeKind.requireFileOrFolder(folder, expected: "a new or empty folder", advice: "Choose another --out.")
    if let entry = try Folder.entry(at: folder),
      try entry != .folder || !Folder.holdsOnly(folder, { $0 == FolderLock.name })
    {
      throw DataError(
        .cannotCreate, file: folder, "is not empty", expected: "a new or empty folder", advice: "Choose another --out.")
    }
  }

  private mutating func writeShards(of split: Split, to folder: String, _ lines: inout [SampleLine]) throws {
    let members = samples.filter { $0.split == split }
    var records: [ShardRecord] = []
    for number in Set(members.map(\.shard)).sorted() {
      try Interrupt.check()
      let file = ShardRecord.file(split: split, number: records.count)
      let inShard = members.filter { $0.shard == number }
      records.append(
        try PlantedShard(samples: inShard, manifest: manifest, split: split).write(to: folder + "/" + file))
      for (index, sample) in inShard.enumerated() {
        var line = sample.line
        (line.shard, line.index) = (file, index)
        line.rows = sample.rows.mapValues(\.rowCount)
        lines.append(line)
      }
    }
    let rows = modalities.map { modality in (modality, records.reduce(0) { $0 + ($1.rows[modality] ?? 0) }) }
    manifest.splits[split] = Manifest.SplitRecord(
      samples: members.count, rows: Dictionary(uniqueKeysWithValues: rows),
      groups: Set(members.map(\.line.group)).count,
      shards: records)
  }

  /// Copies the report as it is, and the data set's description with the new sizes and digests.
  private func copyDescriptions(to folder: String) throws {
    for name in ["report.json", "report.html"] where try Folder.entry(at: source + "/" + name) != nil {
      let bytes = try InputFile.contents(of: source + "/" + name, limit: Self.reportByteLimit)
      try AtomicFile.write(String(decoding: bytes, as: UTF8.self), to: folder + "/" + name)
    }
    let name = "croissant.json"
    guard try Folder.entry(at: source + "/" + name) != nil,
      var members = try JSONValue(contentsOf: source + "/" + name).members
    else { return }
    // Only the files that were written, whatever else an untrusted description names.
    let own = Set(
      [ScalersFile.name, SplitsFile.name, SamplesFile.name, "report.json", "report.html"]
        + manifest.splits.values.flatMap(\.shards).map(\.file))
    let files = try (members["distribution"]?.elements ?? []).filter { file in
      try own.contains(file["@id"]?.text ?? "") && Folder.entry(at: folder + "/" + (file["@id"]?.text ?? "")) != nil
    }.map { file -> JSONValue in
      var file = file.members ?? [:]
      let (digest, byteCount) = try SHA256.hexDigest(ofFile: folder + "/" + (file["@id"]?.text ?? ""))
      file["sha256"] = .string(digest)
      file["contentSize"] = .string("\(byteCount) B")
      return .object(file)
    }
    members["distribution"] = .array(files)
    try AtomicFile.write(JSONValue.object(members).prettyText, to: folder + "/" + name)
  }

  /// A report has a few kilobytes; this is room for one of a million dropped samples.
  private static let reportByteLimit = 1 << 28
}

extension PlantedSample {
  fileprivate init(_ line: SampleLine, _ shard: ShardReader, _ index: Int, number: Int) {
    self.line = line
    self.line.label = shard.labels(of: index).map { Double($0) }
    self.shard = number
    rows = [:]
    for (modality, width) in shard.description.modalities {
      let range = shard.rows(of: index, modality)
      guard let mask = shard.mask(modality), let intervals = shard.intervals(modality) else { continue }
      rows[modality] = PlantedRows(
        width: width, dtype: shard.description.dtype,
        values: shard.withStoredBytes(modality, rows: range) { Array($0) },
        mask: Array(mask[range]), intervals: Array(intervals[2 * range.lowerBound..<2 * range.upperBound]))
    }
  }
}

/// A shard of changed samples on its way to a file.
private struct PlantedShard {
  let samples: [PlantedSample]
  let manifest: Manifest
  let split: Split

  func write(to path: String) throws -> ShardRecord {
    let modalities = manifest.modalities.sorted { $0.key < $1.key }
    let counts = modalities.map { modality, _ in
      (modality, samples.reduce(0) { $0 + ($1.rows[modality]?.rowCount ?? 0) })
    }
    let description = ShardDescription(
      split: split, granularity: manifest.granularity, dataset: manifest.dataset,
      dtype: modalities.first?.value.dtype ?? .f32, ids: samples.map(\.line.id), labelNames: manifest.labelNames,
      modalities: modalities.map { ($0.key, $0.value.dim) }, rowCounts: Dictionary(uniqueKeysWithValues: counts))
    var writer = try ShardWriter(path: path, description: description)
    for (modality, _) in modalities {
      for sample in samples {
        try writer.append(sample.rows[modality]?.intervals ?? [], to: TensorName.intervals(modality))
      }
    }
    for (modality, _) in modalities {
      var offsets: [Int64] = [0]
      for sample in samples { offsets.append(offsets[offsets.count - 1] + Int64(sample.rows[modality]?.rowCount ?? 0)) }
      try writer.append(offsets, to: TensorName.offsets(modality))
    }
    try writer.append(samples.flatMap(\.label), to: TensorName.labels)
    for (modality, _) in modalities {
      for sample in samples {
        try sample.rows[modality]?.values.withUnsafeBytes { try writer.append($0, to: TensorName.values(modality)) }
      }
    }
    for (modality, _) in modalities {
      for sample in samples { try writer.append(sample.rows[modality]?.mask ?? [], to: TensorName.mask(modality)) }
    }
    return try writer.commit()
  }
}
