import Archives
import ArrayFiles
import Corpora
import Files
import Pickles
import Samples
import Text

/// Lists in an .npz file: dictionaries in arrays of objects, one a split (`train_corpus`: id → labels), or columns as arrays
/// (`train/id`, `train/label`, or `id` and `split`).
struct ArrayTable {
  private let choice: ColumnChoice
  private let split: Split?
  private let file: Int

  /// - Parameter split: that of the whole file, where its name says it.
  init(choice: ColumnChoice, split: Split?, file: Int) {
    (self.choice, self.split, self.file) = (choice, split, file)
  }

  /// Adds the rows of a file.
  ///
  /// - Returns: whether they were in dictionaries.
  /// - Throws: `DataError` 65 where it is no archive, or its arrays are no list.
  func read(_ path: String, into records: inout ListRecords) throws -> Bool {
    var columns: [String: [(name: String, values: [String])]] = [:]
    var hasDictionaries = false
    var limits = TreeLimits()
    limits.fileByteCount = Self.memberByteLimit
    try FileTrees.open(path, limits: limits).forEachFile {
      $0.hasSuffix(".npy")
    } _: { member in
      let name = String(member.path.dropLast(4))
      do {
        if let value = try Self.dictionary(member.bytes) {
          hasDictionaries = true
          var list = JSONList(choice: choice, split: Split(named: name) ?? split, file: file)
          try list.add(whole: value, place: name, to: &records)
          return
        }
        let (list, column) = Self.parts(of: name)
        columns[list, default: []].append((column, try Self.column(member.bytes)))
      } catch var error as DataError {
        if error.place == nil { error.place = member.path }
        throw error
      }
    }
    for (list, columns) in columns.sortedByBytes(\.key) { try add(columns, list: list, to: &records) }
    return hasDictionaries
  }

  /// The labels of CMU-MOSEI take 0.3 MB.
  private static let memberByteLimit = 1 << 27

  /// The one dictionary of an array of objects; nil for every other array.
  private static func dictionary(_ bytes: [UInt8]) throws -> JSONValue? {
    guard NpyArray.holdsObjects(bytes) else { return nil }
    guard let objects = try Pickle.readObjects(npy: bytes).objects, objects.count == 1,
      case .dictionary = objects[0]
    else { return nil }
    return JSONValue(objects[0])
  }

  /// The split that the name of an array begins with, and what it says of it: `train` and `id` for `train/id`.
  private static func parts(of name: String) -> (list: String, column: String) {
    guard let end = name.firstIndex(where: { "/._".contains($0) }), Split(named: String(name[..<end])) != nil
    else { return Split(named: name) == nil ? ("", name) : (name, "id") }
    let column = String(name[name.index(after: end)...])
    return (String(name[..<end]), ListField.named(column) == nil ? "id" : column)
  }

  /// An array of one axis as texts.
  private static func column(_ bytes: [UInt8]) throws -> [String] {
    if NpyArray.holdsObjects(bytes) {
      let array = try Pickle.readObjects(npy: bytes)
      return try (array.objects ?? []).map { object in
        guard let value = JSONValue(object), let text = JSONList.text(value) else {
          throw DataError(.badData, "holds objects that are neither strings nor numbers", expected: "one per sample")
        }
        return text
      }
    }
    do {
      let shape = try NpyArray.shape(ofTexts: bytes)
      return try NpyColumn.texts(parsing: bytes, count: shape.first ?? 0)
    } catch {
      // Numbers: what is wrong with other arrays their reader says best.
      let array = try NpyArray(parsing: bytes, valueLimit: ListRecords.limit, withIntegers: true)
      guard array.shape.count == 1 else {
        throw DataError(.badData, "has the shape \(array.shape)", expected: "one value per sample")
      }
      return array.values.map { value in Int(exactly: value).map(String.init) ?? "\(value)" }
    }
  }

  /// Adds the rows of arrays that stand side by side.
  private func add(
    _ columns: [(name: String, values: [String])], list: String, to records: inout ListRecords
  ) throws {
    let names = columns.map(\.name)
    let map = try ColumnMap(names, choice)
    let count = columns[0].values.count
    if let odd = columns.first(where: { $0.values.count != count }) {
      throw DataError(
        .badData, place: odd.name, "has \(odd.values.count) values", expected: "\(count) as \(columns[0].name)")
    }
    if map.isEmpty {
      throw DataError(
        .badData, place: names.prefix(8).joined(separator: ", "), "no array holds ids",
        expected: "arrays such as train/id, or id and split", advice: "Features of samples go to --arrays.")
    }
    records.note(names: names)
    let own = Split(named: list) ?? split
    for row in 0..<count {
      let cells = map.places.mapValues { columns[$0].values[row] }
      let place = "\(list.isEmpty ? "" : list + " ")row \(row + 1)"
      guard
        var record = try ListRecords.record(
          cell: cells[.split], areFolds: map.splitsAreFolds, list: own, file: file, place: place)
      else {
        records.skip()
        continue
      }
      record.cells = cells.filter { $0.key != .split && !$0.value.isEmpty }
      record.labels = map.labels.map { ($0.name, columns[$0.place].values[row]) }
      try records.append(record)
    }
  }
}

extension JSONValue {
  /// What a pickle holds, as far as JSON has it; nil for everything else. A number that is not finite is null.
  fileprivate init?(_ value: PickleValue) {
    switch value {
    case .none: self = .null
    case .bool(let flag): self = .bool(flag)
    case .integer(let number): self = .integer(number)
    case .double(let number): self = number.isFinite ? .number(number) : .null
    case .string(let text): self = .string(text)
    case .bytes:
      guard let text = value.text else { return nil }
      self = .string(text)
    case .list(let elements), .tuple(let elements), .set(let elements):
      self = .array(elements.map { JSONValue($0) ?? .null })
    case .dictionary(let dictionary):
      var members: [String: JSONValue] = [:]
      for (key, value) in dictionary.pairs {
        guard let name = key.text ?? key.wholeNumber.map(String.init) else { return nil }
        members[name] = JSONValue(value) ?? .null
      }
      self = .object(members)
    case .array(let array):
      // A number by itself, as NumPy wraps it.
      guard array.count == 1, let object = array.objects?.first else { return nil }
      self.init(object)
    case .complex, .type: return nil
    }
  }
}
