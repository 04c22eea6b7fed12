import ArrayFiles
import Files
import Samples
public import Text

extension PreparedFolder {
  /// What a shard, another safetensors file, or a prepared folder holds.
  ///
  /// A folder is described by its manifest; nothing is checked (see `verify`).
  /// - Throws: `DataError` 66 when there is nothing to read, 65 when it is damaged or of another format version.
  public static func inspect(_ path: String) throws -> JSONValue {
    if try Folder.entry(at: path) == .folder { return try inspectFolder(path) }
    let file = try SafetensorsFile(path: path)
    if file.header.metadata["format"] == ShardDescription.format { return try inspectShard(path, file.header) }
    return [
      "path": .string(path), "kind": "safetensors", "metadata": .object(file.header.metadata.mapValues { .string($0) }),
      "tensors": tensors(of: file.header),
    ]
  }

  /// An inspection for people: one `key: value` line each, tensors and splits as aligned lines below.
  public static func text(of inspection: JSONValue) -> String {
    var lines: [String] = []
    for (key, value) in (inspection.members ?? [:]).sorted(by: { $0.key < $1.key }) {
      switch value {
      case .array(let elements) where elements.contains { $0.members != nil }:
        lines.append("\(key):")
        lines += elements.map { "  " + summary(of: $0) }
      case .object(let members):
        lines.append("\(key):")
        lines += members.sorted { $0.key < $1.key }.map { "  \($0.key): " + summary(of: $0.value) }
      default: lines.append("\(key): " + summary(of: value))
      }
    }
    return PrintableText.joined(lines) + "\n"
  }

  private static func inspectFolder(_ path: String) throws -> JSONValue {
    let manifest = try Manifest.read(path)
    let splits = manifest.splits.map { split, record -> (String, JSONValue) in
      let summary: JSONValue = [
        "samples": .integer(record.samples), "groups": .integer(record.groups), "rows": RowCounts.json(record.rows),
        "shards": .integer(record.shards.count), "bytes": .integer(record.shards.map(\.bytes).reduce(0, +)),
      ]
      return (split.rawValue, summary)
    }
    return [
      "path": .string(path), "kind": "prepared folder", "format": .string(Manifest.format),
      "dataset": .string(manifest.dataset), "granularity": .string(manifest.granularity),
      "label_names": .array(manifest.labelNames.map { .string($0) }), "tool_version": .string(manifest.toolVersion),
      "modalities": manifest.json["modalities"] ?? .null, "splits": .object(Dictionary(uniqueKeysWithValues: splits)),
      "config": manifest.config,
    ]
  }

  private static func inspectShard(_ path: String, _ header: SafetensorsHeader) throws -> JSONValue {
    let shard = try ShardReader(path: path)
    let description = shard.description
    return [
      "path": .string(path), "kind": "shard", "format": .string(ShardDescription.format),
      "dataset": .string(description.dataset), "granularity": .string(description.granularity),
      "split": .string(description.split.rawValue), "dtype": .string(description.dtype.rawValue),
      "label_names": .array(description.labelNames.map { .string($0) }), "samples": .integer(shard.ids.count),
      "first_ids": .array(shard.ids.prefix(5).map { .string($0) }), "tensors": tensors(of: header),
      "modalities": .object(
        Dictionary(
          uniqueKeysWithValues: description.modalities.map { modality, width in
            (modality.rawValue, modalitySummary(shard, modality, width: width))
          })),
    ]
  }

  private static func modalitySummary(_ shard: ShardReader, _ modality: Modality, width: Int) -> JSONValue {
    let lengths = shard.ids.indices.map { shard.rows(of: $0, modality).count }
    return [
      "dim": .integer(width), "rows": .integer(shard.rowCount(modality)),
      "masked_rows": .integer(shard.mask(modality)?.count { $0 == 0 } ?? 0),
      "shortest_sample": .integer(lengths.min() ?? 0), "longest_sample": .integer(lengths.max() ?? 0),
    ]
  }

  private static func tensors(of header: SafetensorsHeader) -> JSONValue {
    .array(
      header.tensors.map { tensor in
        [
          "name": .string(tensor.name), "dtype": .string(tensor.type.rawValue),
          "shape": .array(tensor.shape.map { .integer($0) }), "bytes": .integer(tensor.dataRange.count),
        ]
      })
  }

  private static func summary(of value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .array(let elements): "[" + elements.map(summary).joined(separator: ", ") + "]"
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \(summary(of: $0.value))" }.joined(separator: ", ")
    default: value.canonicalText
    }
  }
}
