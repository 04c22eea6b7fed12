import Digests
import Files
import Leaks
import Shards
import Text
public import Workers

/// The files that an audit writes.
public enum AuditFiles {
  /// The results with all evidence, as canonical JSON.
  public static let json = "audit.json"
  /// The same results as a self-contained page.
  public static let page = "audit.html"

  private static let names = [json, page, LeaksFile.name, Statement.name]

  /// Runs an audit while locking its output folder against other runs; the folder is created if it does not exist.
  ///
  /// - Throws: `DataError` 73 if another run is writing there, if the folder cannot be created, is a prepared folder or
  ///   lies among the shards of one, or if it contains a file with one of these names that no audit wrote; 65 if
  ///   something other than a file has such a name; and whatever `body` throws.
  public static func whileHolding<Result>(
    _ folder: String, progress: any ProgressSink, _ body: () throws -> Result
  ) throws -> Result {
    try PreparedFolder.requireOutside(folder)
    return try FolderLock.hold(folder, owning: names.contains, warn: progress.warn) { lock in
      try NodeKind.requireReplaceable(names, in: folder)
      try requireOwn(in: folder)
      if lock.isHeld { try PreparationRerun.removeAbandoned(in: folder) }
      let result = try body()
      try lock.confirm(Statement.name)
      return result
    }
  }

  /// Refuses to replace files that no audit wrote: audit.json is the first file that an audit writes.
  private static func requireOwn(in folder: String) throws {
    let present = try names.first { try Folder.entry(at: folder + "/" + $0) != nil }
    guard let present,
      try !JSONValue.isDocument(at: folder + "/" + json, "format", beginningWith: AuditReport.formatPrefix)
    else { return }
    throw DataError(
      .cannotCreate, file: folder + "/" + present, "does not belong to an audit by this program",
      expected: "an earlier audit, or nothing yet", advice: "Move it away, or choose another --out.")
  }

  /// Writes audit.json, audit.html, leaks.csv and the statement to a folder.
  ///
  /// - Throws: `DataError` 73 if the folder or a file cannot be created, 74 if writing fails.
  public static func write(_ report: AuditReport, to folder: String) throws {
    try Folder.make(folder)
    let text = report.json.canonicalText + "\n"
    // Verdicts and digests must refer to the same bytes.
    for file in report.subject.datasets.flatMap(\.files) + report.runFiles { try file.requireUnchanged() }
    try AtomicFile.write(text, to: folder + "/" + json)
    let leaks = try LeaksFile.write(report, to: folder)
    let statement = try Statement(report, auditSHA256: SHA256.hexDigest(of: text), leaksSHA256: leaks.sha256)
    try AtomicFile.write(AuditPage(report, leaks: leaks.excerpts).html, to: folder + "/" + page)
    try AtomicFile.write(statement.json.prettyText, to: folder + "/" + Statement.name)
  }
}
