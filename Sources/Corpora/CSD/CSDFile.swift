import Digests
public import HDF5
public import Samples
public import Text

/// A computational sequence of the CMU SDK: one stream of timed rows for many recordings, in an HDF5 file.
///
///     /<root name>/data/<entry id>/features    [n, …]
///     /<root name>/data/<entry id>/intervals   [n, 2]  start, end in seconds
///     /<root name>/metadata/<key>              [1] text
///
/// Opening checks the shape and type of every entry; it reads no values. An entry that does not pass is a defect.
public struct CSDFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The file's only top-level group, e.g. `OpenFace_2`.
  public let rootName: String
  /// What the file says about itself; values that are not JSON are kept as text. Any key may be missing.
  public let metadata: [String: JSONValue]
  /// All entries that can be used, sorted by the bytes of their ids.
  public let entries: [CSDEntry]
  /// All others, in the same order; none in a file opened by `open(_:indexer:)`.
  public private(set) var defects: [EntryDefect]
  /// Values in a row, the same for all of `entries` with rows; 0 if none has rows.
  public let width: Int
  /// Whether the features are words rather than numbers.
  public let isText: Bool
  /// The file, open for reading.
  public let file: HDF5File
  /// Indices into `entries`, in their order, by recording; none for a recording that has only defects.
  private var indices: [String: [Int]]

  /// Rows of all entries that can be used.
  public var rowCount: Int { entries.reduce(0) { $0 + $1.rowCount } }

  /// The recordings that have an entry, sorted by their bytes.
  public var recordings: [String] {
    indices.keys.sortedByBytes()
  }

  /// The entries of a recording that can be used, sorted by the bytes of their ids; empty if the file lacks it.
  public func entries(of recording: String) -> [CSDEntry] {
    (indices[recording] ?? []).map { entries[$0] }
  }

  /// Whether the file has an entry of `recording`, with rows or without, or a defect.
  public func contains(_ recording: String) -> Bool { indices[recording] != nil }

  /// The path of a dataset inside the file, for reading and for error messages.
  public func place(of dataset: String, in entry: CSDEntry) -> String {
    "\(rootName)/data/\(entry.id)/\(dataset)"
  }

  /// Opens a file all of whose entries are needed.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened; 65 when it is not an HDF5 file, has no or several top-level
  ///   groups, no `data` group or no entries, or when an entry lacks a dataset, has features and intervals of different
  ///   length, intervals that are not n × 2 numbers, features that are neither numbers nor words, or another width than
  ///   the other entries.
  public static func open(_ path: String, indexer: CSDIndexer) throws -> CSDFile {
    let file = try open(indexer.hdf5.start(path))
    if !file.defects.isEmpty { throw file.refusal }
    return file
  }

  /// Opens a file that is being indexed. The caller deals with the defects.
  ///
  /// - Parameter folds: if entries differ in width or kind, the recordings that these name decide which is right.
  /// - Throws: as `open(_:indexer:)`, but for entries only if none of them has usable rows.
  static func open(_ indexing: HDF5Indexing, folds: FoldFile? = nil) throws -> CSDFile {
    let file = try HDF5File(index: try indexing.finish())
    do {
      return try CSDFile(file: file, folds: folds)
    } catch let error as DataError {
      throw error.inFile(indexing.path)
    }
  }

  /// A file whose index is known.
  ///
  /// - Throws: as `open(_:folds:)`, without the file's name.
  package init(file: HDF5File, folds: FoldFile?) throws {
    let layout = try CSDLayout(of: file.index)
    path = file.index.path
    self.file = file
    rootName = layout.rootName
    metadata = try Self.metadata(layout, of: file)
    let checked = layout.checked(folds: folds)
    entries = checked.entries
    defects = checked.defects
    let first = entries.first { $0.rowCount > 0 }
    width = first?.width ?? 0
    isText = first?.isText ?? false
    indices = [:]
    group(atDepth: 0)
    if first == nil, !defects.isEmpty { throw refusal }
  }

  private mutating func group(atDepth depth: Int) {
    var indices = Dictionary(grouping: entries.indices) { [entries] in
      depth == 0 ? entries[$0].recording : SampleID.part(of: entries[$0].id, depth: depth)
    }
    for index in defects.indices {
      defects[index].recording = SampleID.part(of: defects[index].id, depth: depth)
      indices[defects[index].recording, default: []] += []
    }
    self.indices = indices
  }

  /// The same file with parts of recordings in place of recordings: at a depth of 1 each `vid[k]` is one, with the
  /// entries `vid[k]` and `vid[k][l]`.
  public func grouped(atDepth depth: Int) -> CSDFile {
    var copy = self
    copy.group(atDepth: depth)
    return copy
  }

  /// All entries of the file, including unusable ones.
  public var entryCount: Int { entries.count + defects.count }

  /// The error for a file all of whose entries are needed.
  private var refusal: DataError { EntryDefect.refusal(defects, entryCounts: [path: entryCount], remedy: .remove) }

  private static func metadata(_ layout: CSDLayout, of file: HDF5File) throws -> [String: JSONValue] {
    let reader = HDF5Reader()
    // Metadata are not part of the data's fingerprint: they have a new uuid in every copy.
    var unused = Fingerprint()
    var metadata: [String: JSONValue] = [:]
    for (key, dataset) in layout.metadata where dataset.type.isText && 1...metadataLimit ~= dataset.valueCount {
      let place = "\(layout.rootName)/metadata/\(key)"
      metadata[key] = value(of: try reader.readStrings(dataset, of: file, place: place, fingerprint: &unused))
    }
    // Other writers put the same in attributes of the nearest group or of one above it.
    for path in ["\(layout.rootName)/metadata", layout.rootName, "\(layout.rootName)/data", ""] {
      for attribute in file.index.attributes where attribute.path == path && metadata[attribute.name] == nil {
        metadata[attribute.name] = value(of: attribute.texts)
      }
    }
    return metadata
  }

  /// The most texts of a metadata key: a name for each of 65,536 columns.
  private static let metadataLimit = 1 << 16

  /// One text, or a list of them.
  private static func value(of texts: [String]) -> JSONValue {
    texts.count == 1 ? value(ofText: texts[0]) : .array(texts.map { .string($0) })
  }

  /// The file's names for its columns, under any spelling of the key `dimension names`; nil if it has none.
  var dimensionNames: JSONValue? {
    let keys = metadata.keys.filter {
      $0.lowercased().replacing("_", with: " ").replacing("-", with: " ") == "dimension names"
    }
    return keys.min().flatMap { metadata[$0] }
  }

  /// The official writer stores JSON; other files hold plain text.
  private static func value(ofText text: String) -> JSONValue {
    do {
      return try JSONValue(parsing: text)
    } catch {
      return .string(text)
    }
  }

  /// Refuses a file of words where numbers are needed.
  ///
  /// - Parameter flag: the option that names another file, e.g. `--visual`.
  /// - Throws: `DataError` 65 that names the first entry with words.
  public func requireNumbers(for flag: String) throws {
    guard isText, let entry = entries.first(where: { $0.rowCount > 0 }) else { return }
    throw DataError(
      .badData, file: path, place: place(of: "features", in: entry), "holds words (\(entry.features.type))",
      expected: "numbers", advice: "Give another file with \(flag).")
  }
}

