import Corpora
import Files
import Foundation
import Samples
import Text

/// One of the files that lists are read from.
struct SplitListFile {
  /// What it is, whatever its name ends with.
  enum Form: Hashable, Sendable {
    /// Cells with commas, tabs or semicolons between them.
    case table
    /// One JSON document.
    case json
    /// A JSON object a line.
    case jsonLines
    /// The Python source of the CMU SDK: read, never run.
    case python
    /// Arrays in an .npz file.
    case arrays
    /// Dictionaries in arrays of objects in an .npz file.
    case dictionaries
  }

  let path: String
  private(set) var form: Form
  /// The encoding, where it is not UTF-8.
  let encoding: String?
  private let bytes: [UInt8]

  /// MMSA's table of its 23,000 clips takes 6 MB.
  private static let byteLimit = 1 << 27

  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is no text or too large, 64 for an unknown encoding.
  init(_ path: String, encoding: String?) throws {
    self.path = path
    let kind = try FileKind(of: path)
    if kind == .npz {
      (form, self.encoding, bytes) = (.arrays, nil, [])
      return
    }
    switch kind {
    case .text, .json, .empty, .unknown, .utf16Text: break
    case .pickle:
      throw DataError(
        .badData, file: path, "is a pickle", expected: "a list of samples by split",
        advice: "Give it to --arrays, which reads pickles without running them.")
    default:
      throw kind.refusal(
        of: path, expected: "a list of samples by split: CSV, TSV, JSON, JSON lines, .npz or one id per line")
    }
    do {
      let text = try DecodedText(try InputFile.contents(of: path, limit: Self.byteLimit), encoding: encoding)
      bytes = Self.withLineFeeds(text.bytes)
      self.encoding = text.encoding
    } catch let error as DataError {
      throw error.inFile(path)
    }
    form = Self.form(of: bytes, path: path)
  }

  /// Lines that end as on old Macintoshes end with line feeds.
  private static func withLineFeeds(_ bytes: [UInt8]) -> [UInt8] {
    let (feed, mark) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    return bytes.contains(feed) || !bytes.contains(mark) ? bytes : bytes.map { $0 == mark ? feed : $0 }
  }

  private static func form(of bytes: [UInt8], path: String) -> Form {
    if bytes.starts(with: DelimitedList.separatorLine) { return .table }
    let body = bytes.drop { FoldFile.isBlank($0) }
    let line = body.prefix { $0 != UInt8(ascii: "\n") }
    switch body.first {
    case UInt8(ascii: "{"):
      let name = path.lowercased()
      if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonLines }
      let rest = body.dropFirst(line.count).drop { FoldFile.isBlank($0) }
      return rest.first == UInt8(ascii: "{") && line.contains(UInt8(ascii: "}")) ? .jsonLines : .json
    case UInt8(ascii: "["):
      // One list as Python writes it, with its texts in single quotes.
      return body.dropFirst().drop { FoldFile.isBlank($0) }.first == UInt8(ascii: "'") ? .python : .json
    default:
      let first = withoutComments(body).prefix { $0 != UInt8(ascii: "\n") }
      let name = first.prefix { $0 != UInt8(ascii: "=") }
      let isAssignment = name.count < first.count && !name.isEmpty && name.allSatisfy(Self.isOfName)
      return isAssignment ? .python : .table
    }
  }

  /// What follows the comments with which Python source may begin.
  private static func withoutComments(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while rest.first == UInt8(ascii: "#") {
      rest = rest.drop { $0 != UInt8(ascii: "\n") }.drop { FoldFile.isBlank($0) }
    }
    return rest
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: " "):
      true
    default: false
    }
  }

  /// Adds its rows.
  ///
  /// - Parameter number: which file it is.
  /// - Throws: `DataError` 65 that names the file.
  mutating func read(_ choice: ColumnChoice, number: Int, into records: inout ListRecords) throws {
    let split = FoldFile.split(ofFile: path)
    do {
      switch form {
      case .table:
        try DelimitedList(choice: choice, split: split, file: number).read(bytes, into: &records)
      case .json:
        var list = JSONList(choice: choice, split: split, file: number)
        try list.readDocument(bytes, into: &records)
      case .jsonLines:
        var list = JSONList(choice: choice, split: split, file: number)
        try list.readLines(bytes, into: &records)
      case .arrays, .dictionaries:
        let table = ArrayTable(choice: choice, split: split, file: number)
        if try table.read(path, into: &records) { form = .dictionaries }
      case .python:
        let isBare = bytes.first { !FoldFile.isBlank($0) } == UInt8(ascii: "[")
        let source = isBare ? Array("ids = ".utf8) + bytes.drop { FoldFile.isBlank($0) } : bytes
        for list in try FoldFile.pythonLists(in: source) {
          guard let own = Split(named: list.name) ?? split else {
            throw DataError(
              .badData, place: list.place, "\"\(list.name)\" names no split",
              expected: "lists for train, valid and test")
          }
          for id in list.ids {
            var row = ListRecord(split: own, file: number)
            row.cells = [.id: id, .group: id]
            try records.append(row)
          }
        }
      }
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// The files that paths stand for: a folder's are those whose names end as lists do.
  ///
  /// - Throws: `DataError` 66 when a folder cannot be read, 65 when one holds no list.
  static func paths(_ given: [String]) throws -> [String] {
    let paths = try found(given)
    var names: [String: String] = [:]
    for path in paths {
      if let first = names.updateValue(path, forKey: URL(fileURLWithPath: path).resolvingSymlinksInPath().path) {
        throw DataError(
          .usage, "--splits names \(first == path ? "\(path) twice" : "the same file twice, as \(first) and \(path)")",
          expected: "each list once", advice: "Every sample would count twice: leave one of them out.")
      }
    }
    return paths
  }

  private static func found(_ given: [String]) throws -> [String] {
    try given.flatMap { path -> [String] in
      guard try Folder.entry(at: path) == .folder else { return [path] }
      var files = try lists(in: path)
      // The folds of a corpus often have a folder each.
      if files.isEmpty {
        let names = try Folder.names(in: path).filter { ListFolds.number(in: $0) != nil }
        files = try names.map { path + "/" + $0 }.filter { try Folder.entry(at: $0) == .folder }.flatMap(lists)
      }
      if files.isEmpty {
        throw DataError(
          .badData, file: path, "holds no list", expected: "files that end with \(endings.joined(separator: ", "))")
      }
      return files
    }
  }

  private static func lists(in folder: String) throws -> [String] {
    try Folder.names(in: folder).filter { name in
      !name.hasPrefix(".") && endings.contains { name.lowercased().hasSuffix($0) }
    }.map { folder + "/" + $0 }
  }

  private static let endings = [".csv", ".tsv", ".json", ".jsonl", ".npz", ".txt", ".lst", ".list", ".py"]
}
