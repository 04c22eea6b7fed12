import Digests
import Files
public import Samples

/// The files under `--sources`, to find those that a manifest names without their folders.
public struct RawFiles: Sendable {
  /// Sorted, the nearest first; none under an archive.
  public let paths: [String]

  /// Why a file cannot be identified: a reason and what to do.
  public struct Obstacle: Error {
    /// The obstacle, as a sentence.
    public let reason: String
    /// What to do about it.
    public let advice: String

    /// A reason and what to do about it.
    public init(reason: String, advice: String) {
      self.reason = reason
      self.advice = advice
    }
  }

  /// Input files are searched for this deep.
  private static let depth = 3
  /// A folder with more entries is not a corpus.
  private static let nameLimit = 100_000

  /// Lists a folder.
  ///
  /// - Throws: `DataError` 66 when a folder cannot be read.
  public init(under root: String) throws {
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

  private init(paths: [String]) { self.paths = paths }

  /// The same, with the contents of another folder added.
  public func adding(contentsOf folder: String) throws -> RawFiles {
    let more = try Folder.names(in: folder).map { folder + "/" + $0 }
    return RawFiles(paths: paths + more.filter { !paths.contains($0) })
  }

  /// The file that a manifest records.
  ///
  /// Of several with its name, the one with its length counts; then the one with the expected contents.
  /// - Parameter fitting: of several files, those that hold what the folder was made from; all if nothing tells them
  ///   apart.
  /// - Throws: `Obstacle` when there is none, or it is unclear which; `DataError` 65 when a pipe, a folder or anything
  ///   else but a file has its name.
  public func path(
    _ record: RecordedInput.File, fitting: (_ paths: [String]) throws -> [String] = { $0 }
  ) throws -> String {
    var found = paths.filter { Folder.name(of: $0) == record.name }
    for path in found {
      if let kind = try Folder.entry(at: path), kind != .file { throw kind.refusal(of: path) }
    }
    guard let first = found.first else {
      throw Obstacle(
        reason: "\(record.name), from which the folder was made, is not under --sources.",
        advice: "Give the folder that holds all raw files.")
    }
    if found.count == 1 { return first }
    let equallyLong = try found.filter { try Self.byteCount($0) == record.byteCount }
    // If none has the recorded length, the output will differ, and that is reported.
    if !equallyLong.isEmpty { found = equallyLong }
    if found.count > 1 { found = try fitting(found) }
    if try found.count > 1 && Set(found.map(Self.digest)).count > 1 {
      throw Obstacle(
        reason:
          "\(found.count) files under --sources are called \(record.name), and nothing shows which one the folder "
          + "was made from.", advice: "Give a folder with only the one that it was made from.")
    }
    return found[0]
  }

  /// The file or folder that a manifest records; a folder with its name counts first.
  ///
  /// - Throws: as `path`.
  public func fileOrFolder(_ record: RecordedInput.File) throws -> String {
    let folder = try paths.first { try Folder.name(of: $0) == record.name && Folder.entry(at: $0) == .folder }
    return try folder ?? path(record)
  }

  /// The length of a file; nil if something else is there.
  private static func byteCount(_ path: String) throws -> Int? {
    try Folder.entry(at: path) == .file ? InputFile(path: path).byteCount : nil
  }

  private static func digest(_ path: String) throws -> String {
    try Folder.entry(at: path) == .folder ? path : SHA256.hexDigest(ofFile: path).digest
  }
}

/// What a manifest says about the input that a folder was made from.
public struct RecordedInput: Sendable {
  /// An input file, without its folder.
  public struct File: Hashable, Sendable {
    /// The name without its folder.
    public let name: String
    /// The size when it was read.
    public let byteCount: Int

    /// A file by its name and size.
    public init(name: String, byteCount: Int) {
      self.name = name
      self.byteCount = byteCount
    }
  }

  /// In the order in which the corpus listed them.
  public let sources: [File]
  /// The columns of each modality in the output.
  public let widths: [Modality: Int]
  /// How many label columns there are.
  public let labelCount: Int
  /// The modalities that were read: those of the output, and the words that others were aligned to.
  public let readModalities: [Modality]
  /// How .csd files are indexed.
  public let indexer: CSDIndexer

  /// What a manifest says, by which a corpus finds its files.
  public init(
    sources: [File], widths: [Modality: Int], labelCount: Int, readModalities: [Modality], indexer: CSDIndexer
  ) {
    self.sources = sources
    self.widths = widths
    self.labelCount = labelCount
    self.readModalities = readModalities
    self.indexer = indexer
  }
}

/// A corpus whose input files were found again.
public struct LocatedCorpus: Sendable {
  /// The corpus with options that name its files.
  public let corpus: any Corpus
  /// The location of the corpus.
  public let roots: [String]
  /// Word vectors, if any were used.
  public let glove: String?

  /// A corpus with the locations of its files.
  public init(corpus: any Corpus, roots: [String], glove: String?) {
    self.corpus = corpus
    self.roots = roots
    self.glove = glove
  }
}
