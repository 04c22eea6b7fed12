import Text

/// What the columns of a table of features are, according to its first line.
struct FeatureColumns {
  enum Role: Hashable {
    case feature
    /// A number that is not a feature: a counter, a confidence.
    case number
    /// A text: the name of a file.
    case text
    case start, end
    /// 0 if no face was found.
    case success
    case face
  }

  /// The separator of cells.
  let separator: UInt8
  /// The names on the header line; nil without one.
  let names: [String]?
  /// The role of each column.
  let roles: [Role]

  /// Whether a column says when a row begins, and whether one says when it ends.
  let hasStarts, hasEnds: Bool

  /// Cells in a line.
  var width: Int { roles.count }

  /// Learns from a table's first line, a header or a row.
  ///
  /// - Throws: `DataError` 65 without a place when it has too many columns, none of features, or a nameless first one.
  init(firstLine line: UnsafeBufferPointer<UInt8>) throws {
    let separator = Self.separator(of: line)
    let cells = Self.cells(of: line, separator: separator)
    self.separator = separator
    guard cells.count <= FeatureFile.widthLimit else {
      throw DataError(.badData, "\(cells.count) columns", expected: "at most \(FeatureFile.widthLimit)")
    }
    let isHeader = cells.contains { cell in
      var scanner = LineScanner(cell)
      if scanner.cell() == nil { return true }
      scanner.skipBlanks()
      return !scanner.isAtEnd
    }
    guard isHeader else {
      names = nil
      roles = [Role](repeating: .feature, count: cells.count)
      (hasStarts, hasEnds) = (false, false)
      return
    }
    guard line.allSatisfy({ $0 >= 0x20 || LineScanner.isBlank($0) }) else {
      throw DataError(.badData, "is not a table", expected: "lines of numbers with commas or semicolons between them")
    }
    let names = cells.map(Self.name)
    let roles = Self.roles(names)
    self.names = names
    self.roles = roles
    (hasStarts, hasEnds) = (roles.contains(.start), roles.contains(.end))
    if names.count > 1, names[0].isEmpty || names[0].hasPrefix("Unnamed:") {
      throw DataError(
        .badData, "the first column has no name, as when pandas writes its row index", expected: "columns of features",
        advice: "Write the table with to_csv(…, index=False).")
    }
    guard roles.contains(.feature) else {
      throw DataError(.badData, "has no column of features", expected: "columns beyond times, names and confidence")
    }
  }

  // MARK: - Cells

  /// Whichever of `,` and `;` occurs more often outside quotation marks.
  private static func separator(of line: UnsafeBufferPointer<UInt8>) -> UInt8 {
    let (comma, semicolon) = (UInt8(ascii: ","), UInt8(ascii: ";"))
    return cells(of: line, separator: semicolon).count > cells(of: line, separator: comma).count ? semicolon : comma
  }

  /// The cells of a line; one in quotation marks may contain separators.
  static func cells(of line: UnsafeBufferPointer<UInt8>, separator: UInt8) -> [UnsafeBufferPointer<UInt8>] {
    var cells: [UnsafeBufferPointer<UInt8>] = []
    var rest = line[...]
    while true {
      let end = endOfCell(rest, separator: separator)
      cells.append(UnsafeBufferPointer(rebasing: rest[..<end]))
      if end == rest.endIndex { return cells }
      rest = rest[(end + 1)...]
    }
  }

  /// Where the cell at the start of `rest` ends: at a separator, or at the end.
  static func endOfCell(_ rest: Slice<UnsafeBufferPointer<UInt8>>, separator: UInt8) -> Int {
    var from = rest.startIndex
    let text = rest.drop(while: LineScanner.isBlank)
    if let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
      let closing = text.dropFirst().firstIndex(of: quote)
    {
      from = closing + 1
    }
    return rest[from...].firstIndex(of: separator) ?? rest.endIndex
  }

  private static func name(_ cell: UnsafeBufferPointer<UInt8>) -> String {
    let isOuter = { (byte: UInt8) in LineScanner.isBlank(byte) || byte == UInt8(ascii: "\"") }
    guard let first = cell.firstIndex(where: { !isOuter($0) }), let last = cell.lastIndex(where: { !isOuter($0) })
    else { return "" }
    return String(decoding: cell[first...last], as: UTF8.self)
  }

  // MARK: - Roles

  private static func roles(_ names: [String]) -> [Role] {
    if isOpenFace(names) {
      return names.map { name in
        switch name {
        case "timestamp": .start
        case "success": .success
        case "face_id": .face
        case "frame", "confidence": .number
        default: .feature
        }
      }
    }
    var roles = [Role](repeating: .feature, count: names.count)
    for (index, name) in names.enumerated().prefix(leadingCount(names)) { roles[index] = leading[name] ?? .feature }
    return roles
  }

  /// OpenFace 2.2 (FeatureExtraction, FaceLandmarkVidMulti) writes frame, face_id, timestamp, confidence and success in
  /// front of its features, and users leave some of them out. Any of these words except `face_id` may be somebody's
  /// feature.
  private static func isOpenFace(_ names: [String]) -> Bool {
    let names = Set(names)
    return names.contains("face_id") || names.isSuperset(of: ["confidence", "success"])
      || names.isSuperset(of: ["frame", "timestamp"])
  }

  /// What openSMILE writes in front of its features: the program `name`, `frameIndex` and `frameTime`, its Python package the
  /// index `file`, `start` and `end`.
  private static let leading: [String: Role] = [
    "name": .text, "frameIndex": .number, "frameTime": .start, "file": .text, "start": .start, "end": .end,
  ]

  /// How many of the first columns are openSMILE's. `name` and `start` alone are common words.
  private static func leadingCount(_ names: [String]) -> Int {
    let starts: [[String]] = [
      ["name", "frameIndex", "frameTime"], ["name", "frameTime"], ["name", "frameIndex"], ["frameIndex", "frameTime"],
      ["frameTime"], ["frameIndex"], ["name"], ["file", "start", "end"], ["start", "end"], ["file"],
    ]
    return starts.first { names.starts(with: $0) }?.count ?? 0
  }
}
