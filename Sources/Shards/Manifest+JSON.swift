import ArrayFiles
import Digests
public import Files
import Samples
public import Text

extension Manifest {
  /// The document.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "format": .string(Self.format), "dataset": .string(dataset), "granularity": .string(granularity),
      "modalities": .object(Dictionary(uniqueKeysWithValues: modalities.map { ($0.key.rawValue, $0.value.json) })),
      "label_names": .array(labelNames.map { .string($0) }),
      "splits": .object(Dictionary(uniqueKeysWithValues: splits.map { ($0.key.rawValue, $0.value.json) })),
      "scalers": scalers.json, "sources": .array(sources.map(\.json)), "config": config,
      "config_sha256": .string(configSHA256), "tool_version": .string(toolVersion),
    ]
    if arithmetic > 0 { members["arithmetic"] = .integer(arithmetic) }
    if !allowedLeaks.isEmpty {
      members["allowed_leaks"] = .array(
        allowedLeaks.map { ["check": .string($0.check), "summary": .string($0.summary)] })
    }
    if let classNames { members["class_names"] = .array(classNames.map { .string($0) }) }
    return .object(members)
  }

  /// The SHA-256 of the file that `write` writes.
  public var sha256: String { SHA256.hexDigest(of: json.prettyText) }

  /// Writes the document into a folder: the last step of a preparation.
  public func write(to folder: String, operations: FileOperations = .live) throws {
    try AtomicFile.write(json.prettyText, to: folder + "/" + Self.name, operations: operations)
  }

  /// Reads the manifest of a prepared folder.
  ///
  /// - Throws: `DataError` 66 when there is none: the folder is unfinished or something else; 65 when it is malformed
  ///   or of another format version, or when the path is not a folder.
  public static func read(_ folder: String) throws -> Manifest {
    let path = folder + "/" + name
    try requireFolder(folder)
    guard try Folder.entry(at: folder) != nil else {
      throw DataError(
        .inputMissing, file: folder, "does not exist", expected: "a finished prepared folder",
        advice: "Check the path: it is the --out of msa-prep.")
    }
    guard try Folder.entry(at: path) != nil else {
      throw DataError(
        .inputMissing, file: folder, "has no \(name)", expected: "a finished prepared folder",
        advice: "Name the --out of msa-prep; if a preparation stopped there, run its command again.")
    }
    do {
      return try Manifest(json: JSONValue(contentsOf: path, limit: maximalByteCount))
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// Refuses a path to something other than a folder; a missing path is left to `read`.
  ///
  /// - Throws: `DataError` 65.
  public static func requireFolder(_ path: String) throws {
    try NodeKind.requireFolder(
      path, expected: "a finished prepared folder", advice: "Check the path: it is the --out of msa-prep.")
  }

  /// A manifest has about 200 bytes per shard; this is room for a million shards.
  private static let maximalByteCount = 1 << 28

  /// Reads the document.
  ///
  /// - Throws: `DataError` 65 that names the key at fault.
  public init(json: JSONValue) throws {
    let fields = JSONFields(json)
    let format = try fields.string("format")
    guard format == Self.format else {
      throw DataError(
        .badData, place: "format", "found \"\(format)\"", expected: "\"\(Self.format)\"",
        advice: "Use the version of msa-prep that wrote it, or prepare the folder again.")
    }
    let modalities = try Self.keyed(fields.object("modalities"), by: Modality.init(rawValue:)) {
      try ModalityRecord($0)
    }
    let order = modalities.keys.sorted()
    let splits = try Self.keyed(fields.object("splits"), by: Split.init(rawValue:)) { record in
      SplitRecord(
        samples: try record.count("samples"), rows: try record.rows("rows", modalities: order),
        groups: try record.count("groups"),
        shards: try record.objects("shards").map { try ShardRecord($0, modalities: order) })
    }
    try self.init(
      dataset: fields.string("dataset"), granularity: fields.string("granularity"), modalities: modalities,
      labelNames: fields.strings("label_names"), splits: splits,
      scalers: ScalersRecord(fields.object("scalers"), modalities: order),
      sources: fields.objects("sources").map {
        SourceRecord(
          name: try $0.string("name"), bytes: try $0.count("bytes"), fingerprint: try $0.string("fingerprint"))
      },
      config: fields.any("config"), toolVersion: fields.string("tool_version"))
    arithmetic = json["arithmetic"] == nil ? 0 : try fields.count("arithmetic")
    if json["allowed_leaks"] != nil {
      allowedLeaks = try fields.objects("allowed_leaks").map {
        LeakRecord(check: try $0.string("check"), summary: try $0.string("summary"))
      }
    }
    classNames = try fields.optionalStrings("class_names")
    if config[Self.likeKey] != nil { _ = try fields.object("config").digest(Self.likeKey) }
    if let odd = splits.keys.first(where: { !expectedSplits.contains($0) }) {
      let wanted =
        likeSHA256 == nil
        ? "train, valid and test, since config names nothing that the folder is like"
        : "predict alone, since config names a folder that it is like"
      throw try fields.object("splits").wrong(odd.rawValue, wanted)
    }
    guard try fields.digest("config_sha256") == configSHA256 else {
      throw fields.wrong("config_sha256", "\(configSHA256), the digest of config")
    }
    for (key, members) in [("granularity", [granularity]), ("dtype", modalities.values.map(\.dtype.rawValue).sorted())]
    {
      guard let configured = config[key]?.text, let other = members.first(where: { $0 != configured }) else { continue }
      throw try fields.object("config").wrong(key, "\(other), as the manifest says elsewhere")
    }
  }

  private static func keyed<Key: Hashable, Record>(
    _ fields: JSONFields, by parse: (String) -> Key?, _ read: (JSONFields) throws -> Record
  ) throws -> [Key: Record] {
    var records: [Key: Record] = [:]
    for name in fields.keys {
      guard let key = parse(name) else { throw fields.wrong(name, "no such member") }
      records[key] = try read(fields.object(name))
    }
    return records
  }
}

extension JSONFields {
  /// The path of a file inside the prepared folder: a name, below a folder or not.
  ///
  /// Others write manifests too; no name in one may lead out of the folder, whatever reads it.
  fileprivate func name(_ key: String, folder: String?) throws -> String {
    let path = try string(key)
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if let long = parts.map(\.utf8.count).max(), long > Self.longestName {
      throw DataError(
        .badData, place: path, "has a name of \(long) bytes", expected: "at most \(Self.longestName) bytes",
        advice: "Do not use this folder: its manifest is not what msa-prep wrote.")
    }
    let isInside = parts.count == (folder == nil ? 1 : 2) && (folder == nil || parts[0] == folder)
    if isInside, let name = parts.last, !["", ".", ".."].contains(name), !name.contains("\0") { return path }
    throw DataError(
      .badData, place: path, "is outside \(folder.map { $0 + "/" } ?? "the folder")",
      expected: "the name of a file in \(folder.map { $0 + "/" } ?? "the folder itself")",
      advice: "Do not use this folder: its manifest is not what msa-prep wrote.")
  }

  /// What Linux takes (`NAME_MAX`).
  private static let longestName = 255

  fileprivate func dtype(_ key: String) throws -> StoredFloat {
    guard let dtype = StoredFloat(rawValue: try string(key)) else { throw wrong(key, "f16, f32 or bf16") }
    return dtype
  }
}

extension Manifest.ModalityRecord {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "dim": .integer(dim), "dtype": .string(dtype.rawValue), "source": .string(source),
    ]
    if let columns { members["columns"] = .array(columns.map { .string($0) }) }
    if let extractor {
      members["extractor"] = ["name": .string(extractor.name), "version": .string(extractor.version)]
    }
    return .object(members)
  }

  fileprivate init(_ fields: JSONFields) throws {
    try self.init(
      dim: fields.count("dim", in: 1...ShardReader.largestWidth), dtype: fields.dtype("dtype"),
      source: fields.string("source"), columns: fields.optionalStrings("columns"))
    if let columns, columns.count != dim || Set(columns).count != dim {
      throw fields.wrong("columns", "\(dim) names, each once")
    }
    guard fields.keys.contains("extractor") else { return }
    let declared = try fields.object("extractor")
    extractor = Extractor(name: try declared.string("name"), version: try declared.string("version"))
  }
}

