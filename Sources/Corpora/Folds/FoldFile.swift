import Files
public import Samples
import Text

/// Which recordings belong to which split, according to one or several files.
///
/// These forms are read:
/// - the Python source that the CMU SDK ships (`standard_train_fold=[…]` and so on; its literals are parsed and nothing
///   is executed);
/// - JSON (`{"train": […], "valid": […], "test": […]}`); a prepared folder's `splits.json` is such a file too: its
///   `groups` are used;
/// - a table separated by commas, tabs or semicolons: a column of ids and one of splits, e.g. MMSA's `label.csv`
///   (`FoldTable`);
/// - one list per split, one id per line: a folder with `train.txt`, `valid.txt` and `test.txt`, or their paths
///   separated by commas (`FoldLists`); also JSON lines such as EmoBox's.
public struct FoldFile: Hashable, Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The files that were read: one, or one per split.
  public let files: [String]
  /// The ids of each split, in the file's order; all three splits are present, but a list may be empty.
  public let groups: [Split: [String]]

  /// CMU-MOSEI's lists take 60 KB, MMSA's table of its 23,000 clips 6 MB.
  static let byteLimit = 1 << 26
  /// CMU-MOSEI has 3,227 ids in its folds.
  static let idLimit = 1_000_000
  /// An id is a link's name in an HDF5 file; video sites use 11 bytes.
  static let idByteLimit = 1024

  init(path: String, files: [String]? = nil, groups: [Split: [String]]) {
    self.path = path
    self.files = files ?? [path]
    self.groups = groups
  }

  /// Reads a fold file, a folder of lists, or several lists whose paths are separated by commas.
  ///
  /// - Parameters:
  ///   - allowsRepeats: whether an id may be named twice: then it cannot be used for preparation, but it can be audited.
  ///   - hasValid: whether there is a list for valid, as usual; if not, one is an error.
  /// - Throws: `DataError` 66 when it cannot be opened; 65 when it is too large, has none of the forms, lacks a split,
  ///   holds anything but the three lists, or names an id twice; for a table, when one recording has rows in two
  ///   splits.
  public static func read(_ path: String, allowsRepeats: Bool = false, hasValid: Bool = true) throws -> FoldFile {
    do {
      let reading = Reading(allowsRepeats: allowsRepeats, hasValid: hasValid)
      if let files = try FoldLists.files(of: path, hasValid: hasValid) {
        let lists = try FoldLists.read(files)
        return FoldFile(
          path: path, files: files.map(\.path), groups: try groups(of: lists, reading))
      }
      let bytes = try contents(of: path)
      if let table = try FoldTable(bytes) {
        let lists = try table.lists(allowsRepeats: allowsRepeats)
        return FoldFile(
          path: path, groups: try groups(of: lists, Reading(allowsRepeats: true, hasValid: hasValid)))
      }
      return FoldFile(path: path, groups: try groups(in: bytes, path: path, reading))
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// What lists may be like.
  private struct Reading {
    /// Whether an id may be named twice.
    let allowsRepeats: Bool
    /// Whether valid must have a list, or must not have one.
    let hasValid: Bool
  }

  /// The bytes of a file of text, without a byte order mark.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is too large or of another kind.
  static func contents(of path: String) throws -> [UInt8] {
    let kind = try FileKind(of: path)
    switch kind {
    case .text, .json, .empty, .unknown: break
    default:
      throw kind.refusal(
        of: path, expected: "a fold list: the SDK's Python lists, JSON, a .csv with ids and splits, or lists of ids")
    }
    let bytes = try InputFile.contents(of: path, limit: byteLimit)
    return bytes.starts(with: ByteOrderMark.utf8) ? Array(bytes.dropFirst(ByteOrderMark.utf8.count)) : bytes
  }

  private static func groups(in bytes: [UInt8], path: String, _ reading: Reading) throws -> [Split: [String]] {
    let isJSON = bytes.first { !isBlank($0) } == UInt8(ascii: "{")
    if !isJSON, !bytes.contains(UInt8(ascii: "=")), let split = split(ofFile: path),
      bytes.contains(where: { !isBlank($0) })
    {
      throw DataError(
        .badData, "is a list for \(split) alone", expected: "lists for train, valid and test",
        advice: "Give their folder, or all three paths: --folds train.txt valid.txt test.txt.")
    }
    let lists = isJSON ? try jsonLists(in: bytes) : try pythonLists(in: bytes)
    return try groups(
      of: lists, expected: { isJSON ? "a key \"\($0)\"" : "standard_\($0)_fold=[…]" }, reading)
  }

  /// The lists by split.
  ///
  /// - Parameter expected: what a split's list looks like in this form.
  private static func groups(
    of lists: [NamedList], expected: (Split) -> String = { "ids for \($0)" }, _ reading: Reading
  ) throws -> [Split: [String]] {
    var groups: [Split: [String]] = [:]
    var namesOfSplits: [Split: String] = [:]
    for list in lists {
      guard let split = Split(named: list.name) else {
        throw DataError(
          .badData, place: list.place, "\"\(list.name)\" names no split",
          expected: "three lists, for train, valid and test", advice: "Remove the others from the file.")
      }
      if let other = namesOfSplits.updateValue(list.name, forKey: split) {
        throw DataError(
          .badData, place: list.place, "\(list.name) is a second list for \(split), after \(other)",
          expected: "one list per split", advice: "Remove one of the two.")
      }
      groups[split] = list.ids
    }
    if !reading.hasValid {
      let ids = groups[.valid] ?? []
      if !ids.isEmpty { throw unwantedValid(ids) }
      groups[.valid] = []
    }
    let missing = Split.allCases.filter { groups[$0] == nil }
    if let split = missing.first {
      throw DataError(
        .badData, "no list for the \(split) split", expected: expected(split),
        advice: missing == [.valid]
          ? withoutValid : "Use the fold file that the SDK ships, or write the lists as JSON.")
    }
    try checkIDs(groups, allowsRepeats: reading.allowsRepeats)
    return groups
  }

  /// What to do about lists without a valid split.
  static let withoutValid =
    "Add a list for valid, to choose epochs by; or prepare train and test alone with --no-valid."

  private static func unwantedValid(_ ids: [String]) -> DataError {
    DataError(
      .badData, "a list for valid of \(ids.count.counted("id")), but --no-valid is given",
      expected: "train and test alone",
      advice: "Leave --no-valid out, or take the list for valid away.")
  }

  /// The split that a file's name indicates.
  package static func split(ofFile path: String) -> Split? {
    let name = Folder.name(of: path)
    return Split(named: name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name)
  }

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

  package static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }
}

