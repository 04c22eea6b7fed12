import ArrayFiles
import Samples
import Text

/// The arrays of one split under the key names of MMSA (`NPZExport` writes them) or MulT.
struct ArraySplit {
  /// The files of the arrays by key.
  private let files: [String: TreeBytes]
  /// What error messages call the archives that hold them.
  let path: String
  let count: Int

  /// An array's file, not parsed yet.
  struct TreeBytes {
    /// The archive that it is in.
    let path: String
    let place: String
    let bytes: [UInt8]
  }

  /// MMSA's name of a modality, and what others call it.
  static let keys: [String: Modality] = [
    "text": .text, "language": .text, "audio": .audio, "acoustic": .audio, "vision": .visual, "visual": .visual,
    "video": .visual,
  ]
  /// The keys that are read; others (`text_bert`, `annotations`, …) say nothing that these do not.
  static let wanted: Set<String> = Set(keys.keys).union(keys.keys.map { $0 + lengthSuffix })
    .union(ArrayNames.keys).union(ArrayLabels.keys).union(["raw_text"])
  private static let lengthSuffix = "_lengths"
  /// MMSA's largest array, the unaligned sound of MOSEI, has 0.6 · 10⁹ values.
  static let valueLimit = 1 << 30

  /// - Throws: `DataError` 65 when there is no feature array, or arrays are of different length.
  init(_ files: [String: TreeBytes], split: Split) throws {
    self.files = files
    path = Set(files.values.map(\.path)).sorted().joined(separator: ", ")
    let features = Self.keys.keys.sorted().filter { files[$0] != nil }
    guard let first = features.first, let file = files[first] else {
      throw DataError(
        .badData, file: path, place: split.rawValue, "has no features",
        expected: "text, audio or vision, as MMSA names them",
        advice: "msa-prep export --to npz writes such files.")
    }
    let shape = try Self.inFile(file) { try NpyArray(parsing: file.bytes, valueLimit: Self.valueLimit).shape }
    count = shape.first ?? 0
  }

  /// The rows of each modality.
  func blocks() throws -> [Modality: ArrayRows.Block] {
    var blocks: [Modality: ArrayRows.Block] = [:]
    for (key, modality) in Self.keys.sorted(by: { $0.key < $1.key }) {
      guard let file = files[key] else { continue }
      if blocks[modality] != nil {
        throw DataError(.badData, file: file.path, place: file.place, "is a second array of \(modality) features")
      }
      let array = try Self.inFile(file) { try NpyArray(parsing: file.bytes, valueLimit: Self.valueLimit) }
      guard array.shape.count == 2 || array.shape.count == 3, array.shape[0] == count else {
        throw DataError(
          .badData, file: file.path, place: file.place, "has the shape \(array.shape)",
          expected: "[\(count), columns] or [\(count), rows, columns]")
      }
      let width = array.shape[array.shape.count - 1]
      // Rows without columns hold nothing, and a shape can tell more of them than anybody can count.
      let rowCount = width == 0 ? 0 : array.shape.count == 3 ? array.shape[1] : 1
      let told = files[key + Self.lengthSuffix]
      let rows = try Self.inFile(told ?? file) {
        let lengths = try told.map { try NpyColumn.integers(parsing: $0.bytes, count: count) }
        return try (0..<count).map { sample in
          try Self.rows(of: sample, array.values, rowCount: rowCount, width: width, length: lengths?[sample])
        }
      }
      blocks[modality] = ArrayRows.Block(width: width, values: array.values, rows: rows)
    }
    return blocks
  }

  /// A sample's rows without the zeros that fill it up, which stand before its rows (the SDK) or behind them.
  ///
  /// - Throws: `DataError` 65 without a file name when the length is no number of rows, or other rows hold something too: an
  ///   audit must not pass over them.
  private static func rows(
    of sample: Int, _ values: [Float], rowCount: Int, width: Int, length: Int?
  ) throws -> Range<Int> {
    let start = sample * rowCount
    func isZero(_ row: Int) -> Bool { !values[row * width..<(row + 1) * width].contains { $0 != 0 } }
    guard let length else {
      let first = (start..<start + rowCount).first { !isZero($0) } ?? start + rowCount
      let last = (first..<start + rowCount).last { !isZero($0) } ?? first - 1
      return first..<last + 1
    }
    guard 0...rowCount ~= length else {
      throw DataError(
        .badData, "sample \(sample) has the length \(length)", expected: "0 to \(rowCount), the rows of its array",
        advice: "Write how many rows of each sample are its own, or leave the lengths out.")
    }
    if (start..<start + rowCount - length).allSatisfy(isZero) {
      return start + rowCount - length..<start + rowCount
    }
    guard (start + length..<start + rowCount).allSatisfy(isZero) else {
      throw DataError(
        .badData, "sample \(sample) has the length \(length), but not all of its other rows are zero",
        expected: "zeros before its rows or behind them",
        advice: "Write how many rows of each sample are its own, or leave the lengths out.")
    }
    return start..<start + length
  }

  /// Who the samples are; nil where no array says it.
  func names() throws -> ArrayNames? {
    try file(of: ArrayNames.keys).map { file in
      try Self.inFile(file) { try ArrayNames(parsing: file.bytes, count: count) }
    }
  }

  /// What is said in each sample; nil where no array says it.
  func words() throws -> [String]? {
    try files["raw_text"].map { file in
      try Self.inFile(file) { try NpyColumn.texts(parsing: file.bytes, count: count) }
    }
  }

  /// The labels, which may be none.
  func labels() throws -> ArrayLabels {
    var labels = ArrayLabels(count: count)
    try labels.add(try file(of: ["labels", "label"]).map(numbers), names: try labelNames())
    for suffix in ["", "_T", "_A", "_V"] {
      guard let file = files["regression_labels" + suffix], !labels.names.contains("sentiment" + suffix) else {
        continue
      }
      try labels.add(try numbers(file), names: ["sentiment" + suffix])
    }
    if labels.names.isEmpty {
      try labels.add(try files["classification_labels"].map(numbers), names: ["class"])
    }
    return labels
  }

  private func labelNames() throws -> [String]? {
    try files["label_names"].map { file in
      try Self.inFile(file) {
        try NpyColumn.texts(parsing: file.bytes, count: NpyArray.shape(ofTexts: file.bytes).first ?? 0)
      }
    }
  }

  private func numbers(_ file: TreeBytes) throws -> ArrayLabels.Numbers {
    try Self.inFile(file) {
      let array = try NpyArray(parsing: file.bytes, valueLimit: Self.valueLimit, withIntegers: true)
      guard array.shape.first == count else {
        throw DataError(.badData, "has the shape \(array.shape)", expected: "[\(count), …], one a sample")
      }
      return ArrayLabels.Numbers(shape: array.shape, values: array.values)
    }
  }

  /// The one array under one of several keys.
  private func file(of keys: [String]) throws -> TreeBytes? {
    let found = keys.compactMap { files[$0] }
    if found.count > 1 {
      throw DataError(
        .badData, file: found[1].path, place: found[1].place, "says the same as \(found[0].place)",
        expected: "one of the two",
        advice: "Leave one of them out.")
    }
    return found.first
  }

  private static func inFile<Result>(_ file: TreeBytes, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch var error as DataError {
      if error.place == nil { error.place = file.place }
      throw error.inFile(file.path)
    }
  }
}
