import Files
import Foundation

/// Texts that are kept next to the tests, so that every change of one gets reviewed.
///
/// `UPDATE_SNAPSHOTS=1 swift test` writes them anew.
public enum Snapshot {
  /// The difference of `text` from the file `Snapshots/<name>` next to the test; nil if they are equal.
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
