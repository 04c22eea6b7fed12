import Audit
import Files
import Samples
import Shards
import TestSupport
import Text
import Workers

extension FuzzTarget {
  /// The files of prepared folders and runs, each among intact ones.
  static let folders = [
    ofPrepared("manifest", Manifest.name) { folder in _ = try Manifest.read(folder) },
    ofPrepared("samples", SamplesFile.name) { folder in
      _ = try SamplesFile.read(folder, modalities: Modality.allCases)
    },
    ofPrepared("splits", SplitsFile.name) { folder in _ = try SplitsFile.read(folder) },
    ofPrepared("scalers", ScalersFile.name) { folder in
      let scalers = try ScalersFile.read(folder + "/" + ScalersFile.name)
      precondition(scalers.columns.values.allSatisfy { $0.center.count == $0.scale.count }, "columns without a scale")
    },
    ofPrepared("shard", "shards/train-00000.safetensors") { folder in
      let shard = try ShardReader(path: folder + "/shards/train-00000.safetensors")
      for modality in Modality.allCases where shard.width(modality) > 0 {
        let rows = (shard.ids.indices.last).map { shard.rows(of: $0, modality) } ?? 0..<0
        precondition(rows.upperBound == shard.rowCount(modality), "offsets do not end with the rows")
      }
    },
    ofPrepared("verify", Manifest.name) { folder in
      _ = try PreparedFolder.verify(folder, progress: SilentProgress())
    },
    .ofFile("statement", "statement.json", madeSeeds: { try [MadeSeeds.bytes(MadeSeeds.statement())] }) { path in
      let check = try StatementCheck(path, datasets: [], threads: 1)
      precondition(check.matching == 0, "a file that is not there matches")
    },
  ]

  /// A reader of a prepared folder in which one file is replaced.
  private static func ofPrepared(
    _ name: String, _ file: String, otherRefusals: [DataError.Code] = [],
    _ read: @escaping @Sendable (String) throws -> Void
  ) -> FuzzTarget {
    let folder = scratch + "/" + name
    let seeds = { @Sendable in try [InputFile.contents(of: ExampleFolder(at: folder).path + "/" + file, limit: 1 << 24)]
    }
    return .ofFile(name, name + "/" + file, madeSeeds: seeds) { _ in try read(folder) }
  }
}
