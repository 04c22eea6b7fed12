public import ArrayFiles
import Files
public import Samples
public import Shards
import Text

/// A small prepared folder with known values: two train shards, one valid, one test, and three samples per shard.
public struct ExampleFolder {
  /// Its path.
  public let path: String
  /// The manifest that was written.
  public let manifest: Manifest
  /// The lines of samples.jsonl.
  public let lines: [SampleLine]

  /// The number of columns of each modality.
  public static let widths: [Modality: Int] = [.visual: 3, .audio: 2, .text: 4]
  /// The value at a row (of the whole shard) and column before it was stored; exact in every stored format.
  public static func value(_ modality: Modality, row: Int, column: Int) -> Float {
    let base: Float = modality == .visual ? 0.25 : modality == .audio ? -0.5 : 2
    return base * Float(1 + row % 60) + Float(column)
  }

  /// Writes a folder; `rowCount` gives the rows of a sample, numbered over all splits, by modality.
  public init(
    at path: String, dtype: StoredFloat = .f32, granularity: String = "word",
    rowCount: (Int, Modality) -> Int = { sample, _ in 1 + sample % 4 }
  ) throws {
    try Folder.make(path + "/" + ShardRecord.folder)
    var records: [Split: [ShardRecord]] = [:]
    var lines: [SampleLine] = []
    for (split, number) in [(Split.train, 0), (.train, 1), (.valid, 0), (.test, 0)] {
      let file = ShardRecord.file(split: split, number: number)
      let added = (0..<3).map { index in
        Self.line(split, file, index, number: lines.count + index, rowCount: rowCount)
      }
      lines += added
      records[split, default: []].append(
        try Self.writeShard(path + "/" + file, added, dtype: dtype, granularity: granularity))
    }
    try SamplesFile.write(lines, to: path)
    let groups = Dictionary(grouping: lines, by: \.split).mapValues { Array(Set($0.map(\.group))).sorted() }
    let ids = Dictionary(grouping: lines, by: \.split).mapValues { $0.map(\.id) }
    try SplitsFile(groups: groups, samples: ids).write(to: path)
    let scalers = ScalersFile(
      columns: Self.widths.mapValues {
        .init(center: Array(repeating: 1, count: $0), scale: Array(repeating: 2, count: $0))
      })
    let scalersDigest = try scalers.write(to: path + "/" + ScalersFile.name).sha256
    var splits: [Split: Manifest.SplitRecord] = [:]
    for (split, shards) in records {
      let rows = Self.widths.keys.reduce(into: [:]) { rows, modality in
        rows[modality] = shards.map { $0.rows[modality] ?? 0 }.reduce(0, +)
      }
      splits[split] = .init(
        samples: shards.map(\.samples).reduce(0, +), rows: rows, groups: groups[split]?.count ?? 0, shards: shards)
    }
    manifest = Manifest(
      dataset: "CMU-MOSEI", granularity: granularity,
      modalities: Self.widths.mapValues { .init(dim: $0, dtype: dtype, source: "Example") },
      labelNames: ["sentiment", "happy"], splits: splits,
      scalers: .init(
        sha256: scalersDigest, rows: splits[.train]?.rows ?? [:],
        trainSamplesSHA256: Manifest.ScalersRecord.digest(of: ids[.train] ?? [])),
      sources: [.init(name: "example.csd", bytes: 1, fingerprint: String(repeating: "0", count: 32))],
      config: ["granularity": .string(granularity)], toolVersion: "test")
    try manifest.write(to: path)
    self.path = path
    self.lines = lines
  }

  private static func line(
    _ split: Split, _ file: String, _ index: Int, number: Int, rowCount: (Int, Modality) -> Int
  ) -> SampleLine {
    // Ids as found in the wild: a leading dash, a dot, a slash, letters beyond ASCII.
    let groups = ["-qX", "a.b", "c/d", "é_1"]
    let group = "\(split)\(groups[number % groups.count])"
    let sentiment = [-1.5, 0, 2.25][number % 3]
    return SampleLine(
      id: "\(group)[\(number)]", group: group, split: split, shard: file, index: index,
      interval: Interval(start: Double(number), end: Double(number) + 0.5),
      rows: widths.keys.reduce(into: [:]) { $0[$1] = rowCount(number, $1) }, label: [sentiment, 0.5],
      words: number == 0 ? nil : "word \(number) naïve 😀")
  }

  private static func writeShard(
    _ path: String, _ lines: [SampleLine], dtype: StoredFloat, granularity: String
  ) throws -> ShardRecord {
    let description = ShardDescription(
      split: lines[0].split, granularity: granularity, dataset: "CMU-MOSEI", dtype: dtype, ids: lines.map(\.id),
      labelNames: ["sentiment", "happy"], modalities: widths.map { ($0.key, $0.value) },
      rowCounts: widths.keys.reduce(into: [:]) { counts, modality in
        counts[modality] = lines.map { $0.rows[modality] ?? 0 }.reduce(0, +)
      })
    var writer = try ShardWriter(path: path, description: description)
    for (modality, _) in description.modalities {
      let rows = description.rowCounts[modality] ?? 0
      try writer.append((0..<2 * rows).map { Double($0) / 2 }, to: TensorName.intervals(modality))
    }
    for (modality, _) in description.modalities {
      var offsets: [Int64] = [0]
      for line in lines { offsets.append(offsets[offsets.count - 1] + Int64(line.rows[modality] ?? 0)) }
      try writer.append(offsets, to: TensorName.offsets(modality))
    }
    try writer.append(lines.flatMap(\.label).map { Float($0) }, to: TensorName.labels)
    for (modality, width) in description.modalities {
      let rows = description.rowCounts[modality] ?? 0
      let values = (0..<rows).flatMap { row in (0..<width).map { value(modality, row: row, column: $0) } }
      switch dtype {
      case .f32: try writer.append(values, to: TensorName.values(modality))
      case .f16: try writer.append(values.map { Float16($0).bitPattern }, to: TensorName.values(modality))
      case .bf16: try writer.append(values.map { UInt16($0.bitPattern >> 16) }, to: TensorName.values(modality))
      }
    }
    for (modality, _) in description.modalities {
      let rows = description.rowCounts[modality] ?? 0
      try writer.append((0..<rows).map { UInt8($0 == 0 ? 0 : 1) }, to: TensorName.mask(modality))
    }
    return try writer.commit()
  }
}
