import Samples
import Text

/// Lines of numbers separated by commas or semicolons, with or without a header line: the CSV side of `FeatureFile`.
///
/// Known columns are not features (see `FeatureColumns`): OpenFace's `frame`, `face_id`, `timestamp`, `confidence` and
/// `success`; openSMILE's `name`, `frameIndex` and `frameTime`, `file`, `start` and `end`. Times among them become the
/// rows', and rows in which `success` is 0 become NaN.
struct FeatureTable {
  /// Nil until the first line arrives.
  private var columns: FeatureColumns?
  private let face: Int?
  private var values: [Float] = []
  private var starts: [Double] = []
  private var ends: [Double] = []
  /// From the first to the last start of all rows, chosen or not.
  private var extent = Interval(start: .infinity, end: -.infinity)
  /// The faces that the rows name.
  private var faces: Set<Int> = []
  private var rowCount = 0
  /// What the first column counts from, 0 or 1, as long as it counts the rows.
  private var counterBase: Float?

  private init(face: Int?) { self.face = face }

  /// - Parameter face: the rows with this `face_id` are taken; nil for all, which have to be one face's.
  /// - Throws: `DataError` 65 without a file name.
  static func read(_ bytes: [UInt8], face: Int?) throws -> FeatureFile {
    var table = FeatureTable(face: face)
    try bytes.withUnsafeBufferPointer { bytes in
      try LineScanner.forEachLine(of: bytes) { number, line in
        do {
          try table.take(line)
        } catch let error as DataError {
          throw error.inPlace("line \(number)")
        }
      }
    }
    return try table.file()
  }

  private mutating func take(_ line: UnsafeBufferPointer<UInt8>) throws {
    if let columns { return try append(line, columns) }
    let columns = try FeatureColumns(firstLine: line)
    self.columns = columns
    if columns.names == nil { try append(line, columns) }
  }

  private mutating func append(_ line: UnsafeBufferPointer<UInt8>, _ columns: FeatureColumns) throws {
    var scanner = LineScanner(line)
    let separator = Unicode.Scalar(columns.separator)
    let first = values.count
    var (start, end) = (Double.nan, Double.nan)
    var hasFace = true
    var isChosen = true
    for column in 0..<columns.width {
      if column > 0, !scanner.accept(separator) { throw refusal(scanner, column, of: line, columns) }
      switch columns.roles[column] {
      case .text:
        scanner.pass(FeatureColumns.endOfCell(scanner.rest[...], separator: columns.separator))
      case .start, .end:
        guard let time = scanner.timeCell() else { throw refusal(scanner, column, of: line, columns) }
        if columns.roles[column] == .start { start = time } else { end = time }
      case let role:
        guard let value = scanner.cell() else { throw refusal(scanner, column, of: line, columns) }
        switch role {
        case .feature: values.append(Float(value))
        case .success: hasFace = value != 0
        case .face: isChosen = try choose(value)
        default: break
        }
      }
    }
    scanner.skipBlanks()
    if !scanner.isAtEnd { throw refusal(scanner, columns.width, of: line, columns) }
    if start.isFinite { extent = Interval(start: min(extent.start, start), end: max(extent.end, start)) }
    guard isChosen else {
      values.removeLast(values.count - first)
      return
    }
    if !hasFace { for index in first..<values.count { values[index] = .nan } }
    noteCounter(columns, firstValue: first)
    if columns.hasStarts { starts.append(start) }
    if columns.hasEnds { ends.append(end) }
    rowCount += 1
    guard values.count <= FeatureFile.valueLimit else {
      throw DataError(
        .badData, "more than \(FeatureFile.valueLimit) values", expected: "fewer", advice: "Cut it into shorter files.")
    }
  }

  /// Records a row's face; returns whether the row is taken.
  private mutating func choose(_ value: Double) throws -> Bool {
    guard let id = Int(exactly: value) else {
      throw DataError(.badData, "face_id is \(value)", expected: "the whole number of a face")
    }
    faces.insert(id)
    return face == nil || face == id
  }

