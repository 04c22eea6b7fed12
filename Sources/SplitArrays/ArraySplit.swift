import Samples
import Text

/// The columns of one split under the key names of MMSA or MulT.
struct ArraySplit {
  private let columns: ArrayColumns
  /// The files, as messages name them.
  let path: String
  /// The number of samples.
  let count: Int

  /// The key names of each modality: MMSA's and those of other projects.
  static let keys: [String: Modality] = [
    "text": .text, "language": .text, "audio": .audio, "acoustic": .audio, "vision": .visual, "visual": .visual,
    "video": .visual,
  ]
  /// The keys that are read; others (`text_bert`, …) add nothing to these.
  static let wanted: Set<String> = Set(keys.keys).union(keys.keys.map { $0 + lengthSuffix })
    .union(ArrayNames.keys).union(ArrayLabels.keys).union(["raw_text", "annotations"])
  /// The suffix of keys that hold the lengths of a modality's samples.
  static let lengthSuffix = "_lengths"

  /// The available keys.
  var keys: Set<String> { columns.keys }

  /// - Throws: `DataError` 65 if there is no feature array.
  init(_ columns: ArrayColumns, split: Split) throws {
    self.columns = columns
    path = columns.path
    guard let first = Self.keys.keys.sorted().lazy.compactMap({ columns[$0] }).first else {
      throw DataError(
        .badData, file: path, place: split.rawValue, "has no features",
        expected: "text, audio or vision, as MMSA names them",
        advice: "msa-prep export --to npz writes such files.")
    }
    count = try first.inFile { try $0.sampleCount() }
  }

  /// Returns the rows of each modality.
  ///
  /// - Throws: `DataError` 65 if an array has a different number of samples from the others, or a modality has two
  ///   arrays.
  func blocks() throws -> [Modality: FeatureBlock] {
    var blocks: [Modality: FeatureBlock] = [:]
    for (key, modality) in Self.keys.sorted(by: { $0.key < $1.key }) {
      guard let column = columns[key] else { continue }
      if blocks[modality] != nil {
        throw DataError(.badData, file: column.path, place: column.place, "is a second array of \(modality) features")
      }
      let block = try column.inFile { try $0.features() }
      guard block.rowCounts.count == count else {
        throw DataError(
          .badData, file: column.path, place: column.place, "has \(block.rowCounts.count.counted("sample"))",
          expected: "\(count.grouped), as the others")
      }
      blocks[modality] = block
    }
    return blocks
  }

  /// Returns the number of rows in each sample that are not padding, by modality, if a column states it.
  func lengths() throws -> [Modality: ArrayPadding.Lengths] {
    var lengths: [Modality: ArrayPadding.Lengths] = [:]
    for (key, modality) in Self.keys.sorted(by: { $0.key < $1.key }) {
      if let column = columns[key + Self.lengthSuffix] {
        lengths[modality] = ArrayPadding.Lengths(
          values: try column.inFile { try $0.integers(count: count) }, path: column.path, place: column.place)
      }
    }
    return lengths
  }

  /// What the layout is called, where the keys do not tell.
  var layout: String? { columns.layout }

  /// The conversation of each sample, if the layout states it.
  var dialogs: [String]? { columns.dialogs }

  /// The speaker of each sample, if the layout states them.
  var speakers: [String?]? { columns.speakers }

  /// Returns the names of the samples; nil if no column holds them.
  func names() throws -> ArrayNames? {
    try column(of: ArrayNames.keys).map { column in
      try column.inFile { try ArrayNames($0, count: count) }
    }
  }

  /// Returns the words of each sample; nil if no column holds them.
  func words() throws -> [String]? {
    try columns["raw_text"].map { try $0.inFile { try $0.texts(count: count) } }
  }

  /// Returns the word that says what each sample expresses; nil if no column holds them.
  func annotations() throws -> [String]? {
    try columns["annotations"].map { try $0.inFile { try $0.texts(count: count) } }
  }

  /// Returns the labels, which may be empty.
  ///
  /// - Parameter withClasses: whether the class is a label besides numbers that it is made from; without any others it
  ///   always is.
  func labels(withClasses: Bool) throws -> ArrayLabels {
    var labels = ArrayLabels(count: count)
    let names = try columns["label_names"].map { try $0.inFile { try $0.list() } }
    try labels.add(try column(of: ["labels", "label"]).map(numbers), names: names)
    for suffix in ["", "_T", "_A", "_V"] {
      guard let column = columns["regression_labels" + suffix], !labels.names.contains("sentiment" + suffix) else {
        continue
      }
      try labels.add(try numbers(column), names: ["sentiment" + suffix])
    }
    if labels.names.isEmpty || withClasses && !labels.names.contains("class") {
      try labels.add(try columns["classification_labels"].map(numbers), names: ["class"])
    }
    return labels
  }

  private func numbers(_ column: any ArrayColumn) throws -> ArrayLabels.Numbers {
    try column.inFile { try $0.numbers(count: count) }
  }

  /// Returns the only column under any of several keys.
  private func column(of keys: [String]) throws -> (any ArrayColumn)? {
    let found = keys.compactMap { columns[$0] }
    if found.count > 1 {
      throw DataError(
        .badData, file: found[1].path, place: found[1].place, "says the same as \(found[0].place)",
        expected: "one of the two",
        advice: "Leave one of them out.")
    }
    return found.first
  }
}
