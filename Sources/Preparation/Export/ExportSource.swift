import Samples
import Shards
import Signals
import Text

/// A prepared folder that is being exported or masked: its manifest, and the lines of samples.jsonl by shard.
struct ExportSource {
  let manifest: Manifest
  private let folder: String
  private let linesOfShard: [String: [SampleLine]]
  /// What the manifest says of each shard.
  private let records: [String: (split: Split, record: ShardRecord)]

  /// Reads the lists; shards are opened one at a time.
  ///
  /// - Throws: `DataError` 65 when the folder contradicts itself, or was prepared anew meanwhile.
  init(folder: String) throws {
    self.folder = folder
    let manifest = try Manifest.read(folder)
    self.manifest = manifest
    let lines: [SampleLine]
    do {
      try PreparedFolder.requireAgreement(folder, manifest)
      lines = try SamplesFile.read(folder, modalities: manifest.modalities.keys.sorted())
    } catch let error as DataError {
      throw try manifest.explained(error, in: folder)
    }
    let records = manifest.splits.flatMap { split, record in record.shards.map { ($0.file, (split, $0)) } }
    self.records = Dictionary(records) { first, _ in first }
    linesOfShard = Dictionary(grouping: lines, by: \.shard).mapValues { $0.sorted { $0.index < $1.index } }
  }

  /// The modalities in their order.
  var modalities: [Modality] { manifest.modalities.keys.sorted() }

  /// The paths inside the folder of a split's shards.
  func shardFiles(of split: Split) -> [String] { (manifest.splits[split]?.shards ?? []).map(\.file) }

  /// The lines of a split in the order of its shards.
  func lines(of split: Split) -> [SampleLine] { shardFiles(of: split).flatMap { linesOfShard[$0] ?? [] } }

  /// The members of lines that only some corpora have, in order, of those that any sample has.
  var optionalTexts: [String] {
    let all = linesOfShard.values.joined()
    return [("dialog", \SampleLine.dialog), ("sentence", \SampleLine.sentence)].filter { _, text in
      all.contains { $0[keyPath: text] != nil }
    }.map(\.0)
  }

  /// Opens a shard; it is the one the manifest names, and its samples and lines agree.
  ///
  /// - Throws: `DataError` 65 when it is damaged, or from a different preparation than the manifest.
  func open(_ file: String) throws -> (shard: ShardReader, lines: [SampleLine]) {
    do {
      return try read(file)
    } catch let error as DataError {
      throw try manifest.explained(error, in: folder)
    }
  }

  private func read(_ file: String) throws -> (shard: ShardReader, lines: [SampleLine]) {
    try Interrupt.check()
    guard let (split, record) = records[file] else {
      throw DataError(
        .internalBug, file: file, "is not a shard of the manifest", advice: "Please report this as a bug.")
    }
    let shard = try ShardReader(record, of: split, in: folder, manifest)
    let lines = linesOfShard[file] ?? []
    guard shard.sha256 == record.sha256 else {
      throw DataError(
        .badData, file: folder + "/" + file, "has SHA-256 \(shard.sha256)",
        expected: "\(record.sha256) as in \(Manifest.name)",
        advice: "It is damaged: prepare the folder again with --overwrite.")
    }
    guard shard.ids == lines.map(\.id), lines.map(\.index) == Array(lines.indices),
      lines.allSatisfy({ line in
        modalities.allSatisfy { line.rows[$0] == shard.rows(of: line.index, $0).count }
          && line.label.count == manifest.labelNames.count
      })
    else {
      throw DataError(
        .badData, file: folder + "/" + file, "does not agree with \(SamplesFile.name) and \(Manifest.name)",
        advice: "Run msa-prep verify \(folder), or prepare the folder again.")
    }
    return (shard, lines)
  }
}
