import Corpora
import Leaks
import Samples
import Tables
import Text

/// A list as a table: commas, tabs or semicolons between cells, with a line of names or without.
///
/// Without one, a column is the id, and a second one the label, or the split where every cell of it names one.
struct DelimitedList {
  private let choice: ColumnChoice
  private let split: Split?
  private let file: Int

  /// - Parameter split: that of the whole list, where its name says it.
  init(choice: ColumnChoice, split: Split?, file: Int) {
    (self.choice, self.split, self.file) = (choice, split, file)
  }

  /// Adds the rows of a table.
  ///
  /// - Throws: `DataError` 65, without the file, where it is no table or a row tells nothing.
  func read(_ given: [UInt8], into records: inout ListRecords) throws {
    let bytes = Self.withoutSeparatorLine(given)
    var text = try DelimitedText(bytes)
    guard let first = try text.next() else { return }
    let names = try first.cells.indices.map { try first.text($0) }
    var map = choice.areNumbers ? try ColumnMap(numbered: choice, width: names.count) : try columns(named: names)
    if map == nil {
      map = try columns(without: bytes, width: names.count)
    } else if !choice.areNumbers {
      records.note(names: names)
    }
    guard let map else { return }
    if !hasNames(names) { try append(first, map, width: names.count, to: &records) }
    while let record = try text.next() { try append(record, map, width: names.count, to: &records) }
  }

  /// Spreadsheets write `sep=;` above a table.
  private static func withoutSeparatorLine(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.starts(with: separatorLine) else { return bytes }
    // An empty line in its place keeps the numbers of lines.
    return Array(bytes.drop { $0 != UInt8(ascii: "\n") })
  }

  /// What such a line begins with.
  static let separatorLine = Array("sep=".utf8)

  /// Whether the first line has the names of columns.
  private func hasNames(_ cells: [String]) -> Bool {
    if choice.areNumbers { return false }
    if choice != ColumnChoice() { return true }
    return cells.contains { ListField.named($0).map { $0.field != .label || cells.count > 1 } ?? false }
  }

  private func columns(named names: [String]) throws -> ColumnMap? {
    guard hasNames(names) else { return nil }
    let map = try ColumnMap(names, choice)
    if Self.telling.allSatisfy({ map.places[$0] == nil }) {
      throw DataError(
        .badData, place: "line 1", "no column is known to name samples: \(Phrase.list(names, limit: 12))",
        expected: "a column such as id, video_id, speaker or text",
        advice: "Say what the columns hold, e.g. --columns id=\(names.first ?? ""),split=mode.")
    }
    return map
  }

  /// Without any of these there is nothing to compare.
  private static let telling: [ListField] = [.id, .group, .clip, .speaker, .dialog, .turn, .text]

  /// What the columns hold where none has a name.
  private func columns(without bytes: [UInt8], width: Int) throws -> ColumnMap {
    if width == 1 { return ColumnMap(id: 0) }
    guard width == 2 else {
      throw DataError(
        .badData, place: "line 1", "\(width) columns without names",
        expected: "names on the first line, or two columns: id and label",
        advice: "Say what they hold by number, e.g. --columns id=1,label=2,split=3.")
    }
    var text = try DelimitedText(bytes)
    var (areSplits, isEmpty) = ([true, true], true)
    while let record = try text.next(), record.cells.count == 2, areSplits != [false, false] {
      isEmpty = false
      for column in 0..<2 where areSplits[column] {
        areSplits[column] = try Split(named: record.text(column)) != nil
      }
    }
    guard !isEmpty, let column = areSplits.lastIndex(of: true) else { return ColumnMap(id: 0, label: 1) }
    return ColumnMap(id: 1 - column, split: column)
  }

  private func append(
    _ record: DelimitedText.Record, _ map: ColumnMap, width: Int, to records: inout ListRecords
  ) throws {
    let place = "line \(record.line)"
    if record.cells.count != width {
      throw DataError(
        .badData, place: place, "\(record.cells.count) cells", expected: "\(width) as on the first line")
    }
    var cells: [ListField: String] = [:]
    for (field, column) in map.places { cells[field] = try Self.cell(column, of: record) }
    guard
      var row = try ListRecords.record(
        cell: cells[.split], areFolds: map.splitsAreFolds, list: split, file: file, place: place)
    else {
      records.skip()
      return
    }
    cells[.split] = nil
    row.cells = cells.filter { !$0.value.isEmpty }
    for (name, column) in map.labels { row.labels.append((name, try Self.cell(column, of: record))) }
    try records.append(row)
  }

  private static func cell(_ column: Int, of record: DelimitedText.Record) throws -> String {
    if record.cells[column].count > ListRecords.cellByteLimit {
      throw DataError(
        .badData, place: "line \(record.line)", "a cell of \(record.cells[column].count) bytes",
        expected: "at most \(ListRecords.cellByteLimit)", advice: "Look for a quote that is not closed.")
    }
    return try record.text(column)
  }
}
