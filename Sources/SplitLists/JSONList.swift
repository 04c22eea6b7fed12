import Corpora
import Samples
import Text

/// A list as JSON: an object a line; a list of objects; lists under the names of splits, of ids or of objects; or objects
/// under the ids of samples, as a whole or for each split.
struct JSONList {
  private let choice: ColumnChoice
  private let split: Split?
  private let file: Int
  /// Whether names are those of whole recordings: a list says so.
  private var areGroups = false
  /// The fold that the samples are of, where a document has lists for each.
  private var fold: Int?
  /// Objects of one list mostly have the same keys.
  private var latest: (names: [String], map: ColumnMap)?

  /// - Parameter split: that of the whole list, where its name says it.
  init(choice: ColumnChoice, split: Split?, file: Int) {
    (self.choice, self.split, self.file) = (choice, split, file)
  }

  /// Adds the rows of an object a line.
  ///
  /// - Throws: `DataError` 65, without the file.
  mutating func readLines(_ bytes: [UInt8], into records: inout ListRecords) throws {
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ [0x20, 0x09, 0x0d].contains($0) }) { continue }
      let place = "line \(number + 1)"
      try add(try Self.parse(Array(line), place: place), id: nil, split, place: place, to: &records)
    }
  }

  /// Adds the rows of one document.
  ///
  /// - Throws: `DataError` 65, without the file.
  mutating func readDocument(_ bytes: [UInt8], into records: inout ListRecords) throws {
    try add(whole: try Self.parse(bytes, place: nil), place: nil, to: &records)
  }

  /// Adds the rows of a document.
  ///
  /// - Throws: `DataError` 65, without the file.
  mutating func add(whole document: JSONValue, place: String?, to records: inout ListRecords) throws {
    if let folds = Self.folds(in: document) {
      for (number, value) in folds {
        fold = number
        try add(whole: value, place: (place.map { "\($0): " } ?? "") + "fold \(number)", to: &records)
      }
      fold = nil
      return
    }
    guard let members = document.members else { return try addAll(document, split, place: place, to: &records) }
    if Self.areSplits(members) {
      for (name, value) in members.sortedByBytes(\.key) {
        // A prepared folder's splits.json has groups and samples.
        let samples = value["samples"]?.elements == nil ? nil : value["samples"]
        let groups = value["groups"]?.elements == nil ? nil : value["groups"]
        areGroups = samples == nil && groups != nil
        defer { areGroups = false }
        try addAll(
          samples ?? groups ?? value, Split(named: name), place: (place.map { "\($0): " } ?? "") + name,
          to: &records)
      }
      return
    }
    try addAll(document, split, place: place, to: &records)
  }

  /// Whether an object has the lists of splits under their names.
  private static func areSplits(_ members: [String: JSONValue]) -> Bool {
    !members.isEmpty && members.keys.allSatisfy { Split(named: $0) != nil }
  }

  /// The folds of a document with the splits of each: in an array, or under names such as `fold_3`; nil for other documents.
  private static func folds(in document: JSONValue) -> [(number: Int, value: JSONValue)]? {
    func isFold(_ value: JSONValue) -> Bool {
      guard let members = value.members, areSplits(members) else { return false }
      return members.values.allSatisfy { $0.elements != nil || $0.members != nil }
    }
    if let elements = document.elements {
      return elements.count > 1 && elements.allSatisfy(isFold) ? elements.enumerated().map { ($0 + 1, $1) } : nil
    }
    guard let members = document.members, members.count > 1, members.values.allSatisfy(isFold) else { return nil }
    let named = members.compactMap { name, value in
      (ListFolds.number(in: name) ?? Int(name)).map { (number: $0, value: value) }
    }
    return Set(named.map(\.number)).count == members.count ? named.sorted { $0.number < $1.number } : nil
  }

  private static func parse(_ bytes: [UInt8], place: String?) throws -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(parsing: bytes)
    } catch {
      throw DataError(.badData, place: place, error.description, expected: "JSON")
    }
  }

  /// The samples of an array, or of an object under their ids.
  private mutating func addAll(_ value: JSONValue, _ split: Split?, place: String?, to records: inout ListRecords)
    throws
  {
    if let elements = value.elements {
      for (number, element) in elements.enumerated() {
        try add(element, id: nil, split, place: (place.map { "\($0): " } ?? "") + "entry \(number + 1)", to: &records)
      }
      return
    }
    guard let members = value.members else {
      throw DataError(
        .badData, place: place, "is not a list of samples",
        expected: "ids, objects, or objects under the ids of samples")
    }
    for (id, member) in members.sortedByBytes(\.key) {
      try add(member, id: id, split, place: (place.map { "\($0): " } ?? "") + String(id.prefix(40)), to: &records)
    }
  }

  /// Adds a sample: an object, an id, or under its id a label.
  private mutating func add(
    _ value: JSONValue, id: String?, _ list: Split?, place: String, to records: inout ListRecords
  ) throws {
    guard let members = value.members else {
      guard let text = Self.text(value) else {
        throw DataError(.badData, place: place, "is neither an object nor an id", expected: "a sample")
      }
      guard var row = try ListRecords.record(cell: nil, list: list, file: file, place: place) else { return }
      row.fold = fold
      row.cells[.id] = id ?? text
      if areGroups { row.cells[.group] = text }
      if id != nil { row.labels = [("label", text)] }
      return try records.append(row)
    }
    let names = members.keys.sortedByBytes()
    let map: ColumnMap
    if let latest, latest.names == names {
      map = latest.map
    } else {
      map = try ColumnMap(names, choice)
      latest = (names, map)
      records.note(names: names)
    }
    func cell(_ column: Int) -> String? { members[names[column]].flatMap(Self.text) }
    var cells: [ListField: String] = [:]
    for (field, column) in map.places { cells[field] = cell(column) }
    if let id { cells[.id] = id }
    if let long = cells.values.first(where: { $0.utf8.count > ListRecords.cellByteLimit }) {
      throw DataError(
        .badData, place: place, "a string of \(long.utf8.count) bytes", expected: "at most \(ListRecords.cellByteLimit)"
      )
    }
    guard
      var row = try ListRecords.record(
        cell: cells[.split], areFolds: map.splitsAreFolds, list: list, file: file, place: place)
    else {
      records.skip()
      return
    }
    if let corpus = members["dataset"]?.text { records.note(corpus: corpus) }
    row.fold = fold
    cells[.split] = nil
    row.cells = cells.filter { !$0.value.isEmpty }
    row.labels = map.labels.map { (name: $0.name, value: cell($0.place) ?? "") }
    try records.append(row)
  }

  /// A value as a cell holds it; nil for lists and objects.
  static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .null: ""
    case .bool(let flag): flag ? "1" : "0"
    case .integer, .number: value.canonicalText
    case .array, .object: nil
    }
  }
}
