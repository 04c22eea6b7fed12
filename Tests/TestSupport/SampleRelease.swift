import Files
import Foundation
import Text

/// A small synthetic IEMOCAP release with the traps of the real one: 80 turns of about a second. Each form is written once
/// for all tests of a process.
public enum SampleRelease {
  /// Its form on disk; the raw value is the flag that asks for it.
  public enum Form: String, CaseIterable, Sendable {
    case folder
    case tarGzip = "tar"
    case tar = "plain-tar"
    case zip

    fileprivate var fileName: String? {
      switch self {
      case .folder: nil
      case .tarGzip: "IEMOCAP_full_release.tar.gz"
      case .tar: "IEMOCAP_full_release.tar"
      case .zip: "IEMOCAP_full_release.zip"
      }
    }
  }

  private static let root: String = {
    // The folders are removed when the process ends; those of a killed process are left to the system's clean-up.
    atexit { SampleRelease.remove() }
    return NSTemporaryDirectory() + "msa-release-\(getpid())"
  }()

  private static let folder = made(.folder)
  private static let tarGzip = made(.tarGzip)
  private static let tar = made(.tar)
  private static let zip = made(.zip)

  private static func made(_ form: Form) -> Result<String, any Error> {
    Result {
      let folder = root + "/" + form.rawValue
      let outcome = try Program.prep.run(
        "sample", "iemocap", "--out", folder, "--" + form.rawValue, "--dialogs", "2", "--turns", "8", "--seconds", "1",
        "-q")
      if outcome.status != 0 { throw DataError(.internalBug, outcome.message) }
      return folder
    }
  }

  /// The folder with the sessions, or the archive that `msa-prep iemocap --root` takes; made on first use.
  public static func path(_ form: Form = .folder) throws -> String {
    let folder = try home(form)
    return form.fileName.map { folder + "/" + $0 } ?? folder
  }

  /// A vector for each of its words, in GloVe's text format.
  public static func wordVectors() throws -> String { try home(.folder) + "/word-vectors.txt" }

  private static func home(_ form: Form) throws -> String {
    switch form {
    case .folder: try folder.get()
    case .tarGzip: try tarGzip.get()
    case .tar: try tar.get()
    case .zip: try zip.get()
    }
  }

  private static func remove() {
    do { try Folder.remove(root) } catch { print("left behind: \(root): \(error)") }
  }
}
