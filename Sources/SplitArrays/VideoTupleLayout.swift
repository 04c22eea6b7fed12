import Pickles
import Samples
import Text

/// The layout of bc-LSTM and what came after it: a file a modality (`text.pickle`, `audio.pkl`), each a tuple with a padded array
/// [videos, utterances, columns] for train, perhaps valid, and test, their labels, how many utterances each video has, and,
/// in some, masks of what is no padding.
///
/// The places in the tuple differ between corpora (7, 9 or 13 parts), the shapes do not. Videos have no names.
struct VideoTupleLayout {
  private let path: String
  private let modality: String
  private let parts: [Split: Part]

  /// The arrays of one split.
  private struct Part {
    /// [videos, utterances, columns].
    let features: PickledArray
    /// [videos, utterances] or [videos, utterances, classes], other than the features.
    var tables: [PickledArray] = []
    /// How many utterances each video has.
    var lengths: [Int]?
  }

  /// Recognises the layout; nil if the value has a different one.
  ///
  /// - Throws: `DataError` 65 if the file's name does not say which modality it holds.
  init?(_ root: PickleValue, path: String) throws {
    guard case .tuple(let values) = root, var parts = try Self.features(values) else { return nil }
    self.path = path
    var place = -1
    for value in values {
      if case .array(let array) = value, place + 1 < parts.count, array === parts[place + 1].features {
        place += 1
      } else if place >= 0 {
        try Self.add(value, to: &parts, after: place)
      }
    }
    modality = try Self.modality(of: path)
    let splits: [Split] = parts.count == 2 ? [.train, .test] : [.train, .valid, .test]
    self.parts = Dictionary(uniqueKeysWithValues: zip(splits, parts))
  }

  /// The two or three arrays of numbers with three axes and one number of columns, which come before labels of as many videos.
  private static func features(_ values: [PickleValue]) throws -> [Part]? {
    let arrays = values.compactMap { value -> PickledArray? in
      if case .array(let array) = value, array.type.kind == .float, array.shape.count == 3 { array } else { nil }
    }
    // One-hot labels may be stored with fractions; the features come first.
    guard let first = arrays.first else { return nil }
    let features = arrays.filter { $0.shape[2] == first.shape[2] }
    return 2...3 ~= features.count ? features.map { Part(features: $0) } : nil
  }

  /// Adds what stands behind the features of part `place`: a table of labels or a mask beside the features, or lengths, which
  /// are given in the order of the splits.
  private static func add(_ value: PickleValue, to parts: inout [Part], after place: Int) throws {
    if case .array(let array) = value, array.shape.count >= 2, array.type.isNumeric {
      let shape = Array(parts[place].features.shape.prefix(2))
      if Array(array.shape.prefix(2)) == shape { parts[place].tables.append(array) }
      return
    }
    let lengths: [Int]? =
      switch value {
      case .array(let array) where array.shape.count == 1: try array.integers()
      case .list(let elements), .tuple(let elements):
        elements.allSatisfy { $0.wholeNumber != nil } ? elements.compactMap(\.wholeNumber) : nil
      default: nil
      }
    guard let lengths, let next = parts.firstIndex(where: { $0.lengths == nil }) else { return }
    if lengths.count == parts[next].features.shape[0] { parts[next].lengths = lengths }
  }

  /// The key of the modality that a file's name says.
  private static func modality(of path: String) throws -> String {
    let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    let words = [
      "text": ["text", "glove", "bert"], "audio": ["audio", "acoustic", "covarep"],
      "vision": ["video", "visual", "vision", "facet"],
    ]
    let parts = name.split { !$0.isLetter }.map(String.init)
    let exact = words.filter { $0.value.contains(where: parts.contains) }.keys
    let found = exact.isEmpty ? words.filter { $0.value.contains { name.contains($0) } }.keys : exact
    guard found.count == 1, let modality = found.first else {
      throw DataError(
        .badData, file: path, "is a tuple of padded videos, and its name does not say of which modality",
        expected: "text, audio or video in the name of the file", advice: "Rename it, e.g. to audio.pkl.")
    }
    return modality
  }

  /// Returns the columns of each split, one entry per utterance.
  ///
  /// - Throws: `DataError` 65 if neither lengths nor a mask tell what is padding, or if they do not fit the features.
  func columns() throws -> [Split: ArrayColumns] {
    var found: [Split: ArrayColumns] = [:]
    for (split, part) in parts {
      let (lengths, mask) = try lengths(of: part, split)
      var (names, dialogs): ([PickleValue], [String]) = ([], [])
      for (video, count) in lengths.enumerated() {
        for utterance in 0..<count {
          names.append(.string("\(split) \(video)[\(utterance)]"))
          dialogs.append("\(split) \(video)")
        }
      }
      var columns = ArrayColumns()
      var values: [String: [PickleValue]] = ["id": names, modality: Self.utterances(of: part.features, lengths)]
      if let labels = part.tables.first(where: { $0 !== mask }) {
        values[labels.shape.count == 2 ? "classification_labels" : "labels"] = Self.utterances(of: labels, lengths)
      }
      for (key, entries) in values {
        _ = columns.add(PickledColumn(path: path, place: "\(split) \(key)", value: .list(entries)), forKey: key)
      }
      columns.layout = "bc-LSTM's tuples of padded videos"
      columns.dialogs = dialogs
      found[split] = columns
    }
    return found
  }

  /// The entries of the utterances that are no padding.
  private static func utterances(of array: PickledArray, _ lengths: [Int]) -> [PickleValue] {
    lengths.enumerated().flatMap { video, count in
      let own = array.part(video)
      return (0..<count).map { PickleValue.array(own.part($0)) }
    }
  }

  private func lengths(of part: Part, _ split: Split) throws -> (lengths: [Int], mask: PickledArray?) {
    let limit = part.features.shape[1]
    if let lengths = part.lengths {
      guard lengths.allSatisfy({ 0...limit ~= $0 }) else {
        throw DataError(
          .badData, file: path, place: "\(split) lengths", "hold \(lengths.min() ?? 0) to \(lengths.max() ?? 0)",
          expected: "0 to \(limit), the utterances that the features have room for")
      }
      return (lengths, nil)
    }
    for table in part.tables where table.shape.count == 2 {
      guard let values = try table.floats() else { continue }
      let rows = stride(from: 0, to: values.count, by: max(1, limit)).map { values[$0..<$0 + limit] }
      let lengths = rows.map { row in row.prefix { $0 == 1 }.count }
      if zip(rows, lengths).allSatisfy({ row, length in row.dropFirst(length).allSatisfy { $0 == 0 } }) {
        return (lengths, table)
      }
    }
    throw DataError(
      .badData, file: path, place: "\(split)",
      "has neither lengths nor a mask, so that padding cannot be told from utterances",
      expected: "the number of utterances of each video, in the order of the splits, or a mask of ones and zeros")
  }
}
