import Pickles
import Text

/// A column stored as a value of a pickle: an array, or a list with one entry per sample.
struct PickledColumn: ArrayColumn {
  let path: String
  let place: String
  let value: PickleValue

  func sampleCount() throws -> Int {
    switch value {
    case .array(let array):
      guard let count = array.shape.first else { throw misfit(expected: "one entry per sample") }
      return count
    case .list(let elements), .tuple(let elements): return elements.count
    default: throw misfit(expected: "an array, or a list with one entry per sample")
    }
  }

  // MARK: Features

  func features() throws -> FeatureBlock {
    if case .array(let array) = value {
      if array.type.isNumeric { return try FeatureBlock(array) }
      if array.shape.count > 1, let values = try array.floats() {
        return try FeatureBlock(values, shape: array.shape)
      }
    }
    return try pieces(of: try entries())
  }

  /// Returns the entry of each sample, if they are stored separately.
  private func entries() throws -> [PickleValue] {
    switch value {
    case .list(let elements), .tuple(let elements): return elements
    case .array(let array):
      if let objects = array.objects, objects.count == array.shape.first { return objects }
      if let count = array.shape.first, array.type.isNumeric, array.shape.count > 1 {
        return (0..<count).map { .array(array.part($0)) }
      }
      throw misfit(expected: "one entry per sample")
    default: throw misfit(expected: "an array, or a list with one entry per sample")
    }
  }

  /// Returns samples of different lengths, each an array [rows, columns] or a single row [columns].
  private func pieces(of entries: [PickleValue]) throws -> FeatureBlock {
    var pieces: [(piece: FeatureBlock.Piece, shape: [Int])] = []
    for entry in entries {
      if case .array(let array) = entry, array.type.isNumeric {
        pieces.append((.array(array), array.shape))
      } else {
        let numbers = try Self.numbers([entry])
        pieces.append((.values(numbers?.values ?? []), Array(numbers?.shape.dropFirst() ?? [])))
      }
    }
    let width = pieces.lazy.map { $0.shape.last ?? 0 }.first { $0 > 0 } ?? 0
    guard width > 0 || pieces.isEmpty else { throw misfit(expected: "rows of numbers") }
    let rows = try pieces.enumerated().map { number, piece in
      let count = piece.shape.reduce(1, *)
      guard 1...2 ~= piece.shape.count, count == 0 || piece.shape.last == width else {
        throw DataError(
          .badData, "sample \(number) has the shape \(piece.shape)",
          expected: "[rows, \(width)], as many columns as the others")
      }
      return (piece: piece.piece, rowCount: count / max(1, width))
    }
    return FeatureBlock(rows, width: width)
  }

  // MARK: Texts and numbers

  func textRows(count: Int, widest: Int) throws -> [[String]] {
    let rows: [[String]]
    if case .array(let array) = value, array.shape.first ?? 0 > 0, array.count / array.shape[0] <= widest,
      let cells = try Self.cells(of: array)
    {
      let width = array.count / array.shape[0]
      rows = (0..<array.shape[0]).map { Array(cells[$0 * width..<($0 + 1) * width]) }
    } else {
      rows = try entries().map { entry in
        guard let cells = try Self.cells(of: entry) else { throw misfit(expected: "strings") }
        return cells
      }
    }
    guard rows.count == count, rows.allSatisfy({ 1...widest ~= $0.count }), Set(rows.map(\.count)).count <= 1 else {
      throw misfit(
        expected: "\(count) entries"
          + (widest == 1 ? ", one string each" : " with as many strings each, at most \(widest)"))
    }
    return rows
  }

  /// Returns a text or number as one cell, a list or array of them as several; nil for anything else.
  private static func cells(of value: PickleValue) throws -> [String]? {
    if let text = value.text { return [text] }
    switch value {
    case .integer(let number): return ["\(number)"]
    case .double(let number): return ["\(number)"]
    case .array(let array): return try cells(of: array)
    default: return try value.elements.flatMap { try cells(of: $0) }
    }
  }

  private static func cells(of elements: [PickleValue]) throws -> [String]? {
    var all: [String] = []
    for element in elements {
      guard let cells = try cells(of: element) else { return nil }
      all += cells
    }
    return all
  }

  private static func cells(of array: PickledArray) throws -> [String]? {
    if let objects = array.objects { return try cells(of: objects) }
    if let texts = try array.texts() { return texts }
    if let integers = try array.integers() { return integers.map { "\($0)" } }
    return try array.floats()?.map { "\($0)" }
  }

  func integers(count: Int) throws -> [Int] {
    let integers: [Int]? =
      switch value {
      case .array(let array): try array.integers()
      default:
        value.elements.flatMap { elements in
          let numbers = elements.compactMap(\.wholeNumber)
          return numbers.count == elements.count ? numbers : nil
        }
      }
    guard let integers, integers.count == count else {
      throw misfit(expected: "\(count) whole numbers, one per sample")
    }
    return integers
  }

  func numbers(count: Int) throws -> ArrayLabels.Numbers {
    let found: (values: [Float], shape: [Int])? =
      switch value {
      case .array(let array): try array.floats().map { ($0, array.shape) } ?? Self.numbers(try entries())
      default: try Self.numbers(try entries())
      }
    guard let found else { throw misfit(expected: "numbers") }
    return try ArrayLabels.Numbers(found.values, shape: found.shape, count: count)
  }

  /// Returns single numbers, or lists or arrays of equal length; nil for anything else.
  private static func numbers(_ entries: [PickleValue]) throws -> (values: [Float], shape: [Int])? {
    var values: [Float] = []
    var inner: [Int]?
    for entry in entries {
      var own: [Int] = []
      if let number = entry.number {
        values.append(Float(number))
      } else if case .array(let array) = entry, let floats = try array.floats() {
        values += floats
        own = array.shape
      } else if let elements = entry.elements, let numbers = try numbers(elements) {
        values += numbers.values
        own = numbers.shape
      } else {
        return nil
      }
      if let inner, inner != own { return nil }
      inner = own
    }
    return (values, [entries.count] + (inner ?? []))
  }

  func list() throws -> [String] { try textRows(count: try sampleCount(), widest: 1).map { $0[0] } }

  private func misfit(expected: String) -> DataError {
    DataError(.badData, "is \(PickleDescription.of(value))", expected: expected)
  }
}
