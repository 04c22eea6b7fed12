import Corpora
import HDF5
import Samples
import Shards
import Storage

/// What lies under `--sources`, to find the files that a manifest names without their folders.
struct RawFiles {
  /// Sorted, the nearest first; none under an archive.
  let paths: [String]
  private let indexer: HDF5Indexer

  /// Names of input files are looked for this deep.
  private static let depth = 3
  /// A folder with more entries is not a corpus.
  private static let nameLimit = 100_000

  /// Lists a folder.
  ///
  /// - Throws: `DataError` 66 when a folder cannot be read.
  init(under root: String, indexer: HDF5Indexer) throws {
    self.indexer = indexer
    var paths: [String] = []
    var folders = try Folder.entry(at: root) == .folder ? [root] : []
    for _ in 0...Self.depth where paths.count <= Self.nameLimit {
      var inner: [String] = []
      for folder in folders {
        for name in try Folder.names(in: folder) where !name.hasPrefix(".") {
          let path = folder + "/" + name
          paths.append(path)
          if try Folder.entry(at: path) == .folder { inner.append(path) }
        }
      }
      folders = inner
    }
    self.paths = paths
  }

  private init(paths: [String], indexer: HDF5Indexer) {
    self.paths = paths
    self.indexer = indexer
  }

  /// The same with what lies in another folder besides.
  func adding(contentsOf folder: String) throws -> RawFiles {
    let more = try Folder.names(in: folder).map { folder + "/" + $0 }
    return RawFiles(paths: paths + more.filter { !paths.contains($0) }, indexer: indexer)
  }

  /// The file that a manifest records.
  ///
  /// Of several with its name, the one of its length counts; then the one that holds what it is to hold.
  /// - Parameter sequence: what a computational sequence holds, and its width; nil for another kind of file.
  /// - Throws: `PreparationRerun.Obstacle` when there is none, or it cannot be told which; `DataError` 65 when a pipe, a
  ///   folder or anything else but a file has its name.
  func path(_ record: Manifest.SourceRecord, sequence: (contents: CSDFile.Contents, width: Int?)? = nil) throws
    -> String
  {
    var found = paths.filter { Folder.name(of: $0) == record.name }
    for path in found {
      if let kind = try Folder.entry(at: path), kind != .file { throw kind.refusal(of: path) }
    }
    guard let first = found.first else {
      throw PreparationRerun.Obstacle(
        reason: "\(record.name), which the folder was made from, is not under --sources.",
        advice: "Give the folder that holds all raw files.")
    }
    if found.count == 1 { return first }
    let equallyLong = try found.filter { try Self.byteCount($0) == record.bytes }
    // Where none is as long as recorded, what comes out will differ, and that is said.
    if !equallyLong.isEmpty { found = equallyLong }
    if let sequence, found.count > 1 {
      let files = try found.map { path in (path: path, file: try opened(path)) }
      let named = files.filter { $0.file?.contents == sequence.contents }
      let wide = files.filter { $0.file.map { $0.contents == nil && $0.width == sequence.width } ?? false }
      if let fitting = [named, wide].first(where: { !$0.isEmpty }) { found = fitting.map(\.path) }
    }
    if try found.count > 1 && Set(found.map(Self.digest)).count > 1 {
      throw PreparationRerun.Obstacle(
        reason:
          "\(found.count) files under --sources are called \(record.name), and nothing tells which one the folder "
          + "was made from.", advice: "Give a folder with the one that it was made from.")
    }
    return found[0]
  }

  /// The computational sequence in a file; nil where it is none, which the folder was not made from.
  private func opened(_ path: String) throws -> CSDFile? {
    do {
      return try CSDFile.open(path, indexer: indexer)
    } catch let error as DataError where error.tellsOfInput {
      return nil
    }
  }

  /// The length of a file; nil where something else stands there.
  private static func byteCount(_ path: String) throws -> Int? {
    try Folder.entry(at: path) == .file ? InputFile(path: path).byteCount : nil
  }

  private static func digest(_ path: String) throws -> String {
    try Folder.entry(at: path) == .folder ? path : SHA256.hexDigest(ofFile: path).digest
  }
}
