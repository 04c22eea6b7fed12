/// A label as it was given: one column of numbers, or the columns of zeros and ones that its classes were written as.
struct LabelField: Sendable {
  /// What it is called.
  let name: String
  /// Its places among the label columns.
  let columns: [Int]
  /// What the classes are called, one a column; nil for a number.
  let classNames: [String]?

  /// The fields of label columns; `emotion=joy` and `emotion=anger` are one.
  static func all(of names: [String]) -> [LabelField] {
    var order: [String] = []
    var columns: [String: [Int]] = [:]
    for (place, name) in names.enumerated() {
      let field = name.firstIndex(of: "=").map { String(name[..<$0]) } ?? name
      if columns[field] == nil { order.append(field) }
      columns[field, default: []].append(place)
    }
    return order.map { field in
      let places = columns[field] ?? []
      let classes = places.compactMap { place in
        names[place].firstIndex(of: "=").map { String(names[place][names[place].index(after: $0)...]) }
      }
      return LabelField(
        name: field, columns: places, classNames: classes.count == places.count ? classes : nil)
    }
  }

  /// What a guess is right or wrong about: the class, a number of few values as it is, else whether it is above the median.
  ///
  /// - Parameter values: one row a sample, in the order of `columns`.
  func classes(of values: [[Double]]) -> [Int] {
    if columns.count > 1 { return values.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 } }
    let numbers = values.map { $0[0] }
    let known = Set(numbers).sorted()
    if known.count <= Self.fewValues {
      let places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
      return numbers.map { places[$0] ?? 0 }
    }
    let median = numbers.sorted()[numbers.count / 2]
    return numbers.map { $0 > median ? 1 : 0 }
  }

  /// Sentiment in fifths has 31 values; classes and stars have fewer.
  private static let fewValues = 10
}
