public import Files
public import Samples
public import Text

/// splits.json: the groups and samples of each split.
public struct SplitsFile: Hashable, Sendable {
  /// The groups of each split, sorted by their bytes.
  public var groups: [Split: [String]]
  /// The samples of each split in the order of the shards.
  public var samples: [Split: [String]]

  /// The file's name inside the prepared folder.
  public static let name = "splits.json"

  /// Gathers the lists.
  public init(groups: [Split: [String]], samples: [Split: [String]]) {
    self.groups = groups
    self.samples = samples
  }

  /// The document; all three splits are always present, unless there is only `predict`.
  public var json: JSONValue {
    let members = (groups[.predict] == nil ? Split.allCases : [.predict]).map { split -> (String, JSONValue) in
      let lists: JSONValue = [
        "groups": .array((groups[split] ?? []).map { .string($0) }),
        "samples": .array((samples[split] ?? []).map { .string($0) }),
      ]
      return (split.rawValue, lists)
    }
    return .object(Dictionary(uniqueKeysWithValues: members))
  }

  /// Reads the document.
  ///
  /// - Throws: `DataError` 65 that names the key at fault.
  public init(json: JSONValue) throws {
    let fields = JSONFields(json)
    groups = [:]
    samples = [:]
    for split in fields.keys.contains(Split.predict.rawValue) ? [.predict] : Split.allCases {
      let lists = try fields.object(split.rawValue)
      groups[split] = try lists.strings("groups")
      samples[split] = try lists.strings("samples")
    }
  }

  /// Writes the file of a prepared folder atomically.
  public func write(to folder: String, operations: FileOperations = .live) throws {
    try AtomicFile.write(json.prettyText, to: folder + "/" + Self.name, operations: operations)
  }

  /// Reads the file of a prepared folder.
  ///
  /// - Throws: `DataError` 66 when it is missing, 65 when it is malformed.
  public static func read(_ folder: String) throws -> SplitsFile {
    let path = folder + "/" + name
    do {
      return try SplitsFile(json: JSONValue(contentsOf: path))
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }
}
