import Files
import Foundation
import Text

/// A small sample corpus of real widths, with the dirt of real files, written once for all tests of a process.
public enum SampleCorpus {
  private static let folder = NSTemporaryDirectory() + "msa-sample-\(getpid())"

  private static let made = Result {
    // The folder is removed when the process ends; that of a killed process is left to the system's clean-up.
    atexit { SampleCorpus.remove() }
    let outcome = try Program.prep.run(
      "sample", "mosei", "--out", folder, "--videos", "12", "--seconds", "6", "--compress", "none", "-q")
    if outcome.status != 0 { throw DataError(.internalBug, outcome.message) }
  }

  /// Its path; made on first use.
  public static func path() throws -> String {
    try made.get()
    return folder
  }

  private static func remove() {
    do { try Folder.remove(folder) } catch { print("left behind: \(folder): \(error)") }
  }
}
