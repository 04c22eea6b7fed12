import ArrayFiles
import Files
import Samples
import Shards
import Text

/// A prepared folder for training tests, with one row per sample and modality unless stated otherwise.
enum TrainingFolder {
  /// One split's samples: visual, audio and text are [rows, width] each.
  struct Data {
    var features: [[Float]]
    var labels: [Float]
    /// Further label columns by name, in the order of the shard.
    var emotions: [(name: String, values: [Float])] = []
    /// Rows per sample, by modality; nil for one each.
    var rowCounts: [[Int]]?
    /// One value per row, by modality: 0 where there is no frame; nil if every row has one.
    var masks: [[UInt8]]?
    /// Whether `labels` is a column, the sentiment; otherwise only its count matters.
    var hasSentiment = true
    /// The speaker of each sample; nil if unknown.
    var speakers: [String]?

    var labelNames: [String] { (hasSentiment ? ["sentiment"] : []) + emotions.map(\.name) }

    /// [samples, label names].
    var labelRows: [Float] {
      labels.indices.flatMap { sample in
        (hasSentiment ? [labels[sample]] : []) + emotions.map { $0.values[sample] }
      }
    }

    func offsets(_ modality: Int) -> [Int64] {
      let counts = rowCounts?[modality] ?? labels.map { _ in 1 }
      return counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int64($1)) }
    }

    func rowCount(_ modality: Int) -> Int { Int(offsets(modality)[labels.count]) }
  }

  /// Writes a folder.
  static func write(
    _ splits: [Split: Data], widths: [Int], to folder: String, dataset: String = "CMU-MOSEI", prefix: String = "",
    config: JSONValue = [:]
  ) throws {
    try Folder.make(folder + "/" + ShardRecord.folder)
    let modalities = zip(Modality.allCases, widths).filter { $0.1 > 0 }
    var records: [Split: Manifest.SplitRecord] = [:]
    var samples: [Split: [String]] = [:]
    var lines: [SampleLine] = []
    for split in Split.allCases {
      guard let data = splits[split] else { continue }
      let ids = data.labels.indices.map { "\(prefix)\(split)\($0)" }
      let (labelRows, labelCount) = (data.labelRows, data.labelNames.count)
      samples[split] = ids
      lines += ids.enumerated().map { index, id in
        SampleLine(
          id: id, group: id, speaker: data.speakers?[index], split: split,
          shard: ShardRecord.file(split: split, number: 0), index: index, interval: nil,
          rows: Dictionary(
            uniqueKeysWithValues: modalities.map { modality, _ in
              let place = Modality.allCases.firstIndex(of: modality) ?? 0
              return (modality, data.rowCounts?[place][index] ?? 1)
            }),
          label: labelRows[index * labelCount..<(index + 1) * labelCount].map { Double($0) }, words: nil)
      }
      let rows = Dictionary(
        uniqueKeysWithValues: modalities.map { ($0.0, data.rowCount(Modality.allCases.firstIndex(of: $0.0) ?? 0)) })
      let description = ShardDescription(
        split: split, granularity: "utterance", dataset: dataset, dtype: .f32, ids: ids,
        labelNames: data.labelNames,
        modalities: modalities.map { ($0.0, $0.1) }, rowCounts: rows)
      let record = try write(data, description, to: folder + "/" + ShardRecord.file(split: split, number: 0))
      records[split] = .init(samples: ids.count, rows: rows, groups: ids.count, shards: [record])
    }
    let labelNames = splits[.train]?.labelNames ?? ["sentiment"]
    try SamplesFile.write(lines, to: folder)
    try writeLists(samples, records, modalities, labelNames, dataset: dataset, config: config, to: folder)
  }

  private static func write(
    _ data: Data, _ description: ShardDescription, to path: String
  ) throws -> ShardRecord {
    var writer = try ShardWriter(path: path, description: description)
    for name in writer.tensorNames {
      if name == TensorName.labels { try writer.append(data.labelRows, to: name) }
      for (modality, _) in description.modalities {
        let place = Modality.allCases.firstIndex(of: modality) ?? 0
        let count = data.rowCount(place)
        switch name {
        case TensorName.values(modality): try writer.append(data.features[place], to: name)
        case TensorName.offsets(modality): try writer.append(data.offsets(place), to: name)
        case TensorName.intervals(modality): try writer.append([Double](repeating: 0, count: 2 * count), to: name)
        case TensorName.mask(modality):
          try writer.append(data.masks?[place] ?? [UInt8](repeating: 1, count: count), to: name)
        default: break
        }
      }
    }
    return try writer.commit()
  }

  private static func writeLists(
    _ samples: [Split: [String]], _ records: [Split: Manifest.SplitRecord], _ modalities: [(Modality, Int)],
    _ labelNames: [String], dataset: String, config: JSONValue, to folder: String
  ) throws {
    try SplitsFile(groups: samples, samples: samples).write(to: folder)
    let columns = Dictionary(uniqueKeysWithValues: modalities).mapValues {
      ScalersFile.Columns(center: Array(repeating: 0, count: $0), scale: Array(repeating: 1, count: $0))
    }
    let scalers = try ScalersFile(columns: columns).write(to: folder + "/" + ScalersFile.name)
    try Manifest(
      dataset: dataset, granularity: "utterance",
      modalities: Dictionary(uniqueKeysWithValues: modalities).mapValues {
        .init(dim: $0, dtype: .f32, source: "Test")
      },
      labelNames: labelNames, splits: records,
      scalers: .init(
        file: ScalersFile.name, sha256: scalers.sha256, rows: records[.train]?.rows ?? [:],
        trainSamplesSHA256: Manifest.ScalersRecord.digest(of: samples[.train] ?? [])),
      sources: [], config: config, toolVersion: "test"
    ).write(to: folder)
  }
}
