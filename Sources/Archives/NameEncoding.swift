import CArchive
import Foundation

/// Names in archives as UTF-8, whatever locale the program was started in.
///
/// libarchive converts names that are marked as UTF-8 to the character set of the thread's locale and forgets those that do
/// not fit into it.
enum NameEncoding {
  /// Lives as long as the process. `nonisolated(unsafe)`: made once, and never changed.
  private nonisolated(unsafe) static let locale = msa_new_utf8_locale()

  /// Calls `body` with UTF-8 as the thread's character set.
  static func withUTF8<Result>(_ body: () throws -> Result) rethrows -> Result {
    // Without such a locale, names in ASCII and names that are not marked are still right.
    guard let locale else { return try body() }
    let before = uselocale(locale)
    defer { _ = uselocale(before) }
    return try body()
  }
}
