import Text

/// The records of a text with cells: comma-, tab- or semicolon-separated, quoted as in RFC 4180.
public struct DelimitedText {
  /// The separator of cells.
  public let delimiter: UInt8
  /// Whether the text is taken literally: blanks belong to their cells, and every line is a record.
  private let isLiteral: Bool
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// A record and the line that it starts on, counted from 1.
  public struct Record {
    /// The line, from 1.
    public let line: Int
    /// Each as it stands between delimiters, without its quotes and, unless the text is taken literally, the blanks
    /// around it.
    public let cells: [ArraySlice<UInt8>]

    /// The text of a cell.
    ///
    /// - Throws: `DataError` 65 when it is not UTF-8.
    public func text(_ column: Int) throws -> String {
      guard let text = String(validating: cells[column], as: UTF8.self) else {
        throw DataError(
          .badData, place: "line \(line)", "cell \(column + 1) is not UTF-8", advice: "Save the file as UTF-8.")
      }
      return text
    }
  }

  /// Most cells in a record of a handwritten text: MMSA's tables have nine.
  private static let cellLimit = 4096

  /// Starts with a text without a byte order mark. The delimiter is the first of comma, tab, semicolon and vertical bar that occurs
  /// in its first record.
  ///
  /// - Throws: `DataError` 65 without a file name when the first record is malformed.
  public init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    isLiteral = false
    let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")]
    for delimiter in candidates {
      var reader = DelimitedText(bytes, delimiter: delimiter)
      if try reader.next()?.cells.count ?? 0 > 1 {
        self.delimiter = delimiter
        return
      }
    }
    delimiter = candidates[0]
  }

  /// Starts with a CSV file as programs write it, taken literally; a byte order mark is skipped.
  public init(csv bytes: [UInt8]) {
    self.bytes = bytes
    delimiter = UInt8(ascii: ",")
    isLiteral = true
    position = bytes.starts(with: ByteOrderMark.utf8) ? ByteOrderMark.utf8.count : 0
  }

  private init(_ bytes: [UInt8], delimiter: UInt8) {
    self.bytes = bytes
    self.delimiter = delimiter
    isLiteral = false
  }

  /// The next record that is not blank, or in a CSV file simply the next; nil at the end.
  ///
  /// - Throws: `DataError` 65 without a file name when a quote is not closed, or there are too many cells.
  public mutating func next() throws -> Record? {
    while position < bytes.count {
      let record = try record()
      if isLiteral || record.cells.count > 1 || !record.cells[0].isEmpty { return record }
    }
    return nil
  }

  private mutating func record() throws -> Record {
    let start = line
    var cells: [ArraySlice<UInt8>] = []
    while true {
      cells.append(try cell())
      if !isLiteral, cells.count > Self.cellLimit {
        throw DataError(
          .badData, place: "line \(start)", "more than \(Self.cellLimit) cells", expected: "a table of ids and splits")
      }
      guard position < bytes.count else { break }
      position += 1
      if bytes[position - 1] != delimiter {
        line += 1
        break
      }
      // A delimiter at the very end is followed by an empty cell.
      if position == bytes.count {
        cells.append([])
        break
      }
    }
    return Record(line: start, cells: cells)
  }

  /// The current cell; leaves the position at the delimiter or line feed after it, or at the end.
  private mutating func cell() throws -> ArraySlice<UInt8> {
    while !isLiteral, position < bytes.count, isBlank(bytes[position]) { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quotedCell() }
    let start = position
    while position < bytes.count, bytes[position] != delimiter, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    return trimmed(bytes[start..<position])
  }

  /// The inside of a quoted cell; two quotes in a row stand for one.
  private mutating func quotedCell() throws -> ArraySlice<UInt8> {
    let start = line
    position += 1
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else {
        throw DataError(
          .badData, place: "line \(start)", "a quote is not closed", expected: "quotes in pairs")
      }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard position < bytes.count, bytes[position] == byte else { break }
        position += 1
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
      text.append(byte)
    }
    let quotedCount = text.count
    while position < bytes.count, bytes[position] != delimiter, bytes[position] != UInt8(ascii: "\n") {
      text.append(bytes[position])
      position += 1
    }
    // Whatever is in quotes is part of the cell.
    return isLiteral ? text[..<quotedCount] + trimmed(text[quotedCount...]) : trimmed(text[...])
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0d || byte == 0x09 && delimiter != 0x09
  }

  /// The cell before `position`, without blanks unless they count.
  private func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if isLiteral {
      let endsLine = position < bytes.count && bytes[position] == UInt8(ascii: "\n")
      return endsLine && cell.last == UInt8(ascii: "\r") ? cell.dropLast() : cell
    }
    guard let last = cell.lastIndex(where: { !isBlank($0) }) else { return [] }
    return cell[...last].drop(while: isBlank)
  }
}
