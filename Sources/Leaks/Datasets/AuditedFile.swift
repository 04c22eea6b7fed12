import Files
import Text

/// A file that an audited data set is read from.
package struct AuditedFile: Hashable, Sendable {
  /// The path inside the data set's folder or, for a single file, as much of its path as distinguishes it from the
  /// others.
  package let name: String
  /// The file's location.
  package let path: String
  /// The identity of the file at this path when the data set was opened; nil if there was none.
  let identity: FileIdentity?

  /// Records the file that is currently at the path.
  ///
  /// - Throws: `DataError` 71 or 74 if the system cannot tell what is there.
  package init(name: String, path: String) throws {
    self.name = name
    self.path = path
    identity = try FileIdentity(at: path, followsLinks: true)
  }

  /// Makes sure that the audited file is still at its path, since a folder may be prepared again in the meantime.
  ///
  /// - Throws: `DataError` 65 if the file was replaced or written to.
  package func requireUnchanged() throws {
    let now = try FileIdentity(at: path, followsLinks: true)
    if let identity, let now, now.isSameState(as: identity) { return }
    if identity == nil, now == nil { return }
    throw DataError(
      .badData, file: path, "changed while it was audited", expected: "the same file from first to last",
      advice: "Audit again when nothing writes to it.")
  }

  /// Returns single files, each under its own name, preceded by as many folders as it takes to tell equal names apart.
  package static func single(_ paths: [String]) throws -> [AuditedFile] {
    let parts = paths.map { $0.split(separator: "/").map(String.init) }
    return try paths.indices.map { index in
      let own = parts[index]
      let length = (1...max(1, own.count)).first { length in
        !parts.indices.contains { $0 != index && parts[$0] != own && parts[$0].suffix(length) == own.suffix(length) }
      }
      // Names in a statement must not lead outside, even if the given paths begin with `..`.
      let names = own.suffix(length ?? own.count).map { [".", ".."].contains($0) ? "_" : $0 }
      return try AuditedFile(name: names.joined(separator: "/"), path: paths[index])
    }
  }
}
