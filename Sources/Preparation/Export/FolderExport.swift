import Files
import Shards
import Signals
import Text
public import Workers

/// A prepared folder in the formats of other programs.
///
/// Files appear under their names only when they are complete. The same folder gives the same bytes.
public enum FolderExport {
  /// Writes train.npz, valid.npz and test.npz with MMSA's key names (see `NPZExport`).
  ///
  /// - Parameters:
  ///   - layout: how rows are laid out in the arrays.
  ///   - overwrites: whether `out` may hold files already; those of an earlier export are replaced.
  /// - Throws: `DataError` 66 or 65 when `folder` is not a readable prepared folder, 73 when `out` is not empty or cannot be
  ///   made, 74 when writing fails, 130 when the user interrupts.
  public static func npz(
    from folder: String, to out: String, layout: PaddedLayout = PaddedLayout(), overwrites: Bool,
    progress: any ProgressSink
  ) throws -> ExportSummary {
    let export = NPZExport(source: try ExportSource(folder: folder), layout: layout)
    var summary = try self.export(to: out, overwrites: overwrites, progress) {
      try export.write(to: out, progress: progress)
    }
    summary.cut = export.cutRows
    summary.notes = export.notes
    return summary
  }

  /// Writes tar files that the `webdataset` package reads, one for each shard (see `WebDatasetExport`).
  ///
  /// - Parameter overwrites: whether `out` may hold files already; those of an earlier export are replaced.
  /// - Throws: as `npz(from:to:layout:overwrites:progress:)`.
  public static func webDataset(
    from folder: String, to out: String, overwrites: Bool, progress: any ProgressSink
  ) throws -> ExportSummary {
    let source = try ExportSource(folder: folder)
    return try export(to: out, overwrites: overwrites, progress) {
      try WebDatasetExport.write(source, to: out, progress: progress)
    }
  }

  /// Writes the pickle that MMSA's or MulT's loader opens (see `PickleExport`).
  ///
  /// - Parameters:
  ///   - rows: the most rows of a sample; nil for those of the longest.
  ///   - padding: where shorter samples are padded; nil for what the loader is used to.
  ///   - overwrites: whether `out` may hold files already; those of an earlier export are replaced.
  /// - Throws: as `npz(from:to:layout:overwrites:progress:)`; 65 also when the folder lacks what the loader reads.
  public static func pickle(
    from folder: String, to out: String, for loader: PickleLoader, rows: Int? = nil,
    padding: PaddedLayout.Padding? = nil, overwrites: Bool, progress: any ProgressSink
  ) throws -> ExportSummary {
    let export: PickleExport
    do {
      export = try PickleExport(try ExportSource(folder: folder), for: loader, rowLimit: rows, side: padding)
    } catch var error as DataError where error.file == Manifest.name {
      error.file = folder + "/" + Manifest.name
      throw error
    }
    var summary = try self.export(to: out, overwrites: overwrites, progress) {
      try export.write(to: out, progress: progress)
    }
    summary.cut = export.cutRows
    summary.notes = export.notes
    return summary
  }

  private static func export(
    to out: String, overwrites: Bool, _ progress: any ProgressSink, _ write: () throws -> [ExportedFile]
  ) throws -> ExportSummary {
    try PreparedFolder.requireOutside(out)
    return try FolderLock.hold(out, owning: isExported, warn: progress.warn) { lock in
      do {
        let summary = try export(to: out, overwrites: overwrites, write)
        try lock.requireUndisturbed()
        return summary
      } catch var error as DataError {
        // Where there is no lock, the other files may be another run's.
        if !lock.isHeld { try lock.withdraw() }
        // The files that were finished stand in the way of the same command.
        if error.goingOn != nil, try Folder.entry(at: out) == .folder,
          try !Folder.holdsOnly(out, { $0 == FolderLock.name })
        {
          error.goingOn = .init(adding: ["--overwrite"])
        }
        throw error
      }
    }
  }

  private static func export(
    to out: String, overwrites: Bool, _ write: () throws -> [ExportedFile]
  ) throws -> ExportSummary {
    let names = try Folder.names(in: out)
    if names.contains("manifest.json") {
      throw DataError(.cannotCreate, file: out, "is a prepared folder", advice: "Give another --out.")
    }
    if try !overwrites && !Folder.holdsOnly(out, { $0 == FolderLock.name }) {
      throw DataError(
        .cannotCreate, file: out, "is not empty", expected: "a new or empty folder",
        advice: "Give another --out, or --overwrite to replace an earlier export.")
    }
    LastWords.goOn(.init(adding: ["--overwrite"]))
    let files = try write()
    // A smaller export must not leave the last files of a larger one beside its own.
    let isOwnCard = try DatasetCard.isOwn(in: out)
    for name in names where isExported(name) && !files.contains(where: { $0.name == name }) {
      if name == DatasetCard.name, !isOwnCard { continue }
      try Folder.remove(out + "/" + name)
    }
    return ExportSummary(folder: out, files: files)
  }

  /// Whether a file is named as an export names its files: `train.npz`, `train-000000.tar`, `aligned_50.pkl`,
  /// `mosi_data.pkl`, `README.md`.
  private static func isExported(_ name: String) -> Bool {
    name == DatasetCard.name || name.wholeMatch(of: /(train|valid|test|predict)(\.npz|-[0-9]{6,}\.tar)/) != nil
      || name.wholeMatch(of: /((un)?aligned_[0-9]+|[A-Za-z0-9_-]+_data(_noalign)?)\.pkl/) != nil
  }
}
