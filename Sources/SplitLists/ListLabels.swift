import Foundation
import Text

/// The labels of lists as columns of numbers: numbers as they are, classes as a column of zeros and ones each.
struct ListLabels {
  /// The names of the columns.
  private(set) var names: [String] = []
  /// One list a record, in the order of `names`; NaN where a label is missing.
  private(set) var rows: [[Float]]
  /// Columns that hold neither numbers nor few classes, with the number of different values.
  private(set) var leftOut: [(name: String, values: Int)] = []

  /// More classes than any corpus of feelings has: then it is free text.
  static let classLimit = 64
  private static let columnLimit = 64

  init(_ records: [ListRecord]) {
    rows = Array(repeating: [], count: records.count)
    var order: [String] = []
    for name in records.lazy.flatMap(\.labels).map(\.name) where !order.contains(name) && order.count < Self.columnLimit
    {
      order.append(name)
    }
    for name in order {
      let values = records.map { record in record.labels.first { $0.name == name }?.value ?? "" }
      let known = Set(values.filter { !$0.isEmpty })
      if known.allSatisfy({ Float($0)?.isFinite ?? false }) {
        if known.isEmpty { continue }
        append(name, values.map { Float($0) ?? .nan })
      } else if known.count <= Self.classLimit {
        for value in known.sortedByBytes() {
          append("\(name)=\(value)", values.map { $0.isEmpty ? .nan : $0 == value ? 1 : 0 })
        }
      } else {
        leftOut.append((name, known.count))
      }
    }
  }

  private mutating func append(_ name: String, _ values: [Float]) {
    names.append(name)
    for (row, value) in values.enumerated() { rows[row].append(value) }
  }
}
