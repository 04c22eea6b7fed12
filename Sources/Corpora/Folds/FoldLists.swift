import Files
import Samples
import Tables
import Text

/// A fold list with one file per split: `train.txt`, `valid.txt` and `test.txt`, told apart by their names.
///
/// A file has one id per line, or is a table with a column of ids (MELD's `train_sent_emo.csv` and the like), or one
/// list in brackets.
enum FoldLists {
  /// A file and the split that its name indicates.
  struct File {
    let path: String
    let split: Split
  }

  /// Extensions of files that may be lists: a folder often has the features of each split beside them.
  private static let endings: Set<String> = ["", "txt", "lst", "list", "ids", "csv", "tsv", "json", "py"]

  /// The files that a path stands for: those in a folder, or several separated by commas; nil for one file.
  ///
  /// - Throws: `DataError` 65 when the folder has no list for a split, or two, or when the name of a file indicates
  ///   none.
  static func files(of path: String) throws -> [File]? {
    let entry = try Folder.entry(at: path)
    if entry == .folder {
      let files = try Folder.names(in: path).filter { !$0.hasPrefix(".") }.compactMap { name -> File? in
        let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
        guard endings.contains(ending), try Folder.entry(at: path + "/" + name) != .folder else { return nil }
        return FoldFile.split(ofFile: name).map { File(path: path + "/" + name, split: $0) }
      }
      return try checked(files, in: path)
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
    return try checked(files, in: path)
  }

  private static func checked(_ files: [File], in path: String) throws -> [File] {
    for split in Split.allCases {
      let own = files.filter { $0.split == split }
      if own.count == 1 { continue }
      let names = own.map { Folder.name(of: $0.path) }.joined(separator: " and ")
      throw DataError(
        .badData, file: path,
        own.isEmpty ? "no list for the \(split) split" : "\(own.count) lists for \(split): \(names)",
        expected: "a file for each split, e.g. train.txt, valid.txt and test.txt",
        advice: own.isEmpty
          ? "Add \(split).txt, or name the fold file itself." : "Name the three files: --folds FILE FILE FILE.")
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
    if bytes.first(where: { !FoldFile.isBlank($0) }) == UInt8(ascii: "[") { return try bracketed(bytes) }
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

  /// One list in brackets, as in JSON or Python.
  private static func bracketed(_ bytes: [UInt8]) throws -> [String] {
    let lists = try FoldFile.pythonLists(in: Array("ids = ".utf8) + bytes.drop(while: FoldFile.isBlank))
    return lists.first?.ids ?? []
  }
}
