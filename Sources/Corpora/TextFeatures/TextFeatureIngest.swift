import Text
import Workers

/// Reads arrays of text features: a row a word, a row a sub-word token with the words' indices, or one row a sentence.
struct TextFeatureIngest {
  let arrays: NamedArrays

  /// What the name of an array of indices ends with, behind the name of the rows that it is of.
  static let indexSuffix = ".word_ids"
  /// Indices of all tokens of a corpus: CMU-MOSEI has 2 million.
  private static let indexLimit = 1 << 26

  /// Reads all arrays.
  ///
  /// - Parameter store: gets the rows of words; nil to learn only which there are.
  /// - Throws: `DataError` 65 that names the array at fault.
  func run(into store: SequenceStoreWriter?, _ progress: any ProgressSink) throws -> TextFeatures {
    var indices = try readIndices()
    var found = TextFeatures()
    var first: String?
    progress.begin("Text", total: arrays.source.members.count { !$0.key.contains(Self.indexSuffix) }, unit: "file")
    defer { progress.end() }
    try arrays.forEach(where: { !$0.hasSuffix(Self.indexSuffix) }) { array in
      let words = indices.removeValue(forKey: array.name)
      let (values, width) = try Self.rows(of: array, words: words, &found.tally)
      if let first, width != found.width {
        throw DataError(
          .badData, "\(width) columns", expected: "\(found.width) as \(first) has",
          advice: "Make the features of all texts with one extractor.")
      }
      first = first ?? array.place
      let rows =
        try store?.append(text: values, width: width)
        ?? TextRows(offset: 0, rowCount: values.count / width, width: width, digest: TextRows.digest(of: values))
      if found.rows.updateValue(rows, forKey: array.name) != nil {
        throw DataError(.badData, "occurs a second time", expected: "one array for a text", advice: "Keep one of them.")
      }
      progress.advance(by: 1)
    }
    found.tally.add(indices.count, to: "indices.without_rows")
    guard !found.rows.isEmpty else {
      throw DataError(
        .badData, file: arrays.path, "holds no array of features", expected: "an array a text, named after its sample",
        advice: "Save them as <id>.npy in a folder, or under <id> in an .npz or safetensors file.")
    }
    return found
  }

  private func readIndices() throws -> [String: [Float]] {
    var indices: [String: [Float]] = [:]
    var count = 0
    try arrays.forEach(where: { $0.hasSuffix(Self.indexSuffix) }) { array in
      try Self.requireIndices(array)
      count += array.values.count
      guard count <= Self.indexLimit else {
        throw DataError(.badData, "\(count) indices so far", expected: "at most \(Self.indexLimit)")
      }
      if indices.updateValue(array.values, forKey: String(array.name.dropLast(Self.indexSuffix.count))) != nil {
        throw DataError(.badData, "occurs a second time", expected: "one array for a text", advice: "Keep one of them.")
      }
    }
    return indices
  }

  /// - Throws: `DataError` 65 without a place when an array is none of indices by its shape.
  static func requireIndices(_ array: NamedArray) throws {
    guard array.shape.count(where: { $0 != 1 }) <= 1 else {
      throw DataError(.badData, "has the shape \(array.shape)", expected: "an index for each token")
    }
  }

  /// The rows of words, or of a sentence, in an array.
  ///
  /// - Parameter words: the word of each token; nil if rows are of words already.
  /// - Throws: `DataError` 65 without a place when the array is no table, or indices and rows do not agree.
  static func rows(
    of array: NamedArray, words: [Float]?, _ tally: inout Tally
  ) throws -> (values: [Float], width: Int) {
    let file = try FeatureFile(shape: array.shape, values: array.values)
    guard file.rowCount > 0 else {
      throw DataError(.badData, "has no row", expected: "a row for each word, or one for the sentence")
    }
    guard let words else { return (file.values, file.width) }
    guard words.count == file.rowCount else {
      throw DataError(
        .badData, "\(file.rowCount.counted("row")) of tokens, but \(words.count) word indices",
        expected: "an index for each row")
    }
    let means = try SubwordRows.means(file.values, width: file.width, words: words)
    tally.add(1, to: "texts.subword")
    tally.add(means.withoutToken, to: "words.without_token")
    return (means.values, file.width)
  }
}
