import Digests
import Samples
import Text

/// Which columns of a table are labels, and what they hold.
struct ClipLabelColumns: Sendable {
  /// A column of the table that becomes a label.
  private struct Column {
    let index: Int
    let name: String
    /// The classes of a column of text, sorted by their bytes; nil for one of numbers.
    let classes: [String]?
  }

  private let columns: [Column]
  /// What becomes of the columns.
  let described: LabelColumns

  /// What a value of a row is.
  private enum Value {
    case none
    case number(Double)
    case text
  }

  /// Chooses the columns: those that are asked for, or all others that hold numbers.
  ///
  /// - Parameters:
  ///   - chosen: names of columns; nil for every one outside `known` whose values are mostly numbers.
  ///   - names: other names for some columns.
  ///   - optional: columns that may be empty.
  ///   - isNeeded: false if columns may be missing.
  /// - Throws: `DataError` 64 when a chosen column does not exist, or two hold classes; 65 when there is no column of
  ///   labels.
  init(
    _ table: CellTable, path: String, chosen: [String]?, known: Set<String>, names: [String: String] = [:],
    optional: Set<String> = [], isNeeded: Bool = true
  ) throws {
    var columns: [Column] = []
    if let chosen {
      for name in chosen {
        guard let index = table.columns.firstIndex(of: name) else {
          if !isNeeded { continue }
          throw DataError(
            .usage, file: path, "has no column \(name)", expected: "one of \(table.columns.joined(separator: ", "))",
            advice: "Name columns of the table with --label-columns.")
        }
        let isNumeric = Self.isNumeric(table, index)
        let classes = isNumeric ? nil : Set(table.rows.map { $0.cells[index] }).subtracting([""]).sortedByBytes()
        columns.append(Column(index: index, name: names[name] ?? name, classes: classes))
      }
    } else {
      for (index, name) in table.columns.enumerated() where !known.contains(name) && !name.hasSuffix("_file_name") {
        if Self.isNumeric(table, index) {
          columns.append(Column(index: index, name: names[name] ?? name, classes: nil))
        }
      }
    }
    guard !columns.isEmpty || !isNeeded else {
      throw DataError(
        .badData, file: path,
        "has no column of numbers besides \(known.intersection(table.columns).sorted().joined(separator: ", "))",
        expected: "labels, such as sentiment", advice: "Add a column, or name one of classes with --label-columns.")
    }
    let ofClasses = columns.indices.filter { columns[$0].classes != nil }
    if ofClasses.count > 1 {
      throw DataError(
        .usage, file: path,
        "--label-columns names two columns of classes, \(columns[ofClasses[0]].name) and \(columns[ofClasses[1]].name)",
        expected: "at most one", advice: "Leave one of them out.")
    }
    self.columns = columns
    var described = LabelColumns(names: columns.map(\.name), sentiment: columns.firstIndex { $0.name == "sentiment" })
    described.optional = Set(columns.indices.filter { optional.contains(table.columns[columns[$0].index]) })
    if let column = ofClasses.first {
      described.classes = .numbered(column: column, names: columns[column].classes ?? [])
    }
    self.described = described
  }

  /// More numbers than texts: a stray text is then a mistake of its row, not of the column.
  private static func isNumeric(_ table: CellTable, _ column: Int) -> Bool {
    var (numbers, texts) = (0, 0)
    for row in table.rows {
      switch value(row.cells[column]) {
      case .none: break
      case .number: numbers += 1
      case .text: texts += 1
      }
    }
    return numbers > texts
  }

  private static func value(_ cell: String) -> Value {
    if cell.isEmpty || ["nan", "na", "n/a", "null", "none"].contains(cell.lowercased()) { return .none }
    // Double also takes hexadecimal digits and words such as infinity.
    guard cell.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "+-.eE".utf8.contains($0) }),
      let number = Double(cell)
    else { return .text }
    return .number(number)
  }

  /// A row's labels; a value that is missing is NaN.
  ///
  /// - Throws: `ClipFault` for a text where a number is needed.
  func labels(of cells: [String]) throws(ClipFault) -> [Float] {
    var labels: [Float] = []
    for column in columns {
      let cell = cells[column.index]
      if let classes = column.classes {
        labels.append(classes.firstIndex(of: cell).map { Float($0) } ?? .nan)
        continue
      }
      switch Self.value(cell) {
      case .none: labels.append(.nan)
      case .number(let number): labels.append(Float(number))
      case .text: throw ClipFault(.labelNoNumber, "\(column.name) is \(PrintableText.cut(cell))")
      }
    }
    return labels
  }
}

/// The labels of clips, in memory: one row each.
struct ClipLabels: CorpusLabels {
  let path: String
  let columns: LabelColumns
  let clips: [String: Clip]
  /// How long each clip is, in seconds.
  let seconds: [String: Double]
  /// Why clips are skipped.
  let faults: [String: ClipFault]

  var recordings: [String] { clips.keys.sortedByBytes() }
  var rowCount: Int { clips.count }

  func rowCount(of recording: String) -> Int { clips[recording] == nil ? 0 : 1 }

  func makeReader() -> (_ recording: String, _ fingerprint: inout Fingerprint) throws -> [LabelRow] {
    { recording, fingerprint in
      guard let clip = clips[recording] else { return [] }
      clip.labels.withUnsafeBytes { fingerprint.update($0) }
      let labels = clip.labels.isEmpty ? columns.names.map { _ in Float.nan } : clip.labels
      let interval = Interval(start: 0, end: seconds[recording] ?? 0)
      return [
        LabelRow(
          segment: LabelledSegment(id: SampleID(parsing: recording), interval: interval, labels: labels),
          fault: faults[recording]?.reason)
      ]
    }
  }
}
