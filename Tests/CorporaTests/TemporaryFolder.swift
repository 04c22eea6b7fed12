import Foundation
import Storage
import Testing

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path = NSTemporaryDirectory() + "msa-corpora-" + UUID().uuidString

  init() throws { try Folder.make(path) }

  deinit {
    do { try Folder.remove(path) } catch { Issue.record("\(path) is left over: \(error)") }
  }

  /// Writes a file and gives its path.
  func file(_ name: String, _ text: String) throws -> String {
    try AtomicFile.write(text, to: path + "/" + name)
    return path + "/" + name
  }
}
