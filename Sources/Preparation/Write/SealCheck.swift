public import Shards
import Storage

/// Looks for leaks in a folder that is all but finished: its manifest, the lines of its samples, and where its shards lie.
///
/// What it finds keeps the folder from being sealed, unless the configuration allows it. Preparation knows no check itself:
/// the program hands it the audit's.
public typealias SealCheck =
  @Sendable (_ manifest: Manifest, _ lines: [SampleLine], _ folder: String) throws ->
  [Manifest.LeakRecord]

extension Manifest.LeakRecord {
  /// Why a folder with this leak is not sealed, or not used.
  func refusal(of folder: String, all leaks: [Manifest.LeakRecord]) -> DataError {
    let sentence = summary.hasSuffix(".") ? String(summary.dropLast()) : summary
    return DataError(
      .checkFailed, file: folder, "fails the check \(check): \(sentence)",
      advice: "Divide the recordings otherwise with --overwrite, or seal the folder with its leak: --allow-leaks "
        + leaks.map(\.check).joined(separator: ",") + ".")
  }
}
