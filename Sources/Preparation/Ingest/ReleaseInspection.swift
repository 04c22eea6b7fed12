public import Storage

/// What `msa-prep inspect` says about an IEMOCAP release.
public enum ReleaseInspection {
  /// Whether `path` looks like a release: a folder with a session in it, or an archive.
  ///
  /// - Throws: `DataError` 66 when there is nothing that can be read.
  public static func isRelease(_ path: String) throws -> Bool {
    if try Folder.entry(at: path) != .folder { return try [.gzip, .xz, .zip, .tar].contains(FileKind(of: path)) }
    return try Folder.names(in: path).contains { name in
      try name.hasPrefix("Session") && Folder.entry(at: path + "/" + name + "/dialog") == .folder
    }
  }

  /// Describes a release: its sessions, the raters' categories, what is missing. Sound and motion are not read.
  ///
  /// - Throws: as a preparation of it.
  public static func describe(_ path: String) throws -> JSONValue {
    var configuration = PreparationConfiguration(dataset: "IEMOCAP", root: path, output: "", threads: 1, memory: 1)
    configuration.iemocap = IEMOCAPOptions()
    configuration.split = .session(5)
    let corpus = try IEMOCAPCorpus(configuration, IEMOCAPOptions())
    var members = try corpus.describe().members ?? [:]
    members["group"] = nil
    members["path"] = .string(path)
    members["kind"] = "iemocap release"
    members["bytes"] = .integer(corpus.inputs[0].byteCount)
    members["missing"] = members["missing"].map { .object(($0.members ?? [:]).mapValues(reasons)) }
    return .object(members)
  }

  /// Reasons with their counts alone.
  private static func reasons(_ list: JSONValue) -> JSONValue {
    .object(
      Dictionary(
        (list.elements ?? []).map { ($0["reason"]?.text ?? "", $0["count"] ?? .null) }, uniquingKeysWith: { $1 }))
  }
}
