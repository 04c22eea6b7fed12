import ArrayFiles
import Audit
import Files
import Preparation
import Samples
import Shards
import TestSupport
import Text
import Training
import Workers

extension FuzzTarget {
  /// Whole programs at work on untrusted files with correct checksums: prepared folders that contradict themselves,
  /// checkpoints and models with numbers that no run gives. Under AddressSanitizer nothing is read or written beyond
  /// its buffer.
  static let attacks = [
    FuzzTarget(name: "contradictions", seeds: [], madeSeeds: { Contradiction.all.indices.map { [UInt8($0)] } }) {
      try Attack.shared("contradictions").contradict($0)
    },
    attack("train-manifest", Manifest.name) { $0.folder },
    attack("train-shard", Attack.shard) { $0.folder },
    attack("train-samples", SamplesFile.name) { $0.folder },
    attack("train-scalers", ScalersFile.name) { $0.folder },
    FuzzTarget(name: "checkpoint", seeds: [], madeSeeds: { try [Attack.shared("checkpoint").checkpoint] }) {
      try Attack.shared("checkpoint").read(checkpoint: $0)
    },
    FuzzTarget(name: "resume", seeds: [], madeSeeds: { try [Attack.shared("resume").checkpoint] }) {
      try Attack.shared("resume").resume($0)
    },
    FuzzTarget(name: "predict", seeds: [], madeSeeds: { try [Attack.shared("predict").model] }) {
      try Attack.shared("predict").predict($0)
    },
  ]

  private static func attack(
    _ name: String, _ file: String, _ folder: @escaping @Sendable (Attack) -> String
  ) -> FuzzTarget {
    FuzzTarget(
      name: name, seeds: [],
      madeSeeds: { [try InputFile.contents(of: folder(try Attack.shared(name)) + "/" + file, limit: 1 << 24)] },
      otherRefusals: [.inputMissing], read: { try Attack.shared(name).replace(file, with: $0) })
  }
}
