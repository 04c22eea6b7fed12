import Files
import Samples
import Tables
import Text

/// A fold list with one file per split: `train.txt`, `valid.txt` and `test.txt`, told apart by their names.
///
/// A file has one id per line, or is a table with a column of ids (MELD's `train_sent_emo.csv` and the like), or one
/// list in brackets, or an object a line with its id under a key of the same names (EmoBox's `*_train_fold_1.jsonl`).
enum FoldLists {
  /// A file and the split that its name indicates.
  struct File {
    let path: String
    let split: Split
  }

  /// Extensions of files that may be lists: a folder often has the features of each split beside them.
  private static let endings: Set<String> = ["", "txt", "lst", "list", "ids", "csv", "tsv", "json", "jsonl", "py"]

  /// The files that a path stands for: those in a folder, or several separated by commas; nil for one file.
  ///
  /// - Parameter hasValid: whether there has to be one for valid.
  /// - Throws: `DataError` 65 when the folder has no list for a split, or two, or when the name of a file indicates
  ///   none.
  static func files(of path: String, hasValid: Bool) throws -> [File]? {
    let entry = try Folder.entry(at: path)
    if entry == .folder {
      let files = try Folder.names(in: path).filter { !$0.hasPrefix(".") }.compactMap { name -> File? in
        let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
        guard endings.contains(ending), try Folder.entry(at: path + "/" + name) != .folder else { return nil }
        return FoldFile.split(ofFile: name).map { File(path: path + "/" + name, split: $0) }
      }
      return try checked(files, in: path, hasValid: hasValid)
    }
    guard entry == nil, path.contains(",") else { return nil }
    let files = try path.split(separator: ",").map { part -> File in
      let file = String(part.drop { $0 == " " })
      guard let split = FoldFile.split(ofFile: file) else {
        throw DataError(
          .badData, file: file, "its name mentions no split, or several",
          expected: "names such as train.txt, valid.txt and test.txt",
          advice: "Rename the file after its split.")
      }
      return File(path: file, split: split)
    }
    return try checked(files, in: path, hasValid: hasValid)
  }

  private static func checked(_ files: [File], in path: String, hasValid: Bool) throws -> [File] {
    for split in Split.allCases {
      let own = files.filter { $0.split == split }
      if own.count == 1 || own.isEmpty && split == .valid && !hasValid { continue }
      let names = own.map { Folder.name(of: $0.path) }.joined(separator: " and ")
      throw DataError(
        .badData, file: path,
        own.isEmpty ? "no list for the \(split) split" : "\(own.count) lists for \(split): \(names)",
        expected: "a file for each split, e.g. train.txt, valid.txt and test.txt",
        advice: own.isEmpty
          ? split == .valid ? FoldFile.withoutValid : "Add \(split).txt, or name the fold file itself."
          : "Name the three files: --folds FILE FILE FILE.")
    }
    return files
  }

  /// The list of each file.
  ///
  /// - Throws: `DataError` that names the file.
  static func read(_ files: [File]) throws -> [NamedList] {
    try files.map { file in
      do {
        return NamedList(name: file.split.rawValue, place: nil, ids: try ids(in: FoldFile.contents(of: file.path)))
      } catch let error as DataError {
        throw error.inFile(file.path)
      }
    }
  }

  private static func ids(in bytes: [UInt8]) throws -> [String] {
    switch bytes.first(where: { !FoldFile.isBlank($0) }) {
    case UInt8(ascii: "["): return try bracketed(bytes)
    case UInt8(ascii: "{"): return try objects(bytes)
    default: break
    }
    var text = try DelimitedText(bytes)
    var column = 0
    var width = 1
    var ids: [String] = []
    var isFirst = true
    while let record = try text.next() {
      defer { isFirst = false }
      if isFirst {
        let header = record.cells.map { FoldTable.plain(String(decoding: $0, as: UTF8.self)) }
        if let found = FoldTable.idColumns.lazy.compactMap(header.firstIndex).first {
          (column, width) = (found, header.count)
          continue
        }
      }
      if record.cells.count != width {
        throw DataError(
          .badData, place: "line \(record.line)", "\(record.cells.count) cells",
          expected: width == 1
            ? "one id per line, or a first line with the names of columns" : "\(width) as on the first line")
      }
      let id = try record.text(column)
      if width > 1, ids.last == id { continue }
      ids.append(id)
      if ids.count > FoldFile.idLimit {
        throw DataError(.badData, "more than \(FoldFile.idLimit) ids", expected: "one id per line")
      }
    }
    return width == 1 ? ids : Self.unrepeated(ids)
  }

  /// With one row per clip, a recording is named repeatedly.
  private static func unrepeated(_ ids: [String]) -> [String] {
    var seen: Set<String> = []
    return ids.filter { seen.insert($0).inserted }
  }

  /// An object a line. EmoBox puts the name of the data set, which a row has too, before that of a sample.
  private static func objects(_ bytes: [UInt8]) throws -> [String] {
    var ids: [String] = []
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy(FoldFile.isBlank) { continue }
      let place = "line \(number + 1)"
      let members: [String: JSONValue]
      do {
        members = try JSONValue(parsing: Array(line)).members ?? [:]
      } catch {
        throw DataError(.badData, place: place, error.description, expected: "one JSON object in each line")
      }
      let names = Dictionary(members.keys.sortedByBytes().map { (FoldTable.plain($0), $0) }) { first, _ in first }
      guard let key = FoldTable.idColumns.lazy.compactMap({ names[$0] }).first, let id = members[key]?.text else {
        throw DataError(.badData, place: place, "names no sample", expected: "an id in quotes under id or key")
      }
      let prefix = (members["dataset"]?.text ?? "") + "-"
      ids.append(prefix.utf8.count > 1 && id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : id)
      if ids.count > FoldFile.idLimit {
        throw DataError(.badData, "more than \(FoldFile.idLimit) ids", expected: "one object per line")
      }
    }
    return ids
  }

  /// One list in brackets, as in JSON or Python.
  private static func bracketed(_ bytes: [UInt8]) throws -> [String] {
    let lists = try FoldFile.pythonLists(in: Array("ids = ".utf8) + bytes.drop(while: FoldFile.isBlank))
    return lists.first?.ids ?? []
  }
}
