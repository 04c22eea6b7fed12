public import Storage
public import Workers

/// A prepared folder in the formats of other programs.
///
/// Files appear under their names only when they are complete. The same folder gives the same bytes.
public enum FolderExport {
  /// Writes train.npz, valid.npz and test.npz with MMSA's key names (see `NPZExport`).
  ///
  /// - Parameter overwrites: whether `out` may hold files already; those of an earlier export are replaced.
  /// - Throws: `DataError` 66 or 65 when `folder` is not a readable prepared folder, 73 when `out` is not empty or cannot be
  ///   made, 74 when writing fails, 130 when the user interrupts.
  public static func npz(
    from folder: String, to out: String, overwrites: Bool, progress: any ProgressSink
  ) throws -> ExportSummary {
    let source = try ExportSource(folder: folder)
    return try export(to: out, overwrites: overwrites) { try NPZExport.write(source, to: out, progress: progress) }
  }

  /// Writes tar files that the `webdataset` package reads, one for each shard (see `WebDatasetExport`).
  ///
  /// - Parameter overwrites: whether `out` may hold files already; those of an earlier export are replaced.
  /// - Throws: as `npz(from:to:overwrites:progress:)`.
  public static func webDataset(
    from folder: String, to out: String, overwrites: Bool, progress: any ProgressSink
  ) throws -> ExportSummary {
    let source = try ExportSource(folder: folder)
    return try export(to: out, overwrites: overwrites) {
      try WebDatasetExport.write(source, to: out, progress: progress)
    }
  }

  private static func export(to out: String, overwrites: Bool, _ write: () throws -> [ExportedFile]) throws
    -> ExportSummary
  {
    try Folder.make(out)
    let names = try Folder.names(in: out)
    if names.contains("manifest.json") {
      throw DataError(.cannotCreate, file: out, "is a prepared folder", advice: "Give another --out.")
    }
    if !names.isEmpty, !overwrites {
      throw DataError(
        .cannotCreate, file: out, "is not empty", expected: "a new or empty folder",
        advice: "Give another --out, or --overwrite to replace an earlier export.")
    }
    let files = try write()
    // A smaller export must not leave the last files of a larger one beside its own.
    for name in names where isExported(name) && !files.contains(where: { $0.name == name }) {
      try Folder.remove(out + "/" + name)
    }
    return ExportSummary(folder: out, files: files)
  }

  /// Whether a file is called as an export calls its files: `train.npz`, `train-000000.tar`.
  private static func isExported(_ name: String) -> Bool {
    name.wholeMatch(of: /(train|valid|test)(\.npz|-[0-9]{6,}\.tar)/) != nil
  }
}

/// A file that an export wrote.
public struct ExportedFile: Hashable, Sendable {
  /// The name inside the output folder.
  public var name: String
  /// The number of samples in it.
  public var samples: Int
  /// The size in bytes.
  public var bytes: Int

  init(folder: String, name: String, samples: Int) throws {
    self.name = name
    self.samples = samples
    bytes = try InputFile(path: folder + "/" + name).byteCount
  }
}

/// What an export wrote.
public struct ExportSummary: Sendable {
  /// The output folder as the user gave it.
  public let folder: String
  /// The files in their order.
  public let files: [ExportedFile]

  /// The summary as JSON.
  public var json: JSONValue {
    [
      "out": .string(folder),
      "files": .array(
        files.map { ["file": .string($0.name), "samples": .integer($0.samples), "bytes": .integer($0.bytes)] }),
    ]
  }

  /// The summary for people: a line a file.
  public var text: String {
    files.map { "\(folder)/\($0.name): \($0.samples) samples, \($0.bytes) bytes\n" }.joined()
  }
}
