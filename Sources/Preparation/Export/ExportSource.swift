import Samples
import Shards
import Storage

/// A prepared folder that is being exported: its manifest, and the lines of samples.jsonl by shard.
struct ExportSource {
  let manifest: Manifest
  private let folder: String
  private let linesOfShard: [String: [SampleLine]]

  /// Reads the lists; shards are opened one by one.
  init(folder: String) throws {
    self.folder = folder
    manifest = try Manifest.read(folder)
    let lines = try SamplesFile.read(folder, modalities: manifest.modalities.keys.sorted())
    linesOfShard = Dictionary(grouping: lines, by: \.shard).mapValues { $0.sorted { $0.index < $1.index } }
  }

  /// The modalities in their order.
  var modalities: [Modality] { manifest.modalities.keys.sorted() }

  /// The paths inside the folder of a split's shards.
  func shardFiles(of split: Split) -> [String] { (manifest.splits[split]?.shards ?? []).map(\.file) }

  /// The lines of a split in the order of its shards.
  func lines(of split: Split) -> [SampleLine] { shardFiles(of: split).flatMap { linesOfShard[$0] ?? [] } }

  /// Opens a shard; its samples and its lines agree.
  func open(_ file: String) throws -> (shard: ShardReader, lines: [SampleLine]) {
    try Interrupt.check()
    let shard = try ShardReader(path: folder + "/" + file)
    let lines = linesOfShard[file] ?? []
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
