public import Samples
import Signals
package import Text

extension PreparedFolder {
  /// Makes sure that a folder is consistent: the manifest, the shards, splits.json and samples.jsonl agree on which
  /// sample is in which split and shard, on its rows and on its labels.
  ///
  /// Checksums do not show that: whoever swapped two splits may have rewritten them. Digests are not looked at here.
  /// - Parameter shards: the readers of some splits' shards, in their order; for other splits only the lists are
  ///   compared.
  /// - Throws: `DataError` 65 for the first contradiction or a list that is malformed, 66 for one that is missing.
  public static func requireAgreement(
    _ folder: String, _ manifest: Manifest, shards: [Split: [ShardReader]]
  ) throws {
    var check = FolderCheck(folder: folder, manifest: manifest, threads: 1, report: VerifyReport(folder: folder))
    check.checkRecords(shards)
    if check.report.isIntact { try check.checkSplits() }
    if check.report.isIntact { try check.checkSamples() }
    guard var problem = check.report.problems.first else { return }
    if problem.code == .inputMissing {
      problem.advice = "The folder is not whole: copy all of it, or prepare it again with --overwrite."
    } else {
      problem.code = .badData
      problem.advice = "The folder contradicts itself: prepare it again with --overwrite."
    }
    throw problem
  }

  /// The same for a whole folder, whose shards are opened for this.
  ///
  /// - Throws: as with readers, and what opening a shard throws.
  public static func requireAgreement(_ folder: String, _ manifest: Manifest) throws {
    let shards = try manifest.splits.mapValues { record in
      try record.shards.map { shard in
        try Interrupt.check()
        return try ShardReader(path: folder + "/" + shard.file)
      }
    }
    try requireAgreement(folder, manifest, shards: shards)
  }
}

extension Manifest {
  /// An error that came up while the folder of this manifest was read. Where the folder has another manifest by now, or
  /// none, the files are of two preparations, and nothing is wrong with either.
  ///
  /// - Throws: `DataError` 71 or 74 when the manifest cannot be read again.
  package func explained(_ error: DataError, in folder: String) throws -> DataError {
    guard error.tellsOfInput else { return error }
    do {
      if try Manifest.read(folder) == self { return error }
    } catch let missing as DataError where missing.tellsOfInput {
      // A folder that is being prepared has none.
    }
    var explained = error
    explained.code = .badData
    explained.advice = "The folder was prepared again in the meantime: run again."
    return explained
  }
}

extension FolderCheck {
  /// The manifest against itself, and against what its shards say about themselves.
  fileprivate mutating func checkRecords(_ readers: [Split: [ShardReader]]) {
    var seen: Set<String> = []
    for split in manifest.presentSplits {
      guard let record = manifest.splits[split] else { continue }
      for shard in record.shards where !seen.insert(shard.file).inserted {
        report.add(path(Manifest.name), place: shard.file, "is listed twice")
      }
      checkSums(record, split: split)
      for (shard, reader) in zip(record.shards, readers[split] ?? []) {
        shards[shard.file] = reader
        compare(reader, shard, split: split)
      }
    }
  }
}
