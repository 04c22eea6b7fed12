import Files
import Foundation

/// Texts that are kept beside the tests, so that a change of one is a change that somebody reviews.
///
/// `UPDATE_SNAPSHOTS=1 swift test` writes them anew.
public enum Snapshot {
  /// What is wrong with `text`; nil where it equals the file `Snapshots/<name>` beside the test.
  public static func difference(of text: String, from name: String, beside test: String = #filePath) throws -> String? {
    let folder = (test as NSString).deletingLastPathComponent + "/Snapshots"
    let path = folder + "/" + name
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
      try Folder.make(folder)
      try AtomicFile.write(text, to: path)
      return nil
    }
    let known = String(decoding: try InputFile.contents(of: path, limit: 1 << 24), as: UTF8.self)
    if known == text { return nil }
    let lines = zip(
      known.split(separator: "\n", omittingEmptySubsequences: false),
      text.split(separator: "\n", omittingEmptySubsequences: false))
    if let (index, pair) = lines.enumerated().first(where: { $0.element.0 != $0.element.1 }).map({
      ($0.offset, $0.element)
    }) {
      return "\(name):\(index + 1): was “\(pair.0)”, is “\(pair.1)”; UPDATE_SNAPSHOTS=1 accepts it"
    }
    return "\(name): one text is the beginning of the other; UPDATE_SNAPSHOTS=1 accepts it"
  }
}