extension Manifest.SplitRecord {
  fileprivate var json: JSONValue {
    [
      "samples": .integer(samples), "rows": RowCounts.json(rows), "groups": .integer(groups),
      "shards": .array(shards.map(\.json)),
    ]
  }
}

extension Manifest.ScalersRecord {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "file": .string(file), "sha256": .string(sha256), "fitted_on": .string(Split.train.rawValue),
      "rows": RowCounts.json(rows), "train_samples_sha256": .string(trainSamplesSHA256),
    ]
    let empty = columnsWithoutValue.filter { !$0.value.isEmpty }
    if !empty.isEmpty {
      members["columns_without_value"] = .object(
        Dictionary(uniqueKeysWithValues: empty.map { ($0.key.rawValue, .array($0.value.map { .integer($0) })) }))
    }
    return .object(members)
  }

  fileprivate init(_ fields: JSONFields, modalities: [Modality]) throws {
    try self.init(
      file: fields.name("file", folder: nil), sha256: fields.digest("sha256"),
      rows: fields.rows("rows", modalities: modalities),
      trainSamplesSHA256: fields.digest("train_samples_sha256"))
    if fields.keys.contains("columns_without_value") {
      let lists = try fields.object("columns_without_value")
      for modality in modalities where lists.keys.contains(modality.rawValue) {
        columnsWithoutValue[modality] = try lists.counts(modality.rawValue)
      }
    }
    guard try fields.split("fitted_on") == .train else { throw fields.wrong("fitted_on", "\"train\"") }
  }
}

extension Manifest.SourceRecord {
  fileprivate var json: JSONValue {
    ["name": .string(name), "bytes": .integer(bytes), "fingerprint": .string(fingerprint)]
  }
}

extension ShardRecord {
  fileprivate var json: JSONValue {
    [
      "file": .string(file), "bytes": .integer(bytes), "sha256": .string(sha256), "samples": .integer(samples),
      "rows": RowCounts.json(rows),
    ]
  }

  fileprivate init(_ fields: JSONFields, modalities: [Modality]) throws {
    try self.init(
      file: fields.name("file", folder: Self.folder), bytes: fields.count("bytes"), sha256: fields.digest("sha256"),
      samples: fields.count("samples"), rows: fields.rows("rows", modalities: modalities))
  }
}
