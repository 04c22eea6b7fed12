import Files
import Tables
import Text

/// A table whose first line names its columns: CSV, TSV, or JSON Lines with an object a line.
struct CellTable: Sendable {
  /// The names of the columns; of JSON Lines sorted by their bytes.
  let columns: [String]
  /// Each as long as `columns`; a missing value is empty.
  let rows: [(line: Int, cells: [String])]

  /// The most bytes of a table: a hundred thousand clips with their transcripts have 20 MB.
  static let fileLimit = 1 << 28

  /// Reads a table; a name that ends in .jsonl is of JSON Lines, for others the first line tells the separator.
  ///
  /// - Parameter path: what messages call it.
  /// - Throws: `DataError` 65 with the line when it is not UTF-8, malformed, has a column twice or a row of another
  ///   length.
  init(_ bytes: [UInt8], path: String) throws {
    do {
      self = try path.lowercased().hasSuffix(".jsonl") ? Self(jsonLines: bytes) : Self(delimited: bytes)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  private init(columns: [String], rows: [(line: Int, cells: [String])]) {
    (self.columns, self.rows) = (columns, rows)
  }

  private init(delimited bytes: [UInt8]) throws {
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
    self.init(columns: columns, rows: rows)
  }

  private init(jsonLines bytes: [UInt8]) throws {
    var objects: [(line: Int, members: [String: String])] = []
    try bytes.withUnsafeBufferPointer { bytes in
      try LineScanner.forEachLine(of: bytes) { number, line in
        objects.append((number, try Self.members(Array(line), line: number)))
      }
    }
    let columns = Set(objects.flatMap(\.members.keys)).sortedByBytes()
    self.init(columns: columns, rows: objects.map { object in (object.line, columns.map { object.members[$0] ?? "" }) })
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