  /// Keeps track of whether the first column is 0, 1, 2, … or 1, 2, 3, ….
  private mutating func noteCounter(_ columns: FeatureColumns, firstValue: Int) {
    guard columns.roles[0] == .feature, columns.width > 1 else { return }
    let value = values[firstValue]
    if rowCount == 0 { counterBase = value == 0 || value == 1 ? value : nil }
    if let base = counterBase, value != base + Float(rowCount) { counterBase = nil }
  }

  // MARK: - Refusals

  /// What is wrong with a line at `column`: the number of its cells, or the cell there.
  private func refusal(
    _ scanner: LineScanner, _ column: Int, of line: UnsafeBufferPointer<UInt8>, _ columns: FeatureColumns
  ) -> DataError {
    let cellCount = FeatureColumns.cells(of: line, separator: columns.separator).count
    if cellCount != columns.width {
      return DataError(.badData, "\(cellCount) columns", expected: "\(columns.width) as on the first line")
    }
    let text = String(decoding: scanner.rest.prefix { $0 != columns.separator }.prefix(20), as: UTF8.self)
    let mark = columns.separator == UInt8(ascii: ";") ? "semicolon" : "comma"
    return DataError(
      .badData, "column \(min(column, columns.width - 1) + 1) continues with \"\(text)\"",
      expected: "a number and a \(mark)")
  }

  private func checkFaces() throws {
    guard face == nil, faces.count > 1 else { return }
    let ids = faces.sorted()
    let named = ids.prefix(3).map { "\($0)" }.joined(separator: ", ") + (ids.count > 3 ? ", …" : "")
    throw DataError(
      .badData, "has the rows of \(ids.count) faces (face_id \(named))", expected: "those of one person",
      advice: "Choose one with --face, e.g. --face \(ids[0]).")
  }

  /// A repeated time is a second, unnamed face, or a frame that was written twice: their mean belongs to nobody.
  private func checkTimes() throws {
    let rows = starts.indices.map { Interval(start: starts[$0], end: ends.isEmpty ? 0 : ends[$0]) }
    let sorted = rows.filter(\.isFinite).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    guard let twice = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 })?.0 else { return }
    throw DataError(
      .badData, "has the time \(twice.start) twice: a repeated frame, or a second face", expected: "one row per frame",
      advice: "Keep the rows of one person, each frame once.")
  }

  /// A column that only counts the rows tells a model how far a turn has progressed, and nothing about what is said.
  private func checkCounter(_ columns: FeatureColumns) throws {
    guard let base = counterBase, rowCount >= 3 else { return }
    let name = columns.names.map { "\"\($0[0])\"" } ?? "which has no name"
    throw DataError(
      .badData, "the first column, \(name), is an index: it counts the rows from \(Int(base))",
      expected: "columns of features", advice: "Write the table without it (pandas: index=False).")
  }

  private func file() throws -> FeatureFile {
    guard let columns else {
      return FeatureFile(
        rowCount: 0, width: 0, names: nil, values: [], times: nil, isVector: false, hasFaces: false)
    }
    try checkFaces()
    try checkTimes()
    try checkCounter(columns)
    let features = columns.roles.indices.filter { columns.roles[$0] == .feature }
    let times = FeatureTimes(
      starts: starts, ends: ends.contains { !$0.isNaN } ? ends : nil,
      extent: extent.isReversed ? nil : extent)
    return FeatureFile(
      rowCount: rowCount, width: features.count, names: columns.names.map { names in features.map { names[$0] } },
      values: values, times: columns.hasStarts ? times : nil, isVector: false,
      hasFaces: columns.roles.contains(.face))
  }
}

extension DataError {
  /// The error with `place` filled in if the thrower did not know it.
  fileprivate func inPlace(_ name: String) -> DataError {
    var copy = self
    if copy.place == nil { copy.place = name }
    return copy
  }
}
