import ArrayFiles
import Samples
import Storage

/// The arrays of one split under MMSA's key names (`NPZExport` writes them).
struct ArraySplit {
  /// The files of the arrays by key.
  private let files: [String: TreeBytes]
  /// What error messages call the archive.
  private let path: String
  let count: Int

  /// An array's file, not parsed yet.
  struct TreeBytes {
    let place: String
    let bytes: [UInt8]
  }

  /// MMSA's name of a modality, and what others call it.
  static let keys: [String: Modality] = ["text": .text, "audio": .audio, "vision": .visual, "visual": .visual]
  /// The keys that are read; others (`text_bert`, `annotations`, …) say nothing that these do not.
  static let wanted: Set<String> = Set(keys.keys).union(keys.keys.map { $0 + lengthSuffix })
    .union(["id", "raw_text", "regression_labels", "classification_labels"])
  private static let lengthSuffix = "_lengths"
  /// MMSA's largest array, the unaligned sound of MOSEI, has 0.6 · 10⁹ values.
  private static let valueLimit = 1 << 30

  /// - Throws: `DataError` 65 when there is no feature array, or arrays are of different length.
  init(_ files: [String: TreeBytes], path: String, split: Split) throws {
    self.files = files
    self.path = path
    let features = Self.keys.keys.sorted().filter { files[$0] != nil }
    guard let first = features.first, let file = files[first] else {
      throw DataError(
        .badData, file: path, place: split.rawValue, "has no features",
        expected: "text, audio or vision, as MMSA names them",
        advice: "msa-prep export --to npz writes such files.")
    }
    let shape = try Self.inFile(path, file.place) {
      try NpyArray(parsing: file.bytes, valueLimit: Self.valueLimit).shape
    }
    count = shape.first ?? 0
  }

  /// The rows of each modality.
  func blocks() throws -> [Modality: ArrayRows.Block] {
    var blocks: [Modality: ArrayRows.Block] = [:]
    for (key, modality) in Self.keys.sorted(by: { $0.key < $1.key }) {
      guard let file = files[key] else { continue }
      if blocks[modality] != nil {
        throw DataError(.badData, file: path, place: file.place, "is a second array of \(modality) features")
      }
      let array = try Self.inFile(path, file.place) { try NpyArray(parsing: file.bytes, valueLimit: Self.valueLimit) }
      guard array.shape.count == 2 || array.shape.count == 3, array.shape[0] == count else {
        throw DataError(
          .badData, file: path, place: file.place, "has the shape \(array.shape)",
          expected: "[\(count), columns] or [\(count), rows, columns]")
      }
      let rowCount = array.shape.count == 3 ? array.shape[1] : 1
      let lengths = try files[key + Self.lengthSuffix].map { file in
        try Self.inFile(path, file.place) { try NpyColumn.integers(parsing: file.bytes, count: count) }
      }
      let width = array.shape[array.shape.count - 1]
      blocks[modality] = ArrayRows.Block(
        width: width, values: array.values,
        rows: (0..<count).map { sample in
          Self.rows(of: sample, array.values, rowCount: rowCount, width: width, length: lengths?[sample])
        })
    }
    return blocks
  }

  /// A sample's rows without the zeros that fill it up, which stand before its rows (the SDK) or behind them.
  private static func rows(of sample: Int, _ values: [Float], rowCount: Int, width: Int, length: Int?) -> Range<Int> {
    let start = sample * rowCount
    func isZero(_ row: Int) -> Bool { !values[row * width..<(row + 1) * width].contains { $0 != 0 } }
    let length = length.map { min(max(0, $0), rowCount) }
    if let length, (start..<start + rowCount - length).allSatisfy(isZero) {
      return start + rowCount - length..<start + rowCount
    }
    if let length { return start..<start + length }
    let first = (start..<start + rowCount).first { !isZero($0) } ?? start + rowCount
    let last = (first..<start + rowCount).last { !isZero($0) } ?? first - 1
    return first..<last + 1
  }

  /// A column of texts; nil where the file has none.
  func texts(_ key: String) throws -> [String]? {
    try files[key].map { file in
      try Self.inFile(path, file.place) { try NpyColumn.texts(parsing: file.bytes, count: count) }
    }
  }

  /// The labels and what they are; MMSA's classes are used only where there is no number.
  func labels() throws -> (name: String, values: [Float])? {
    if let file = files["regression_labels"] {
      let array = try Self.inFile(path, file.place) { try NpyArray(parsing: file.bytes, valueLimit: Self.valueLimit) }
      guard array.values.count == count else {
        throw DataError(.badData, file: path, place: file.place, "has the shape \(array.shape)", expected: "[\(count)]")
      }
      return ("sentiment", array.values)
    }
    return try files["classification_labels"].map { file in
      let values = try Self.inFile(path, file.place) { try NpyColumn.integers(parsing: file.bytes, count: count) }
      return ("class", values.map { Float($0) })
    }
  }

  private static func inFile<Result>(_ path: String, _ place: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch var error as DataError {
      if error.place == nil { error.place = place }
      throw error.inFile(path)
    }
  }
}
