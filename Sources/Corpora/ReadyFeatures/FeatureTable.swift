import Storage

/// The CSV side of `FeatureFile`.
enum FeatureTable {
  /// - Throws: `DataError` 65 without a file name.
  static func read(_ bytes: [UInt8]) throws -> FeatureFile {
    var rows = TableRows(bytes)
    guard let first = rows.next() else {
      throw DataError(.badData, "is empty", expected: "a line of numbers for each frame")
    }
    let hasHeader = first.cells.contains { TableRows.number($0) == nil }
    let names = hasHeader ? first.cells.map { String(decoding: $0, as: UTF8.self) } : nil
    let width = first.cells.count
    guard width <= FeatureFile.widthLimit else {
      throw DataError(.badData, "\(width) columns", expected: "at most \(FeatureFile.widthLimit)")
    }
    var builder = TableBuilder(columns: names ?? [], width: width)
    if !hasHeader { try builder.append(first) }
    while let row = rows.next() { try builder.append(row) }
    return try builder.file(hasNames: hasHeader)
  }
}

/// A line of a table: its number, from 1 on, and what stands between its commas, without the blanks around it.
struct TableRow {
  let line: Int
  let cells: [ArraySlice<UInt8>]
}

/// The lines of a table that are not blank.
struct TableRows: IteratorProtocol {
  private var rest: ArraySlice<UInt8>
  private var line = 0

  init(_ bytes: [UInt8]) {
    // A byte order mark, as spreadsheets write it.
    rest = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
  }

  mutating func next() -> TableRow? {
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0a) ?? rest.endIndex
      let text = Self.trimmed(rest[..<end])
      rest = rest[min(end + 1, rest.endIndex)...]
      line += 1
      if text.isEmpty { continue }
      return TableRow(
        line: line,
        cells: text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Self.trimmed))
    }
    return nil
  }

  /// A number as C writes it, with `nan` and `inf`; nil for anything else.
  static func number(_ cell: ArraySlice<UInt8>) -> Double? { Double(String(decoding: cell, as: UTF8.self)) }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    guard let last = text.lastIndex(where: { !isBlank($0) }) else { return text.prefix(0) }
    return text[...last].drop(while: isBlank)
  }
}

/// Collects the rows of a table and tells OpenFace's bookkeeping from features.
private struct TableBuilder {
  private let columns: [String]
  private let width: Int
  private let features: [Int]
  private let timeColumn: Int?
  private let successColumn: Int?
  private var values: [Float] = []
  private var times: [Double] = []
  private var rowCount = 0

  /// OpenFace 2.2's columns in front of its features (FeatureExtraction's output format); an image list has no `timestamp`.
  private static let bookkeeping: Set = ["frame", "face_id", "timestamp", "confidence", "success"]

  init(columns: [String], width: Int) {
    self.columns = columns
    self.width = width
    // Any one of the words may be somebody's feature; together they are OpenFace's.
    let isOpenFace = columns.contains("confidence") && columns.contains("success")
    features = (0..<width).filter { !isOpenFace || !Self.bookkeeping.contains(columns[$0]) }
    timeColumn = isOpenFace ? columns.firstIndex(of: "timestamp") : nil
    successColumn = isOpenFace ? columns.firstIndex(of: "success") : nil
  }

  mutating func append(_ row: TableRow) throws {
    guard row.cells.count == width else {
      throw DataError(
        .badData, place: "line \(row.line)", "\(row.cells.count) columns", expected: "\(width) as on the first line")
    }
    guard values.count + features.count <= FeatureFile.valueLimit else {
      throw DataError(.badData, place: "line \(row.line)", "more than \(FeatureFile.valueLimit) values")
    }
    let hasFace = try successColumn.map { try number(row, $0) != 0 } ?? true
    for column in features {
      let value = try number(row, column)
      values.append(hasFace ? Float(value) : .nan)
    }
    if let timeColumn { times.append(try number(row, timeColumn)) }
    rowCount += 1
  }

  func file(hasNames: Bool) throws -> FeatureFile {
    guard !features.isEmpty else {
      throw DataError(.badData, "has no column of features", expected: "columns beyond OpenFace's frame and confidence")
    }
    return FeatureFile(
      rowCount: rowCount, width: features.count, names: hasNames ? features.map { columns[$0] } : nil, values: values,
      times: timeColumn == nil ? nil : times)
  }

  private func number(_ row: TableRow, _ column: Int) throws -> Double {
    guard let number = TableRows.number(row.cells[column]) else {
      let text = String(decoding: row.cells[column].prefix(20), as: UTF8.self)
      throw DataError(
        .badData, place: "line \(row.line)", "column \(column + 1) is \"\(text)\"", expected: "a number")
    }
    return number
  }
}
