import Samples
import Text

/// The columns of a split by key, and what else the layout says about its samples.
struct ArrayColumns: Sendable {
  private var columns: [String: any ArrayColumn] = [:]
  /// What the layout is called, where the keys do not tell.
  var layout: String?
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
  /// - Throws: `DataError` 65 if both have a column for the same key, unless the layout has a file for each modality, which
  ///   repeat names and labels; those must be the same.
  func joined(with others: ArrayColumns, split: Split) throws -> ArrayColumns {
    var joined = self
    for (key, column) in others.columns {
      guard let own = joined.add(column, forKey: key) else { continue }
      guard layout != nil, layout == others.layout, ArraySplit.keys[key] == nil else {
        throw DataError(.badData, file: column.path, place: column.place, "is a second array for \(split)")
      }
      if try Self.texts(own) != Self.texts(column) {
        throw DataError(
          .badData, file: column.path, place: column.place, "differs from that of \(own.path)",
          expected: "files of the same samples in the same order")
      }
    }
    joined.layout = layout ?? others.layout
    joined.dialogs = dialogs ?? others.dialogs
    joined.speakers = speakers ?? others.speakers
    return joined
  }

  private static func texts(_ column: any ArrayColumn) throws -> [[String]] {
    try column.inFile { try $0.textRows(count: $0.sampleCount(), widest: 256) }
  }
}
