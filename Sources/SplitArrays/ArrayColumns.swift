import Samples
import Text

/// The columns of a split by key, and what else the layout says about its samples.
struct ArrayColumns: Sendable {
  private var columns: [String: any ArrayColumn] = [:]
  /// The conversation of each sample, if the layout names it.
  var dialogs: [String]?
  /// The speaker of each sample.
  var speakers: [String?]?

  /// The available keys.
  var keys: Set<String> { Set(columns.keys) }

  /// The files that contain the columns.
  var path: String { Set(columns.values.map(\.path)).sorted().joined(separator: ", ") }

  subscript(key: String) -> (any ArrayColumn)? { columns[key] }

  /// Adds a column.
  ///
  /// - Returns: the previous column of this key; nil if there was none.
  mutating func add(_ column: any ArrayColumn, forKey key: String) -> (any ArrayColumn)? {
    columns.updateValue(column, forKey: key)
  }

  /// Returns these columns together with those of another file.
  ///
  /// - Throws: `DataError` 65 if both have a column for the same key.
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
