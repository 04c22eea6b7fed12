import Files
import Foundation
import Text

extension PreparedFolder {
  /// Makes sure, before a folder is written, that it is not a prepared folder and does not lie among the shards of one, by
  /// whatever path: what is added there contradicts the manifest.
  ///
  /// - Parameters:
  ///   - out: the folder, which need not exist yet.
  ///   - mayBeOne: whether it may be a prepared folder itself, for those who make and replace them.
  /// - Throws: `DataError` 73 that names the prepared folder; 71 or 74 when the system cannot tell.
  public static func requireOutside(_ out: String, mayBeOne: Bool = false) throws {
    if try !mayBeOne && isSealed(out) {
      throw DataError(
        .cannotCreate, file: out, "is a prepared folder", expected: "a folder of its own",
        advice: "Choose another --out.")
    }
    guard let outer = try sealedFolder(above: out) else { return }
    throw DataError(
      .cannotCreate, file: out, "lies among the shards of the prepared folder \(outer)",
      expected: "a folder outside it", advice: "Choose another --out.")
  }

  /// Whether a manifest of these programs stands in a folder, of any version.
  package static func isSealed(_ folder: String) throws -> Bool {
    try JSONValue.isDocument(at: folder + "/" + Manifest.name, "format", beginningWith: "msa-shards/")
  }

  /// The innermost prepared folder among whose shards a path lies, or would lie; links are followed.
  private static func sealedFolder(above path: String) throws -> String? {
    var folder = path
    // What does not exist is made below the nearest folder that does.
    while try Folder.entry(at: folder) == nil, Folder.parent(of: folder) != folder {
      folder = Folder.parent(of: folder)
    }
    guard let resolved = realpath(folder, nil) else {
      throw DataError.system(errno, "looking up where it is", file: folder)
    }
    defer { free(resolved) }
    var inner = String(cString: resolved)
    while Folder.parent(of: inner) != inner {
      let outer = Folder.parent(of: inner)
      // A folder that may not be looked at is not known to be one.
      if Folder.name(of: inner) == ShardRecord.folder, try isSealed(outer) { return outer }
      inner = outer
    }
    return nil
  }
}
