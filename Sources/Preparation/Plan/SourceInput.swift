import ArrayFiles
import Corpora
import HDF5
import Samples
import Shards
import Storage

/// An input file as the manifest and the report name it.
struct SourceInput: Sendable {
  /// `visual`, `audio`, `text`, `labels` or `glove`; of a release `release`, `audio-features`, `visual-features`.
  let role: String
  /// The file's name without its folder, which differs between machines.
  let name: String
  let path: String
  let byteCount: Int
  /// Whatever changes its contents changes this too, unless it happens within the clock's step; so do other things.
  let stamp: FileStamp
  /// What the report says of its contents: `root_name`, `entries`, `rows`, `width`, `type`.
  var facts: [String: JSONValue] = [:]
  /// XXH3-128 of its contents, where that is not gathered from what was read of each recording.
  var fingerprint: String?
  /// Of a folder, what tells of each file whether it is still the same, by its path inside.
  var members: [String: FileStamp] = [:]

  init(role: String, path: String, name: String, byteCount: Int, stamp: FileStamp) {
    self.role = role
    self.path = path
    self.name = name
    self.byteCount = byteCount
    self.stamp = stamp
  }

  init(role: String, path: String) throws { self.init(role: role, file: try InputFile(path: path)) }

  private init(role: String, file: InputFile) {
    self.init(
      role: role, path: file.path, name: Self.name(of: file.path), byteCount: file.byteCount, stamp: FileStamp(of: file)
    )
  }

  /// A path without its folder.
  static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// A computational sequence, as it was when it was opened.
  init(role: String, sequence: CSDFile) {
    self.init(role: role, file: sequence.file.file)
    facts = [
      "root_name": .string(sequence.rootName), "entries": .integer(sequence.entryCount),
      "rows": .integer(sequence.rowCount), "width": .integer(sequence.width),
      "type": .string(sequence.typeDescription),
    ]
  }

  /// The same file of word vectors with what was read of it.
  func with(_ vectors: WordVectors) -> SourceInput {
    var input = self
    input.facts = ["entries": .integer(vectors.count), "width": .integer(vectors.width)]
    input.fingerprint = vectors.fingerprint
    return input
  }
}

extension SourceInput {
  /// XXH3-128 over the recordings' ids and digests, in the order of the ids: what was read of the file.
  func fingerprint(in plan: PreparationPlan, _ summaries: [BlockSummary]) -> String {
    if let known = fingerprint { return known }
    var digests: [String: String] = role == "labels" ? plan.labelFingerprints : [:]
    for summary in summaries { digests.merge(summary.fingerprints[role] ?? [:]) { first, _ in first } }
    var fingerprint = Fingerprint()
    for (id, digest) in digests.sortedByBytes(\.key) {
      fingerprint.update(id)
      fingerprint.update(digest)
    }
    return fingerprint.hexDigest()
  }
}

extension WordVectors {
  /// XXH3-128 over the words that have a vector, in the order of their bytes, and their vectors.
  fileprivate var fingerprint: String {
    var fingerprint = Fingerprint()
    for word in rows.keys.sortedByBytes() {
      fingerprint.update(word)
      vector(of: word)?.withUnsafeBytes { fingerprint.update($0) }
    }
    return fingerprint.hexDigest()
  }
}

extension PreparationConfiguration {
  /// `fingerprinted` with what the files decide: the folds' lists (whichever form the file has) and the word vectors.
  func fingerprint(with folds: FoldFile?) -> JSONValue {
    var members = fingerprinted.members ?? [:]
    if let folds { members["folds_sha256"] = .string(Self.foldsDigest(of: folds)) }
    return .object(members)
  }
}

extension PreparationPlan {
  /// What the blocks' contents depend on besides the configuration: the input files as they are now, and the borders.
  var identity: JSONValue {
    let inputs = sources.inputs.map { input -> JSONValue in
      [
        "role": .string(input.role), "name": .string(input.name), "stamp": .string(input.stamp.text),
      ]
    }
    let borders = blocks.map {
      JSONValue.array([.integer($0.recordings.lowerBound), .integer($0.recordings.upperBound)])
    }
    return [
      "arithmetic": .integer(Manifest.ownArithmetic), "inputs": .array(inputs), "blocks": .array(borders),
      "recordings": .array(recordings.map { .string($0.id) }),
    ]
  }
}
