import Samples
import Text

/// The columns of a split by key, and what a layout tells of its samples besides.
struct ArrayColumns: Sendable {
  private var columns: [String: any ArrayColumn] = [:]
  /// The conversation that each sample is of, where the layout names it.
  var dialogs: [String]?
  /// Who speaks in each sample.
  var speakers: [String?]?

  /// The keys that there are.
  var keys: Set<String> { Set(columns.keys) }

  /// The files that they are in.
  var path: String { Set(columns.values.map(\.path)).sorted().joined(separator: ", ") }

  subscript(key: String) -> (any ArrayColumn)? { columns[key] }

  /// Adds a column.
  ///
  /// - Returns: the one that had the key before; nil where none had.
  mutating func add(_ column: any ArrayColumn, forKey key: String) -> (any ArrayColumn)? {
    columns.updateValue(column, forKey: key)
  }

  /// These and those of another file.
  ///
  /// - Throws: `DataError` 65 when both have a column of one key.
  func joined(with others: ArrayColumns, split: Split) throws -> ArrayColumns {
    var joined = self
    for (key, column) in others.columns where joined.add(column, forKey: key) != nil {
      throw DataError(.badData, file: column.path, place: column.place, "is a second array for \(split)")
    }
    joined.dialogs = dialogs ?? others.dialogs
    joined.speakers = speakers ?? others.speakers
    return joined
  }
}
