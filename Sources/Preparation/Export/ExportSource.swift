import Samples
import Shards
import Storage

/// A prepared folder that is being exported: its manifest, and the lines of samples.jsonl by shard.
struct ExportSource {
  let manifest: Manifest
  private let folder: String
  private let linesOfShard: [String: [SampleLine]]
  private let digests: [String: String]

  /// Reads the lists; shards are opened one by one.
  init(folder: String) throws {
    self.folder = folder
    manifest = try Manifest.read(folder)
    let lines = try SamplesFile.read(folder, modalities: manifest.modalities.keys.sorted())
    let shards = manifest.splits.values.flatMap(\.shards)
    digests = Dictionary(shards.map { ($0.file, $0.sha256) }) { first, _ in first }
    linesOfShard = Dictionary(grouping: lines, by: \.shard).mapValues { $0.sorted { $0.index < $1.index } }
  }

  /// The modalities in their order.
  var modalities: [Modality] { manifest.modalities.keys.sorted() }

  /// The paths inside the folder of a split's shards.
  func shardFiles(of split: Split) -> [String] { (manifest.splits[split]?.shards ?? []).map(\.file) }

  /// The lines of a split in the order of its shards.
  func lines(of split: Split) -> [SampleLine] { shardFiles(of: split).flatMap { linesOfShard[$0] ?? [] } }

  /// Opens a shard; it is the one that the manifest names, and its samples and its lines agree.
  ///
  /// - Throws: `DataError` 65 when it is damaged, or of another preparation than the manifest.
  func open(_ file: String) throws -> (shard: ShardReader, lines: [SampleLine]) {
    try Interrupt.check()
    let shard = try ShardReader(path: folder + "/" + file)
    let lines = linesOfShard[file] ?? []
    if let expected = digests[file], shard.sha256 != expected {
      throw DataError(
        .badData, file: folder + "/" + file, "has SHA-256 \(shard.sha256)",
        expected: "\(expected) as in \(Manifest.name)",
        advice: "It is damaged, or the folder was prepared anew meanwhile: run again, or prepare it with --overwrite.")
    }
    guard shard.ids == lines.map(\.id), shard.description.modalities.map(\.modality) == modalities,
      shard.description.modalities.allSatisfy({ manifest.modalities[$0.modality]?.dim == $0.width })
    else {
      throw DataError(
        .badData, file: folder + "/" + file, "does not agree with \(SamplesFile.name) and \(Manifest.name)",
        advice: "Run msa-prep verify \(folder), or prepare the folder again.")
    }
    return (shard, lines)
  }
}
