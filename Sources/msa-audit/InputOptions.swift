import ArgumentParser
import Audit
import Console
import Storage

/// The options that say what is audited.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Prepared folders; several are audited together, as they are trained on.", valueName: "dir"))
  var shards: [String] = []

  /// Opens the data sets.
  ///
  /// - Throws: `DataError` 64 where options do not go together, 65 or 66 where the input cannot be read.
  func datasets() throws -> [AuditedDataset] {
    if shards.isEmpty {
      throw DataError(.usage, "nothing to audit", expected: "--shards <dir>")
    }
    return try AuditedDataset.prepared(shards)
  }

  /// The options as they would be typed, to name them in a hint.
  var arguments: String {
    "--shards " + shards.map(shellQuoted).joined(separator: " ")
  }
}