extension CSDFile {
  /// What a sequence is, according to its root name or else its file name.
  public enum Contents: Hashable, Sendable {
    case features(Modality)
    case labels
  }

  /// What the sequence is; nil if neither name says it.
  public var contents: Contents? {
    let name = Source.name(of: path)
    switch CSDRole(namedBy: rootName) ?? CSDRole(namedBy: name) {
    case .features(let modality): return .features(modality)
    case .labels: return .labels
    case nil: return nil
    }
  }

  /// Element type and storage of the features, e.g. `float32, gzip`.
  var typeDescription: String {
    guard let entry = entries.first(where: { $0.rowCount > 0 }) else { return "no rows" }
    let storage =
      switch entry.features.storage {
      case .contiguous: "contiguous"
      case .chunked(let chunking): chunking.filters.contains(.deflate) ? "gzip" : "chunked"
      case .scratch, .strings: "decoded"
      case .none: "never written"
      }
    return "\(entry.features.type), \(storage)"
  }
}

/// Indexes .csd files, with or without a separate process for each file.
///
/// A malicious or damaged file can crash the library that reads it or keep it busy forever; in a separate process it
/// becomes one clear error.
public struct CSDIndexer: Sendable {
  let hdf5: HDF5Indexer

  /// Indexes each file in this process.
  public static let inProcess = CSDIndexer(hdf5: HDF5Indexer(childExecutable: nil))
  /// Indexes each file in a copy of this process: only while it has no other thread at work.
  public static let forking = CSDIndexer(hdf5: .forking)
}

/// One entry of a computational sequence: the rows of a recording, or of a part of it.
public struct CSDEntry: Hashable, Sendable {
  /// The name in the file: `125845`, or `125845[3]` in files that were already aligned.
  public let id: String
  /// The recording that the entry belongs to: the id without `[3]`.
  public let recording: String
  /// The features: [rowCount, width], higher axes flattened.
  public let features: HDF5Dataset
  /// Start and end of each row in seconds: [rowCount, 2].
  public let intervals: HDF5Dataset

  /// How many rows; 0 for an entry that was left empty.
  public var rowCount: Int { features.shape.isEmpty ? 0 : features.rowCount }
  /// Values in a row.
  public var width: Int { features.width }
  /// Whether the features are words, [n] or [n, 1], and not numbers.
  public var isText: Bool { features.type.isText }
}
