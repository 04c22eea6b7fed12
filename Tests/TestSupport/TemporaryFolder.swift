import Files
import Foundation
import Text

/// A folder that is removed with the value.
public struct TemporaryFolder: ~Copyable {
  /// Its path.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
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

  /// The path of a file in it.
  public func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file and returns its path.
  public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    var output = try AtomicFile(path: file(name))
    try output.write(bytes)
    try output.commit()
    return file(name)
  }

  /// Makes an empty file whose name is not UTF-8, `k\xE9` and an ending, and returns its path for `unlink`, without
  /// which the folder cannot be removed.
  public func writeUndecodable(in name: String, ending: String = "") throws -> [CChar] {
    let path: [CChar] = file(name + "/k").utf8CString.dropLast() + [CChar(bitPattern: 0xe9)] + ending.utf8CString
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
    if descriptor < 0 { throw DataError.failedCall(errno, file: file(name), "making a file") }
    close(descriptor)
    return path
  }

  /// Writes a text file and returns its path.
  public func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }
}

/// The path of a committed file under `fixtures/`.
public func fixture(_ name: String) -> String {
  let tests = (#filePath as NSString).deletingLastPathComponent as NSString
  return (tests.deletingLastPathComponent as NSString).deletingLastPathComponent + "/fixtures/" + name
}
