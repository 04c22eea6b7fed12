import Text

/// A CSV file (RFC 4180; lines end with a line feed, and in foreign files with a carriage return before it) whose first
/// line names the columns.
public struct CSVTable: Hashable, Sendable {
  /// The names of the columns.
  public let heading: [String]
  /// The cells, each row as long as the heading.
  public let rows: [[String]]

  /// Reads a file.
  ///
  /// - Parameter path: what messages call it.
  /// - Throws: `DataError` 65 when a quote is not closed or a line and the heading differ in their number of cells.
  public init(_ bytes: [UInt8], path: String) throws {
    var text = DelimitedText(csv: bytes)
    var heading: [String]?
    var rows: [[String]] = []
    do {
      while let record = try text.next() {
        let cells = record.cells.map { String(decoding: $0, as: UTF8.self) }
        if let heading, cells.count != heading.count {
          throw DataError(
            .badData, place: "line \(rows.count + 2)", "\(cells.count) cells", expected: "\(heading.count)")
        }
        if heading == nil { heading = cells } else { rows.append(cells) }
      }
    } catch let error as DataError {
      throw error.inFile(path)
    }
    self.heading = heading ?? []
    self.rows = rows
  }

  /// A line of a file, with its end: cells that contain a comma, a quote or a line break are quoted.
  public static func line(_ cells: [String]) -> String {
    cells.map { cell in
      let isPlain = !cell.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
      return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",") + "\n"
  }
}

/// Text in the cells of CSV files, which people open in spreadsheets.
public enum SpreadsheetText {
  /// A cell of free text: a word, a name, a reason, never an id or a number.
  ///
  /// A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, TAB or CR for a formula, and a formula can run
  /// programs and send the sheet away; an apostrophe in front makes it text. A number stays a number: it does no harm.
  public static func cell(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, dangerous.contains(first), !isNumber(text) else { return text }
    return "'" + text
  }

  private static let dangerous: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]

  private static func isNumber(_ text: String) -> Bool { Double(text).map(\.isFinite) ?? false }
}
