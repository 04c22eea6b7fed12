import Digests
import Files
import Leaks
import Samples
import Shards
import Text

/// What checks find in data for a trained model: a folder of the one split `predict`, which was prepared like another and
/// on which nothing was fitted. Between splits there is nothing to find, since there is only one.
enum LikeFindings {
  /// Runs a check on a folder that was prepared like another.
  ///
  /// - Throws: as `AuditCheck.run(on:)`.
  static func finding(of check: any AuditCheck, for dataset: AuditedDataset, _ subject: AuditSubject) throws -> Finding
  {
    switch check {
    case is Integrity, is Reproducible: return try check.run(on: subject.alone(dataset))
    case is FoldPresence:
      let count = dataset.samples.count
      return .pass(
        "The one split is predict, with \(Phrase.count(count, "sample")): data for a trained model.",
        evidence: [Evidence(text: "predict \(Phrase.count(count, "sample")).", facts: ["predict": .integer(count)])])
    case is ScalerTrainOnly: return try scalers(of: dataset, subject)
    default:
      return .undecidable(
        "There is one split, predict, and nothing was fitted on it: it can share nothing with another.",
        advice: "Audit the folder that the model was trained on.")
    }
  }

  /// Whether the scalers are those of the folder that it is like.
  private static func scalers(of dataset: AuditedDataset, _ subject: AuditSubject) throws -> Finding {
    guard let folder = try LikeSource.folder(of: dataset, subject) else {
      return .undecidable(
        "The folder that it was prepared like is neither given nor beside it, so nothing shows whose scalers these are.",
        advice: "Give it too, with --shards.")
    }
    let digests = try [dataset.path, folder].map { try SHA256.hexDigest(ofFile: $0 + "/" + ScalersFile.name).digest }
    let facts = Evidence(
      text: "SHA-256 of the scalers: \(digests[0]); of that folder's: \(digests[1]).",
      facts: ["scalers_sha256": .string(digests[0]), "like_scalers_sha256": .string(digests[1])])
    if digests[0] == digests[1] {
      return .pass(
        "The scalers are those of the folder that it was prepared like, bit for bit; nothing was fitted.",
        evidence: [facts])
    }
    return .fail(
      "The scalers are not those of the folder that it was prepared like.", evidence: [facts],
      advice: "One of the two was changed: prepare this folder again with --overwrite.")
  }
}

/// Where the folder is that another was prepared like: a manifest names it by its digest, not by its path.
enum LikeSource {
  /// No folder of prepared folders is larger.
  private static let mostNeighbours = 4096

  /// The path of the folder, if it is audited too or stands beside the other; nil otherwise.
  ///
  /// - Throws: `DataError` 71 or 74 when the system cannot tell.
  static func folder(of dataset: AuditedDataset, _ subject: AuditSubject) throws -> String? {
    guard let digest = dataset.manifest?.likeSHA256 else { return nil }
    let audited = subject.datasets.map(\.path)
    if let own = try audited.first(where: { try isFolder($0, of: digest) }) { return own }
    let parent = Folder.parent(of: dataset.path)
    guard try Folder.entry(at: parent) == .folder else { return nil }
    return try Folder.names(in: parent).prefix(mostNeighbours).map { parent + "/" + $0 }.first {
      try isFolder($0, of: digest)
    }
  }

  private static func isFolder(_ path: String, of digest: String) throws -> Bool {
    let manifest = path + "/" + Manifest.name
    guard try Folder.entry(at: path) == .folder, try Folder.entry(at: manifest) == .file else { return false }
    do {
      return try SHA256.hexDigest(ofFile: manifest).digest == digest
    } catch let error as DataError where error.tellsOfInput {
      // It went away, or is something else: only the one with the right digest matters.
      return false
    }
  }
}
