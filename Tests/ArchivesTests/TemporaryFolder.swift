import Foundation
import Storage

/// A folder that goes away with the value.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "msa-" + UUID().uuidString
    try Folder.make(path)
  }

  deinit {
    do {
      try Folder.remove(path)
    } catch {
      print("left behind: \(path): \(error)")
    }
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file and gives back its path.
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    var output = try AtomicFile(path: file(name))
    try output.write(bytes)
    try output.commit()
    return file(name)
  }
}
