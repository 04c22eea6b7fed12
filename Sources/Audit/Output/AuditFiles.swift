import Digests
import Files
import Leaks
import Text
public import Workers

/// The files that an audit writes.
public enum AuditFiles {
  /// The results with all evidence, as canonical JSON.
  public static let json = "audit.json"
  /// The same for people, on one self-contained page.
  public static let page = "audit.html"

  /// Runs an audit while no other run writes into its folder, which is made if it does not exist.
  ///
  /// - Throws: `DataError` 73 when another run writes there, or the folder cannot be made; 65 when
  ///   something else than a file has the name of one; and what `body` throws.
  public static func whileHolding<Result>(
    _ folder: String, progress: any ProgressSink, _ body: () throws -> Result
  ) throws -> Result {
    try FolderLock.hold(folder, owning: [json, page, Statement.name].contains, warn: progress.warn) { lock in
      try NodeKind.requireReplaceable([json, page, Statement.name], in: folder)
      if lock.isHeld { try PreparationRerun.removeAbandoned(in: folder) }
      let result = try body()
      try lock.confirm(Statement.name)
      return result
    }
  }

  /// Writes audit.json, audit.html and the statement into a folder.
  ///
  /// - Throws: `DataError` 73 when the folder or a file cannot be made, 74 when writing fails.
  public static func write(_ report: AuditReport, to folder: String) throws {
    try Folder.make(folder)
    let text = report.json.canonicalText + "\n"
    let statement = try Statement(report, auditSHA256: SHA256.hexDigest(of: text))
    // Verdicts and digests must be of the same bytes.
    for file in report.subject.datasets.flatMap(\.files) { try file.requireUnchanged() }
    try AtomicFile.write(text, to: folder + "/" + json)
    try AtomicFile.write(AuditPage(report).html, to: folder + "/" + page)
    try AtomicFile.write(statement.json.prettyText, to: folder + "/" + Statement.name)
  }
}
