import Corpora
import Samples
import Text

/// A line of a list: what it says of one sample, as it is written.
struct ListRecord {
  /// What the cells hold; empty ones are left out.
  var cells: [ListField: String] = [:]
  /// The labels by the names of their columns.
  var labels: [(name: String, value: String)] = []
  /// The split: that of the cell, else that of the list.
  var split: Split
  /// The fold that the record's own list is of, where a file has a list for each.
  var fold: Int?
  /// The fold that holds the sample out, where a column numbers them; then `split` says nothing yet.
  var heldOutFold: Int?
  /// Which file it stands in.
  var file: Int

  subscript(field: ListField) -> String? { cells[field] }
}

/// What is gathered from all files.
struct ListRecords {
  private(set) var records: [ListRecord] = []
  /// Rows that name no split, where others of their table do.
  private(set) var withoutSplit = 0
  /// The column names of all tables, for the layout.
  private(set) var names: Set<String> = []
  /// Fields that tell of EmoBox: the corpus that a line is of.
  private(set) var corpora: Set<String> = []

  /// CMU-MOSEI has 23,000 clips; a list of a million rows takes 100 MB.
  static let limit = 1_000_000
  /// A cell is a sentence at most.
  static let cellByteLimit = 1 << 16

  mutating func note(names: [String]) { self.names.formUnion(names.map { $0.lowercased() }) }

  mutating func note(corpus: String) { corpora.insert(corpus) }

  mutating func skip() { withoutSplit += 1 }

  /// - Throws: `DataError` 65, without the file, where there are too many.
  mutating func append(_ record: ListRecord) throws {
    if records.count >= Self.limit {
      throw DataError(.badData, "more than \(Self.limit.grouped) rows in total", expected: "a row for each clip")
    }
    records.append(record)
  }

  /// The same, with each record replaced or left out.
  func replacing(_ change: (ListRecord) -> ListRecord?) -> ListRecords {
    var other = self
    other.records = records.compactMap(change)
    return other
  }

  /// A record of the split, or of the fold, that a row is of.
  ///
  /// - Parameters:
  ///   - cell: what its column of splits holds; nil where there is none.
  ///   - areFolds: whether that column is called after folds, so that it may number them.
  ///   - list: the split that the name of the list speaks of.
  /// - Returns: nil where the cell is empty: the row belongs to no split.
  /// - Throws: `DataError` 65, without the file, where neither the cell nor the list names a split.
  static func record(
    cell: String?, areFolds: Bool = false, list: Split?, file: Int, place: String
  ) throws -> ListRecord? {
    guard let cell else {
      if let list { return ListRecord(split: list, file: file) }
      throw DataError(
        .badData, place: place, "does not name its split",
        expected: "a column split or mode with train, valid or test, or a file named after its split",
        advice: "Name the file train.csv, valid.csv or test.csv, or the column with --columns split=NAME.")
    }
    if cell.isEmpty { return nil }
    if let split = Split(named: cell) ?? list { return ListRecord(split: split, file: file) }
    if areFolds, cell.utf8.count <= 9, let fold = Int(cell) ?? ListFolds.number(in: cell) {
      return ListRecord(split: .train, heldOutFold: fold, file: file)
    }
    throw DataError(
      .badData, place: place, "\"\(cell.prefix(40))\" names no split", expected: "train, valid, val, dev or test",
      advice:
        "Leave the cell empty where the row belongs to none, or call the column fold if it numbers folds that are held out in turn."
    )
  }
}
