import ArrayFiles
import Corpora
import Files
public import Leaks
import Samples
import Shards
import Signals
import Text

extension AuditedDataset {
  /// Opens prepared folders that are used together, mapping their shards and reading their lists.
  ///
  /// A finished folder with damaged or missing files becomes a data set with `damage`, not an error.
  /// - Throws: `DataError` 66 if a folder is not a finished prepared folder, 65 if it is not a folder at all; 71 or 74
  ///   if a file cannot be read, which says nothing about its contents.
  public static func prepared(_ folders: [String]) throws -> [AuditedDataset] {
    try PreparedFolder.refuseRepeated(folders)
    var counts: [String: Int] = [:]
    return try folders.map { folder in
      try prepared(folder) { corpus in
        counts[corpus, default: 0] += 1
        return counts[corpus] == 1 ? corpus : "\(corpus) (\(counts[corpus] ?? 0))"
      }
    }
  }

  private static func prepared(_ folder: String, name: (String) -> String) throws -> AuditedDataset {
    try Manifest.requireFolder(folder)
    let manifest: Manifest
    let manifestFile = try AuditedFile(name: Manifest.name, path: folder + "/" + Manifest.name)
    do {
      manifest = try Manifest.read(folder)
      try manifestFile.requireUnchanged()
    } catch let error as DataError where error.code == .badData {
      return try AuditedDataset(name: name("unreadable folder"), path: folder, manifest: nil, damage: error)
    }
    let name = name(manifest.dataset)
    do {
      return try AuditedDataset(name: name, folder: folder, manifest: manifest)
    } catch let error as DataError where error.tellsOfInput {
      return try AuditedDataset(name: name, path: folder, manifest: manifest, damage: error)
    }
  }

  /// Creates a data set from a folder of which only the manifest is known.
  private convenience init(name: String, path: String, manifest: Manifest?, damage: DataError) throws {
    self.init(
      name: name, path: path, form: .prepared, granularity: manifest?.granularity ?? "",
      dtype: manifest?.modalities.min { $0.key < $1.key }?.value.dtype ?? .f32,
      widths: manifest?.modalities.mapValues(\.dim) ?? [:], labelNames: manifest?.labelNames ?? [], samples: [],
      scalers: nil, manifest: manifest, damage: damage, files: try Self.files(of: path, manifest: manifest),
      store: nil)
  }

  private convenience init(name: String, folder: String, manifest: Manifest) throws {
    // The identities of the files from before they are read.
    let files = try Self.files(of: folder, manifest: manifest)
    let lines = try SamplesFile.read(folder, modalities: manifest.modalities.keys.sorted())
    let lineOfSample = Dictionary(lines.map { ($0.id, $0) }) { first, _ in first }
    var shards: [ShardReader] = []
    var places: [(shard: Int, index: Int)] = []
    var samples: [AuditedSample] = []
    for split in manifest.presentSplits {
      for record in manifest.splits[split]?.shards ?? [] {
        try Interrupt.check()
        let shard = try ShardReader(record, of: split, in: folder, manifest)
        for (index, id) in shard.ids.enumerated() {
          guard let line = lineOfSample[id] else {
            throw DataError(.badData, file: folder + "/" + SamplesFile.name, place: id, "has no line")
          }
          places.append((shards.count, index))
          let rows = shard.description.modalities.map { ($0.modality, shard.rows(of: index, $0.modality).count) }
          samples.append(
            AuditedSample(
              line, split: split, rows: Dictionary(uniqueKeysWithValues: rows), label: Array(shard.labels(of: index)),
              dialog: line.dialog ?? CorpusRegistry.shipped.dialog(ofSample: id)))
        }
        shards.append(shard)
      }
    }
    self.init(
      name: name, path: folder, form: .prepared, granularity: manifest.granularity,
      dtype: shards.first?.description.dtype ?? .f32, widths: manifest.modalities.mapValues(\.dim),
      labelNames: manifest.labelNames, samples: samples,
      scalers: try ScalersFile.read(folder, manifest), manifest: manifest, damage: nil,
      files: files, store: PreparedRows(shards: shards, places: places))
  }

  /// Returns every file in the folder that determines what a model sees, leaving out the reports: what the manifest names,
  /// and whatever else lies among the shards.
  static func files(of folder: String, manifest: Manifest?) throws -> [AuditedFile] {
    var names = [Manifest.name]
    if let manifest {
      names += [ScalersFile.name, SplitsFile.name, SamplesFile.name]
      let shards = manifest.presentSplits.flatMap { (manifest.splits[$0]?.shards ?? []).map(\.file) }
      names += try shards + strayShards(in: folder, besides: Set(shards))
    }
    return try names.map { try AuditedFile(name: $0, path: folder + "/" + $0) }
  }

  /// Returns the files among the shards that the manifest does not name. Temporary files of a killed run do not count:
  /// nobody reads them.
  private static func strayShards(in folder: String, besides known: Set<String>) throws -> [String] {
    let shards = folder + "/" + ShardRecord.folder
    guard try Folder.entry(at: shards) == .folder else { return [] }
    return try Folder.names(in: shards).map { ShardRecord.folder + "/" + $0 }.filter { name in
      try !known.contains(name) && TemporaryName.finalName(of: Folder.name(of: name)) == nil
        && Folder.entry(at: folder + "/" + name) == .file
    }
  }
}
