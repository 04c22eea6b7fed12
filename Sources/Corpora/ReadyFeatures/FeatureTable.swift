import Storage

/// Numbers in lines with commas between them, with or without a header line: the CSV side of `FeatureFile`.
struct FeatureTable {
  /// The names on the header line; empty without one.
  private var columns: [String] = []
  /// Columns of a line.
  private var width = 0
  /// What each column is for.
  private var roles: [Role] = []
  private var values: [Float] = []
  private var times: [Double] = []
  private var rowCount = 0

  private enum Role {
    case feature, time, success, bookkeeping
  }

  /// - Throws: `DataError` 65 without a file name.
  static func read(_ bytes: [UInt8]) throws -> FeatureFile {
    var table = FeatureTable()
    try bytes.withUnsafeBufferPointer { bytes in
      // A byte order mark, as spreadsheets write it.
      let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
      try LineScanner.forEachLine(of: UnsafeBufferPointer(rebasing: bytes[start...])) { number, line in
        if table.width == 0, try table.begin(line) { return }
        do {
          try table.append(line)
        } catch let error as DataError {
          throw error.inPlace("line \(number)")
        }
      }
    }
    return try table.file()
  }

  /// Learns from the first line what the columns are; whether it was a header.
  private mutating func begin(_ line: UnsafeBufferPointer<UInt8>) throws -> Bool {
    let cells = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard cells.count <= FeatureFile.widthLimit else {
      throw DataError(.badData, "\(cells.count) columns", expected: "at most \(FeatureFile.widthLimit)")
    }
    width = cells.count
    let hasHeader = cells.contains { cell in
      var scanner = LineScanner(UnsafeBufferPointer(rebasing: cell))
      return Self.number(&scanner) == nil || !scanner.isAtEnd
    }
    if hasHeader { columns = cells.map { Self.name(UnsafeBufferPointer(rebasing: $0)) } }
    roles = Self.roles(columns, width: width)
    guard roles.contains(.feature) else {
      throw DataError(.badData, "has no column of features", expected: "columns beyond OpenFace's frame and confidence")
    }
    return hasHeader
  }

  private static func name(_ cell: UnsafeBufferPointer<UInt8>) -> String {
    let isOuter = { (byte: UInt8) in LineScanner.isBlank(byte) || byte == UInt8(ascii: "\"") }
    guard let first = cell.firstIndex(where: { !isOuter($0) }), let last = cell.lastIndex(where: { !isOuter($0) })
    else { return "" }
    return String(decoding: cell[first...last], as: UTF8.self)
  }

  /// OpenFace 2.2 (FeatureExtraction) writes frame, face_id, timestamp, confidence and success in front of its features. Any one
  /// of the words may be somebody's feature; confidence and success together are OpenFace's.
  private static func roles(_ columns: [String], width: Int) -> [Role] {
    guard columns.contains("confidence"), columns.contains("success") else {
      return [Role](repeating: .feature, count: width)
    }
    return columns.map { name in
      switch name {
      case "timestamp": .time
      case "success": .success
      case "frame", "face_id", "confidence": .bookkeeping
      default: .feature
      }
    }
  }

  private mutating func append(_ line: UnsafeBufferPointer<UInt8>) throws {
    var scanner = LineScanner(line)
    let start = values.count
    var hasFace = true
    for column in 0..<width {
      if column > 0, !scanner.accept(",") { throw refusal(scanner, column, of: line) }
      guard let value = Self.number(&scanner) else { throw refusal(scanner, column, of: line) }
      switch roles[column] {
      case .feature: values.append(Float(value))
      case .time: times.append(value)
      case .success: hasFace = value != 0
      case .bookkeeping: break
      }
    }
    scanner.skipBlanks()
    if !scanner.isAtEnd { throw refusal(scanner, width, of: line) }
    if !hasFace { for index in start..<values.count { values[index] = .nan } }
    rowCount += 1
    guard values.count <= FeatureFile.valueLimit else {
      throw DataError(
        .badData, "more than \(FeatureFile.valueLimit) values", expected: "fewer", advice: "Cut it into shorter files.")
    }
  }

  /// What is wrong with a line at `column`: the number of its cells, or the cell there.
  private func refusal(_ scanner: LineScanner, _ column: Int, of line: UnsafeBufferPointer<UInt8>) -> DataError {
    let cellCount = line.count { $0 == UInt8(ascii: ",") } + 1
    if cellCount != width {
      return DataError(.badData, "\(cellCount) columns", expected: "\(width) as on the first line")
    }
    let text = String(decoding: scanner.rest.prefix { $0 != UInt8(ascii: ",") }.prefix(20), as: UTF8.self)
    return DataError(
      .badData, "column \(min(column, width - 1) + 1) goes on with \"\(text)\"", expected: "a number and a comma")
  }

  private func file() throws -> FeatureFile {
    guard rowCount > 0 else { throw DataError(.badData, "holds no rows", expected: "a line of numbers for each frame") }
    let features = roles.indices.filter { roles[$0] == .feature }
    return FeatureFile(
      rowCount: rowCount, width: features.count, names: columns.isEmpty ? nil : features.map { columns[$0] },
      values: values, times: roles.contains(.time) ? times : nil)
  }

  /// Takes a decimal number, `nan`, `inf` or `infinity` in any case; nil where there is none, or one beyond float64.
  private static func number(_ scanner: inout LineScanner) -> Double? {
    if let number = scanner.number() { return number }
    let isNegative = scanner.accept("-")
    for (word, value) in [("nan", Double.nan), ("infinity", .infinity), ("inf", .infinity)]
    where scanner.acceptIgnoringCase(word) {
      return isNegative ? -value : value
    }
    return nil
  }
}

extension LineScanner {
  /// Passes over `word`, which is in lower case, if it is next; false where it is not.
  fileprivate mutating func acceptIgnoringCase(_ word: String) -> Bool {
    let utf8 = word.utf8
    guard rest.count >= utf8.count, zip(rest, utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return false }
    for byte in rest.prefix(utf8.count) { _ = accept(Unicode.Scalar(byte)) }
    return true
  }
}

extension DataError {
  /// The error with `place` filled in where the thrower did not know it.
  fileprivate func inPlace(_ name: String) -> DataError {
    var copy = self
    if copy.place == nil { copy.place = name }
    return copy
  }
}
