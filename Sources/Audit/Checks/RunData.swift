import Leaks
import Runs
import Shards
import Storage

/// Which data a run was trained on, against those that are audited.
enum RunData {
  /// Refuses a run on other data: nothing that is found in it says anything of these.
  ///
  /// - Throws: `DataError` 64 when a run names other manifests than those of the data sets; 65 when its results cannot be
  ///   read.
  static func require(_ folder: String, of datasets: [AuditedDataset]) throws {
    guard datasets.allSatisfy({ $0.form == .prepared }) else {
      throw DataError(
        .usage, file: folder, "--run judges a run on prepared folders, and other data are given",
        expected: "--run beside --shards", advice: "Leave out --run, or give the folders that it was trained on.")
    }
    // What cannot be read any more is a matter of `integrity`.
    if datasets.contains(where: { $0.damage != nil }) { return }
    let found = Set(try datasets.map { try SHA256.hexDigest(ofFile: $0.path + "/" + Manifest.name).digest })
    for run in try RunRecord.read(folder) {
      guard let stated = run.manifestDigests, !stated.isEmpty, Set(stated) != found else { continue }
      let (missing, more) = (Set(stated).subtracting(found).count, found.subtracting(stated).count)
      let parts = [
        missing == 0
          ? nil : "\(Phrase.count(missing, "folder")) of the run \(missing == 1 ? "is" : "are") not among --shards",
        more == 0 ? nil : "\(Phrase.count(more, "folder")) of --shards \(more == 1 ? "is" : "are") not of the run",
      ]
      throw DataError(
        .usage, file: run.name.isEmpty ? folder : folder + "/" + run.name,
        "the run was trained on other data than \(Phrase.list(datasets.map(\.path))): "
          + parts.compactMap(\.self).joined(separator: ", "),
        expected: "--shards with exactly the folders that it was trained on, unchanged since",
        advice: "Name those folders with --shards, or another run with --run.")
    }
  }
}
