public import Samples
import Storage

/// Which recordings belong to which split, as a file says it.
///
/// Two forms are read: the Python source that the CMU SDK ships (`standard_train_fold=[…]` and so on; its literals are
/// parsed and nothing is run), and JSON (`{"train": […], "valid": […], "test": […]}`). A prepared folder's
/// `splits.json` is such a JSON file too: its `groups` count.
public struct FoldFile: Hashable, Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The ids of each split, in the file's order; all three splits are present, but a list may be empty.
  public let groups: [Split: [String]]

  /// CMU-MOSEI's lists take 60 KB.
  static let byteLimit = 1 << 26
  /// CMU-MOSEI has 3,227 ids in its folds.
  static let idLimit = 1_000_000
  /// An id is a link's name in an HDF5 file; video sites use 11 bytes.
  static let idByteLimit = 1024

  /// Reads a fold file.
  ///
  /// - Parameter allowsRepeats: whether an id may be named twice: nothing can be prepared then, but it can be audited.
  /// - Throws: `DataError` 66 when it cannot be opened; 65 when it is too large, is neither form, lacks a split, holds
  ///   anything but the three lists, or names an id twice.
  public static func read(_ path: String, allowsRepeats: Bool = false) throws -> FoldFile {
    let bytes = try InputFile.contents(of: path, limit: byteLimit)
    do {
      return FoldFile(path: path, groups: try groups(in: bytes, allowsRepeats: allowsRepeats))
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  private static func groups(in bytes: [UInt8], allowsRepeats: Bool) throws -> [Split: [String]] {
    let isJSON = bytes.first { !isBlank($0) } == UInt8(ascii: "{")
    let lists = isJSON ? try jsonLists(in: bytes) : try pythonLists(in: bytes)
    var groups: [Split: [String]] = [:]
    var namesOfSplits: [Split: String] = [:]
    for list in lists {
      guard let split = split(named: list.name) else {
        throw DataError(
          .badData, place: list.place, "\"\(list.name)\" names no split",
          expected: "three lists, for train, valid and test", advice: "Remove the others from the file.")
      }
      if let other = namesOfSplits.updateValue(list.name, forKey: split) {
        throw DataError(
          .badData, place: list.place, "\(list.name) is a second list for \(split), after \(other)",
          expected: "one list a split", advice: "Remove one of the two.")
      }
      groups[split] = list.ids
    }
    for split in Split.allCases where groups[split] == nil {
      throw DataError(
        .badData, "no list for the \(split) split",
        expected: isJSON ? "a key \"\(split)\"" : "standard_\(split)_fold=[…]",
        advice: "Take the fold file that the SDK ships, or write the lists as JSON.")
    }
    try checkIDs(groups, allowsRepeats: allowsRepeats)
    return groups
  }

  /// The split that a list's name speaks of; nil when it names none, or several.
  ///
  /// `train`, `standard_train_fold`, `valid_ids_v2`, `dev`, `standard_test_fold` are all understood.
  public static func split(named name: String) -> Split? {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
    let found = Set(words.compactMap { splitOfWord[String($0)] })
    return found.count == 1 ? found.first : nil
  }

  private static let splitOfWord: [String: Split] = [
    "train": .train, "training": .train, "valid": .valid, "validation": .valid, "val": .valid, "dev": .valid,
    "test": .test, "testing": .test,
  ]

  private static func checkIDs(_ groups: [Split: [String]], allowsRepeats: Bool) throws {
    var splitOfID: [String: Split] = [:]
    for split in Split.allCases {
      for id in groups[split] ?? [] {
        if id.isEmpty || id.utf8.count > idByteLimit {
          throw DataError(
            .badData, place: "\(split)", "an id of \(id.utf8.count) bytes", expected: "1 to \(idByteLimit) bytes")
        }
        if let other = splitOfID.updateValue(split, forKey: id), !allowsRepeats {
          throw DataError(
            .badData, place: id, other == split ? "occurs twice in \(split)" : "is in \(other) and in \(split)",
            expected: "each id once", advice: "Remove one of the two.")
        }
      }
    }
    if splitOfID.count > idLimit {
      throw DataError(.badData, "\(splitOfID.count) ids", expected: "at most \(idLimit)")
    }
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }
}

/// One list of a fold file under the name it has there.
struct NamedList {
  /// The Python name or the JSON key.
  let name: String
  /// Where it stands, for an error; nil where the name says enough.
  let place: String?
  /// What it holds.
  let ids: [String]
}
