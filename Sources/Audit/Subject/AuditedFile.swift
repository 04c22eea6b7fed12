import Storage

/// A file that an audited data set is read from.
struct AuditedFile: Hashable, Sendable {
  /// The path inside the data set's folder, or of a single file as much of its path as tells it from the others.
  let name: String
  /// Where it lies.
  let path: String

  /// Single files: each is called by its own name, with the folders before it where others have the same.
  static func single(_ paths: [String]) -> [AuditedFile] {
    let parts = paths.map { $0.split(separator: "/").map(String.init) }
    return paths.indices.map { index in
      let own = parts[index]
      let length = (1...max(1, own.count)).first { length in
        !parts.indices.contains { $0 != index && parts[$0] != own && parts[$0].suffix(length) == own.suffix(length) }
      }
      return AuditedFile(name: own.suffix(length ?? own.count).joined(separator: "/"), path: paths[index])
    }
  }
}
