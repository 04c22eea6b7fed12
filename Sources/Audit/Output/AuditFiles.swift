import Storage

/// The files that an audit writes.
public enum AuditFiles {
  /// The results with all evidence, as canonical JSON.
  public static let json = "audit.json"
  /// The same for people, on one self-contained page.
  public static let page = "audit.html"

  /// Writes audit.json, audit.html and the statement into a folder.
  ///
  /// - Throws: `DataError` 73 when the folder or a file cannot be made, 74 when writing fails.
  public static func write(_ report: AuditReport, to folder: String) throws {
    try Folder.make(folder)
    let text = report.json.canonicalText + "\n"
    let statement = try Statement(report, auditSHA256: SHA256.hexDigest(of: text))
    try AtomicFile.write(text, to: folder + "/" + json)
    try AtomicFile.write(AuditPage(report).html, to: folder + "/" + page)
    try AtomicFile.write(statement.json.prettyText, to: folder + "/" + Statement.name)
  }
}
