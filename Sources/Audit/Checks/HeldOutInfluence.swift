import Corpora
import Digests
import Leaks
import Preparation
import Samples
import Shards
import Text

/// `held-out-influence`: after a new preparation with every value of valid and test changed, the scalers and the train
/// shards must be bit-identical. Imputed values are the scalers' centres, so this covers them too.
struct HeldOutInfluence: AuditCheck {
  let id = "held-out-influence"
  let severity = Severity.error
  let leakage: LeakageType? = .preprocessing
  let meaning = "No held-out value reaches a scaler, an imputed value or a train shard."

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(
      try subject.datasets.map { dataset in
        do {
          return (dataset.name, try Self.finding(for: dataset, try subject.reruns.clean(dataset, subject)))
        } catch let obstacle as RawFiles.Obstacle {
          return (dataset.name, .undecidable(obstacle.reason, advice: obstacle.advice))
        }
      })
  }

  /// The digests of a run's output.
  private struct Digests {
    /// The digests of the scalers and the train shards, by file name.
    var fitted: [String: String] = [:]
    /// The digests of the held-out shards.
    var heldOut: [String: String] = [:]

    init(of folder: String, manifest: Manifest) throws {
      for split in Split.allCases {
        for shard in manifest.splits[split]?.shards ?? [] {
          let digest = try SHA256.hexDigest(ofFile: folder + "/" + shard.file).digest
          if split == .train { fitted[shard.file] = digest } else { heldOut[shard.file] = digest }
        }
      }
      fitted[ScalersFile.name] = try SHA256.hexDigest(ofFile: folder + "/" + ScalersFile.name).digest
    }

    /// Returns the scalers and train shards that differ between two runs, sorted.
    func differences(from other: Digests) -> [String] {
      Set(fitted.keys).union(other.fitted.keys).filter { fitted[$0] != other.fitted[$0] }.sorted()
    }
  }

  private static func finding(for dataset: AuditedDataset, _ clean: Reruns.Clean) throws -> Finding {
    guard let manifest = dataset.manifest else {
      return .undecidable("There is no manifest.", advice: "Prepare the raw files with msa-prep and audit the result.")
    }
    let stored = try Digests(of: dataset.path, manifest: manifest)
    let folder = try clean.rerun.prepare(changesHeldOut: true)
    defer { clean.rerun.remove(folder) }
    let perturbed = try Digests(of: folder, manifest: Manifest.read(folder))
    if perturbed.heldOut == stored.heldOut {
      throw DataError(.internalBug, "changed held-out values left the held-out shards unchanged")
    }
    let differing = perturbed.differences(from: stored)
    if differing.isEmpty {
      let files = stored.fitted.keys.sorted()
      return .pass(
        "With every value of valid and test changed, the scalers and "
          + "\(Phrase.count(files.count - 1, "train shard")) come out identical, bit for bit.",
        evidence: [
          Evidence(text: "Compared: \(Phrase.list(files, limit: 8)).", facts: ["files": .names(files)])
        ])
    }
    // The raw files may not reproduce the folder at all, whatever the held-out values are.
    let again = try Digests(of: clean.folder, manifest: clean.manifest)
    let caused = perturbed.differences(from: again)
    if caused.isEmpty, let rounding = try RoundingDifference(dataset, madeAgainIn: clean.folder, clean.manifest) {
      return rounding.finding(Phrase.list(differing))
    }
    if caused.isEmpty {
      let reason =
        "The raw files do not reproduce this folder's \(Phrase.list(differing)), with or without changed held-out values."
      return .fail(
        "\(reason) It cannot be shown that it was made from train alone.",
        evidence: [
          Evidence(text: "They differ: \(Phrase.list(differing, limit: 8)).", facts: ["files": .names(differing)])
        ],
        advice: "Prepare the folder again with --overwrite and use the result; see reproducible and scaler-train-only.")
    }
    return .fail(
      "Changing the values of valid and test changes \(Phrase.list(caused)): held-out values reach what train is made of.",
      evidence: [Evidence(text: "They differ: \(Phrase.list(caused, limit: 8)).", facts: ["files": .names(caused)])],
      advice: "Report this as a bug of msa-prep; until then, trust no score on this folder.")
  }
}
