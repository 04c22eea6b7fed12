import Archives
import Storage

/// Word vectors for a known set of words, from a file in GloVe's text format: a word and its numbers a line.
///
/// Plain, .gz and .zip files are read as a stream; only the numbers of requested words are parsed and kept. A word is
/// looked up in lower case; where that is not in the file, without its apostrophes. Where a file holds a word twice,
/// its first vector counts. A first line of two integers (word2vec's count and width) is passed over.
public struct WordVectors: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// Numbers in a vector.
  public let width: Int
  /// The vectors that were kept, one after the other: [count, width].
  public let values: [Float]
  /// Requested words that have a vector, as they were requested, and the row of `values` that holds it.
  public let rows: [String: Int]

  /// How many vectors were kept.
  public var count: Int { values.count / width }

  /// The row of `values` for a requested word; nil where the file has no vector for it.
  public func row(of word: String) -> Int? { rows[word] }

  /// The vector of a requested word; nil where the file has none.
  public func vector(of word: String) -> ArraySlice<Float>? {
    rows[word].map { values[$0 * width..<($0 + 1) * width] }
  }

  /// Reads the vectors of `words`.
  ///
  /// - Throws: `DataError` 66 when the file cannot be opened; 65 with the line number when a kept line has another width
  ///   than the first line or holds something that is no finite number, or when the file holds no vectors.
  public static func read(path: String, words: Set<String>) throws -> WordVectors {
    let keys = words.map { (word: $0, keys: lookUpKeys(of: $0)) }
    var parser = WordVectorParser(wanted: keys.flatMap(\.keys))
    do {
      try TextFileReader(path: path).forEachLine { try parser.line($0) }
      guard let width = parser.width else {
        throw DataError(
          .badData, "no word vectors", expected: "a word and its numbers on each line",
          advice: "Give --glove a file in GloVe's text format, e.g. glove.840B.300d.txt.")
      }
      var rows: [String: Int] = [:]
      for (word, keys) in keys {
        for key in keys where rows[word] == nil { rows[word] = parser.row(of: key) }
      }
      return WordVectors(path: path, width: width, values: parser.values, rows: rows)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// Where a word is looked for, in this order.
  static func lookUpKeys(of word: String) -> [String] {
    let lower = word.lowercased()
    let bare = lower.filter { $0 != "'" && $0 != "\u{2019}" }
    return bare == lower || bare.isEmpty ? [lower] : [lower, bare]
  }
}
