import Digests
import Samples
import Shards
import Signals
import Text
import Workers

/// A prepared folder to train on, with its manifest and shards checked and mapped.
struct MappedFolder {
  /// The path of the folder.
  let path: String
  let manifest: Manifest
  let record: CorpusRecord
  /// The shards of each split, in order.
  let shards: [Split: [ShardReader]]

  /// Checks and maps some of the splits of a folder.
  ///
  /// - Throws: `DataError` 66 if the folder is not complete; 65 if a shard or the scalers differ from the manifest, the
  ///   folder contradicts itself (`PreparedFolder.requireAgreement`), or it was prepared again in the meantime.
  init(_ path: String, splits: [Split], progress: any ProgressSink) throws {
    self.path = path
    let manifest = try Manifest.read(path)
    self.manifest = manifest
    do {
      (shards, record) = try Self.mapped(path, manifest, splits: splits, progress: progress)
    } catch let error as DataError {
      throw try manifest.explained(error, in: path)
    }
  }

  private static func mapped(
    _ path: String, _ manifest: Manifest, splits: [Split], progress: any ProgressSink
  ) throws -> (shards: [Split: [ShardReader]], record: CorpusRecord) {
    var shards: [Split: [ShardReader]] = [:]
    let records = splits.map { (split: $0, shards: manifest.splits[$0]?.shards ?? []) }
    progress.begin("check \(path)", total: records.reduce(0) { $0 + $1.shards.count }, unit: "shard")
    defer { progress.end() }
    for (split, list) in records {
      for shard in list {
        try Interrupt.check()
        let reader = try ShardReader(shard, of: split, in: path, manifest)
        // The digest of the mapped bytes: the folder may be prepared again in the meantime.
        try check(path + "/" + shard.file, reader.sha256, expected: shard.sha256)
        shards[split, default: []].append(reader)
        progress.advance(by: 1)
      }
    }
    for split in splits {
      let counted = shards[split]?.reduce(0) { $0 + $1.ids.count } ?? 0
      let stated = manifest.splits[split]?.samples ?? 0
      if counted != stated {
        throw DataError(
          .badData, file: path + "/" + Manifest.name, place: "splits.\(split).samples", "is \(stated)",
          expected: "\(counted), which the shards hold", advice: "Prepare the folder again with --overwrite.")
      }
    }
    let scalers = path + "/" + manifest.scalers.file
    try check(scalers, SHA256.hexDigest(ofFile: scalers).digest, expected: manifest.scalers.sha256)
    _ = try ScalersFile.read(path, manifest)
    try PreparedFolder.requireAgreement(path, manifest, shards: shards)
    let record = CorpusRecord(
      folder: path, dataset: manifest.dataset, granularity: manifest.granularity,
      manifestSHA256: try digest(of: manifest, in: path),
      scalersSHA256: manifest.scalers.sha256, samples: manifest.splits.mapValues(\.samples),
      widths: manifest.modalities.mapValues(\.dim))
    return (shards, record)
  }

  /// Returns the SHA-256 of the manifest's file, which must still be the file that was read.
  private static func digest(of manifest: Manifest, in folder: String) throws -> String {
    let path = folder + "/" + Manifest.name
    let digest = try SHA256.hexDigest(ofFile: path).digest
    if try Manifest.read(folder) != manifest {
      throw DataError(
        .badData, file: path, "changed while the folder was read", expected: "one preparation from first to last",
        advice: "Run again when nothing writes into the folder.")
    }
    return digest
  }

  private static func check(_ path: String, _ found: String, expected sha256: String) throws {
    if found != sha256 {
      throw DataError(
        .badData, file: path, "has SHA-256 \(found)", expected: "\(sha256) as in \(Manifest.name)",
        advice: "The file is damaged: prepare the folder again with --overwrite.")
    }
  }

  /// Returns the index of a label column.
  ///
  /// - Parameter name: the name of the column; nil for the first.
  func labelColumn(_ name: String?) throws -> Int {
    let names = manifest.labelNames
    guard let name else {
      if names.isEmpty {
        throw DataError(.badData, file: path, "has no labels", expected: "at least one column to learn")
      }
      return 0
    }
    guard let column = names.firstIndex(of: name) else {
      throw DataError(
        .badData, file: path, "has no label \(name)", expected: "one of \(names.joined(separator: ", "))",
        advice: "Choose one of these with --label, or prepare a folder with other --labels.")
    }
    return column
  }

  /// Makes the error for a sample whose label is unknown.
  ///
  /// - Parameters:
  ///   - name: the name of the label to learn.
  ///   - value: the value found in its place.
  func missingLabel(_ name: String, of sample: String, value: Float) -> DataError {
    let others = manifest.labelNames.filter { $0 != name }
    let choice = others.isEmpty ? "Prepare" : "Choose one of \(others.joined(separator: ", ")) with --label, or prepare"
    let labels = manifest.config["labels"]?.text.map { ", with other --labels than \($0)" } ?? ""
    return DataError(
      .badData, file: path, place: sample, "label \(name) is \(value)", expected: "a number in every sample",
      advice: "\(choice) a folder without such samples\(labels).")
  }

  /// Returns the number of columns of each modality: that of the widest folder. Narrower folders, and those without the
  /// modality, are padded with zeros, which is their train median. A modality that no folder has gets one column of
  /// zeros.
  static func widths(_ folders: [MappedFolder]) -> [Int] {
    Modality.allCases.map { modality in max(1, folders.map { $0.record.widths[modality] ?? 0 }.max() ?? 0) }
  }
}