/// One list of a fold file under the name it has there.
package struct NamedList {
  /// The Python name, the JSON key, or the name of the split.
  package let name: String
  /// Where it is, for an error; nil if the name says enough.
  package let place: String?
  /// What it holds.
  package let ids: [String]
}

extension FoldFile {
  /// The lists of a JSON object, sorted by key.
  static func jsonLists(in bytes: [UInt8]) throws -> [NamedList] {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch {
      throw DataError(.badData, error.description, expected: "one JSON object with the keys train, valid and test")
    }
    // `groups(in:)` comes here only for text that starts with a brace.
    let members = (document.members ?? [:]).sortedByBytes(\.key)
    return try members.map { key, value in
      guard let elements = value.elements ?? value["groups"]?.elements else {
        throw DataError(.badData, place: key, "is not a list", expected: "a list of ids in quotes")
      }
      let ids = try elements.map { element in
        guard let id = element.text else {
          throw DataError(
            .badData, place: key, "holds \(element.canonicalText)", expected: "ids in quotes",
            advice: "Put each id in quotes, numbers too.")
        }
        return id
      }
      return NamedList(name: key, place: nil, ids: ids)
    }
  }
}

extension FoldFile {
  /// The lists of Python source, in the file's order.
  package static func pythonLists(in bytes: [UInt8]) throws -> [NamedList] {
    do throws(PythonListError) {
      return try PythonLists.parse(bytes).map {
        NamedList(name: $0.name, place: "line \($0.line)", ids: $0.values)
      }
    } catch {
      throw message(for: error)
    }
  }

  private static func message(for error: PythonListError) -> DataError {
    let (line, problem) =
      switch error {
      case .unexpected(let text, let line): (line, text.isEmpty ? "the line ends too early" : "found `\(text)`")
      case .unterminatedString(let line): (line, "a string does not end on its line")
      case .unterminatedList(let line): (line, "the list that starts here does not end")
      case .badEscape(let line): (line, "an escape in a string has no meaning")
      case .notUTF8(let line): (line, "a string is not UTF-8")
      }
    return DataError(
      .badData, place: "line \(line)", problem, expected: "only lists of ids such as standard_train_fold=['…', '…']",
      advice: "The file is read, never run: keep the three lists of the SDK's fold file, or write them as JSON.")
  }
}
