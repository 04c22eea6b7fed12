import Files
import Text

/// A file that an audited data set is read from.
package struct AuditedFile: Hashable, Sendable {
  /// The path inside the data set's folder, or of a single file as much of its path as tells it from the others.
  package let name: String
  /// Where it lies.
  package let path: String
  /// Which file had the path when the data set was opened; nil where there was none.
  let identity: FileIdentity?

  /// The file that has the path now.
  ///
  /// - Throws: `DataError` 71 or 74 when the system cannot tell what stands there.
  package init(name: String, path: String) throws {
    self.name = name
    self.path = path
    identity = try FileIdentity(at: path, followsLinks: true)
  }

  /// Makes sure that what was audited is what has the path now: a folder may be prepared anew meanwhile.
  ///
  /// - Throws: `DataError` 65 when another file has it, or the file was written to.
  package func requireUnchanged() throws {
    let now = try FileIdentity(at: path, followsLinks: true)
    if let identity, let now, now.isSameState(as: identity) { return }
    if identity == nil, now == nil { return }
    throw DataError(
      .badData, file: path, "changed while it was audited", expected: "the same file from first to last",
      advice: "Audit again when nothing writes to it.")
  }

  /// Single files: each is called by its own name, with the folders before it where others have the same.
  package static func single(_ paths: [String]) throws -> [AuditedFile] {
    let parts = paths.map { $0.split(separator: "/").map(String.init) }
    return try paths.indices.map { index in
      let own = parts[index]
      let length = (1...max(1, own.count)).first { length in
        !parts.indices.contains { $0 != index && parts[$0] != own && parts[$0].suffix(length) == own.suffix(length) }
      }
      // A statement's names lead nowhere, also where the paths given begin with `..`.
      let names = own.suffix(length ?? own.count).map { [".", ".."].contains($0) ? "_" : $0 }
      return try AuditedFile(name: names.joined(separator: "/"), path: paths[index])
    }
  }
}
