import Shards
import Storage
import Workers

/// The folder that is written: whether it is new, unfinished, finished, or somebody else's.
struct OutputFolder {
  /// The folder's path.
  let path: String
  /// What decides its bytes, apart from the input.
  let configuration: JSONValue

  init(_ path: String, configuration: JSONValue) {
    self.path = path
    self.configuration = configuration
  }

  /// SHA-256 of the canonical configuration.
  var configurationDigest: String { SHA256.hexDigest(of: configuration.canonicalText) }

  /// The outcome of the earlier run where a finished folder of the same configuration and input is there; else nil.
  ///
  /// - Throws: `DataError` 73 when the folder holds something else, 1 when it is finished but damaged.
  func finishedOutcome(inputs: [SourceInput], progress: any ProgressSink) throws -> Preparation.Outcome? {
    try requireOurs()
    return Folder.exists(path + "/" + Manifest.name) ? try finished(inputs, progress) : nil
  }

  /// Makes the folder ready to be written: empty with `overwrites`, else new or with an unfinished run in it.
  ///
  /// - Parameter keepsStaging: whether what `makeStaging` made stays.
  /// - Throws: `DataError` 73 when the folder holds something else.
  func make(overwrites: Bool, keepsStaging: Bool = false) throws {
    try requireOurs()
    if overwrites { try removeOurFiles(butStaging: keepsStaging) }
    try Folder.make(path)
  }

  /// Makes the folder for what is not finished, new with `overwrites`; what an earlier run finished stays.
  ///
  /// - Returns: its path.
  /// - Throws: `DataError` 73 when the output folder holds something else.
  func makeStaging(overwrites: Bool) throws -> String {
    try requireOurs()
    let staging = path + "/" + Staging.folderName
    if overwrites { try Folder.remove(staging) }
    try Folder.make(staging)
    return staging
  }

  private func requireOurs() throws {
    if Folder.isFolder(path), try !isOurs() {
      throw DataError(
        .cannotCreate, file: path, "is not empty and holds no run of this program", expected: "a new or empty folder",
        advice: "Choose another --out.")
    }
  }

  /// SHA-256 of all that decides what is in the blocks.
  func planDigest(of plan: PreparationPlan) -> String {
    SHA256.hexDigest(of: JSONValue.object(["config": configuration, "plan": plan.identity]).canonicalText)
  }

  /// Everything that a run writes; nothing else in the folder is touched.
  private static let ownNames = [
    Manifest.name, "splits.json", "samples.jsonl", "scalers.safetensors", "report.json", "report.html",
    "croissant.json",
    ShardRecord.folder, Staging.folderName,
  ]

  /// Whether the folder is empty or a run of this program wrote what is in it: a manifest of this program, or without a
  /// manifest only what an unfinished run leaves.
  private func isOurs() throws -> Bool {
    let manifest = path + "/" + Manifest.name
    if Folder.exists(manifest) {
      do {
        return try JSONValue(contentsOf: manifest)["format"]?.text?.hasPrefix(Self.formatPrefix) ?? false
      } catch {
        // No JSON, or a folder of that name: nothing that a run writes.
        return false
      }
    }
    let names = try Folder.names(in: path)
    let shards = path + "/" + ShardRecord.folder
    let shardNames = Folder.isFolder(shards) ? try Folder.names(in: shards) : []
    return names.allSatisfy { Self.isName($0, among: Self.ownNames.contains) }
      && shardNames.allSatisfy { Self.isName($0) { $0.hasSuffix(".safetensors") } }
  }

  /// What `format` begins with in the manifests of this program, of any version.
  private static let formatPrefix = "msa-shards/"

  /// Whether a name is a known one, or the temporary name of one that a run was writing when it was killed.
  private static func isName(_ name: String, among isKnown: (String) -> Bool) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(AtomicFile.temporarySuffix) else { return isKnown(name) }
    return isKnown(String(name.dropFirst().dropLast(AtomicFile.temporarySuffix.count)))
  }

  private func removeOurFiles(butStaging keepsStaging: Bool) throws {
    // The manifest goes first: a folder without one is unfinished by definition.
    for name in Self.ownNames where !(keepsStaging && name == Staging.folderName) {
      try Folder.remove(path + "/" + name)
    }
  }

  private func finished(_ inputs: [SourceInput], _ progress: any ProgressSink) throws -> Preparation.Outcome {
    let manifestPath = path + "/" + Manifest.name
    let manifest = try JSONValue(contentsOf: manifestPath)
    let isSame = manifest["config_sha256"]?.text == configurationDigest
    let names = manifest["sources"]?.elements?.map { [$0["name"], $0["bytes"]] }
    let isUnchanged =
      try inputs.map { [.string($0.name), .integer($0.byteCount)] } == names
      && inputs.allSatisfy { try $0.modified <= InputFile(path: manifestPath).modified }
    guard isSame, isUnchanged else {
      throw DataError(
        .cannotCreate, file: path,
        "holds a finished run of \(isSame ? "other or changed input files" : "another configuration")",
        expected: "a new folder, or one of this configuration",
        advice: "Choose another --out, or add --overwrite to replace it.")
    }
    let damage = try PreparedFolder.verify(path, progress: progress)
    if let first = damage.problems.first {
      throw DataError(
        .checkFailed, file: path, "is damaged: \(first)", expected: "the files that the manifest names",
        advice: "Run again with --overwrite to make it anew.")
    }
    // A run that was killed right after it wrote the manifest could not remove its blocks.
    try Folder.remove(path + "/" + Staging.folderName)
    let report = try JSONValue(contentsOf: path + "/report.json")
    let warnings = report["warnings"]?.elements?.compactMap(\.text) ?? []
    return Preparation.Outcome(wasUpToDate: true, manifest: manifest, report: report, warnings: warnings)
  }
}
