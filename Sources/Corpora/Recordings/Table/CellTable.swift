import Files
import Tables
import Text

/// A table whose first line names its columns: CSV, TSV, or JSON Lines with an object a line.
struct CellTable: Sendable {
  /// The names of the columns; of JSON Lines sorted by their bytes.
  let columns: [String]
  /// Each as long as `columns`; a missing value is empty.
  let rows: [Row]

  /// A row and where it is.
  struct Row: Sendable {
    /// The table below the root.
    let file: String
    /// From 1.
    let line: Int
    let cells: [String]
  }

  /// The most bytes of a table: a hundred thousand clips with their transcripts have 20 MB.
  private static let fileLimit = 1 << 28

  /// Reads a table; a name that ends in .jsonl is of JSON Lines, for others the first line tells the separator.
  ///
  /// - Parameters:
  ///   - path: what messages call it.
  ///   - name: what it is below the root.
  ///   - allowsWindows1252: whether a table that is not UTF-8 is in that encoding.
  /// - Throws: `DataError` 65 with the line when it is not UTF-8, malformed, has a column twice or a row of another
  ///   length.
  init(_ bytes: [UInt8], path: String, name: String? = nil, allowsWindows1252: Bool = false) throws {
    do {
      let isUTF8 = !allowsWindows1252 || String(validating: bytes, as: UTF8.self) != nil
      let bytes = isUTF8 ? bytes : Array(Windows1252.text(bytes).utf8)
      let (columns, rows) =
        try path.lowercased().hasSuffix(".jsonl") ? Self.jsonLines(bytes) : Self.delimited(bytes)
      self.init(columns: columns, rows: rows.map { Row(file: name ?? path, line: $0.line, cells: $0.cells) })
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// Reads a table of a folder.
  ///
  /// - Throws: also `DataError` 66 when it is gone.
  init(_ folder: MediaFolder, _ name: String, allowsWindows1252: Bool = false) throws {
    let place = folder.place(of: name)
    try self.init(
      InputFile.contents(of: place, limit: Self.fileLimit), path: place, name: name,
      allowsWindows1252: allowsWindows1252)
  }

  /// A table of rows that come from others.
  init(columns: [String], rows: [Row]) { (self.columns, self.rows) = (columns, rows) }

  private typealias Contents = (columns: [String], rows: [(line: Int, cells: [String])])

  private static func delimited(_ bytes: [UInt8]) throws -> Contents {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw DataError(.badData, "is UTF-16 text", expected: "UTF-8", advice: "Save it as UTF-8.")
    }
    let body = bytes.starts(with: ByteOrderMark.utf8) ? Array(bytes.dropFirst(ByteOrderMark.utf8.count)) : bytes
    var text = try DelimitedText(body)
    guard let heading = try text.next() else {
      throw DataError(.badData, "is empty", expected: "a line with the names of the columns, and one for each clip")
    }
    let columns = try heading.cells.indices.map { try heading.text($0) }
    for (index, name) in columns.enumerated() where columns[..<index].contains(name) {
      throw DataError(
        .badData, place: "line \(heading.line)", "has the column \(name) twice", expected: "each column once")
    }
    var rows: [(line: Int, cells: [String])] = []
    while let record = try text.next() {
      guard record.cells.count == columns.count else {
        throw DataError(
          .badData, place: "line \(record.line)", "\(record.cells.count) cells",
          expected: "\(columns.count) as in the first line", advice: "Put text that holds a separator in quotes.")
      }
      rows.append((record.line, try record.cells.indices.map { try record.text($0) }))
    }
    return (columns, rows)
  }

  private static func jsonLines(_ bytes: [UInt8]) throws -> Contents {
    var objects: [(line: Int, members: [String: String])] = []
    try bytes.withUnsafeBufferPointer { bytes in
      try LineScanner.forEachLine(of: bytes) { number, line in
        objects.append((number, try members(Array(line), line: number)))
      }
    }
    let columns = Set(objects.flatMap(\.members.keys)).sortedByBytes()
    return (columns, objects.map { object in (object.line, columns.map { object.members[$0] ?? "" }) })
  }

  private static func members(_ line: [UInt8], line number: Int) throws -> [String: String] {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: line)
    } catch {
      throw DataError(.badData, place: "line \(number)", error.description, expected: "a JSON object in UTF-8")
    }
    guard let members = value.members else {
      throw DataError(.badData, place: "line \(number)", "is not an object", expected: "a JSON object a line")
    }
    return members.mapValues { value in
      switch value {
      case .null: ""
      case .string(let text): text
      default: value.canonicalText
      }
    }
  }
}

/// Windows' western encoding, in which spreadsheets of last decades save tables.
private enum Windows1252 {
  /// 0x80 to 0x9f; the five that stand for nothing are control characters, as browsers take them.
  private static let middle: [UInt32] = [
    0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d,
    0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d,
    0x17e, 0x178,
  ]

  /// The text of bytes, of which every sequence is one.
  static func text(_ bytes: [UInt8]) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value = 0x80...0x9f ~= byte ? middle[Int(byte) - 0x80] : UInt32(byte)
      // None of the values is a surrogate.
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }
}
