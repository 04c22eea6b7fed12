import Digests
import Files
import Leaks
import Samples
import Signals
import Tables
import Text

/// leaks.csv: one line for every pair of samples that must not lie in two splits, with the check that found it and the
/// reason.
///
/// Lines are written as they are found, because they may not all fit in memory. Every audit writes the file; if there
/// is no leak, it contains only its heading.
enum LeaksFile {
  /// The file's name inside the output folder.
  static let name = "leaks.csv"
  private static let heading = [
    "check", "dataset", "split", "id", "other_dataset", "other_split", "other_id", "reason",
  ]

  /// Writes the pairs of all checks that failed or warned.
  ///
  /// - Returns: the file's SHA-256, and an excerpt for each check that names pairs.
  /// - Throws: `DataError` 73 or 74 if the file cannot be written; 130 if the user interrupts.
  static func write(_ report: AuditReport, to folder: String) throws -> (
    sha256: String, excerpts: [String: LeakExcerpt]
  ) {
    var file = try AtomicFile(path: folder + "/" + name)
    var digest = SHA256()
    var buffer = CSVTable.line(heading)
    var excerpts: [String: LeakExcerpt] = [:]
    for result in report.results where result.finding.verdict == .fail || result.finding.verdict == .warn {
      var excerpt = LeakExcerpt()
      try result.finding.leaks.forEach { row in
        buffer += CSVTable.line([
          result.check.id, SpreadsheetText.cell(row.first.dataset), row.first.split, row.first.id,
          SpreadsheetText.cell(row.second.dataset), row.second.split, row.second.id, SpreadsheetText.cell(row.reason),
        ])
        excerpt.add(row)
        if buffer.utf8.count >= blockByteCount {
          try flush(&buffer, to: &file, &digest)
        }
      }
      if excerpt.count > 0 { excerpts[result.check.id] = excerpt }
    }
    try flush(&buffer, to: &file, &digest)
    try file.commit()
    return (digest.hexDigest(), excerpts)
  }

  private static let blockByteCount = 1 << 16

  private static func flush(_ buffer: inout String, to file: inout AtomicFile, _ digest: inout SHA256) throws {
    buffer.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
    try file.write(buffer)
    buffer = ""
    try Interrupt.check()
  }
}
