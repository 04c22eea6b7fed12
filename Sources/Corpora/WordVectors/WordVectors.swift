import Archives
import Files
import Text

/// Word vectors for a known set of words, from a file in GloVe's text format: one word and its numbers per line.
///
/// Plain, .gz and .zip files are read as a stream; only the numbers of requested words are parsed and kept. A word is
/// looked up as `WordLookUp` says: a contraction that has no vector is the mean of its parts. If a file has a word
/// twice, its first vector counts. A first line of two integers (word2vec's count and width) is skipped.
public struct WordVectors: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// Numbers in a vector.
  public let width: Int
  /// The vectors that were kept, concatenated: [count, width].
  public let values: [Float]
  /// Requested words that have a vector, as they were requested, and the row of `values` that holds it.
  public let rows: [String: Int]

  /// How many vectors were kept.
  public var count: Int { values.count / width }

  /// The row of `values` for a requested word; nil if the file has no vector for it.
  public func row(of word: String) -> Int? { rows[word] }

  /// The vector of a requested word; nil if the file has none.
  public func vector(of word: String) -> ArraySlice<Float>? {
    rows[word].map { values[$0 * width..<($0 + 1) * width] }
  }

  /// Reads the vectors of `words`.
  ///
  /// - Throws: `DataError` 66 when the file cannot be opened; 65 with the line number when a kept line has another
  ///   width than the first line or contains something other than a finite number, or when the file holds no vectors.
  public static func read(path: String, words: Set<String>) throws -> WordVectors {
    let lookUps = words.sortedByBytes().map { (word: $0, lookUp: WordLookUp($0)) }
    var parser = WordVectorParser(wanted: lookUps.flatMap(\.lookUp.keys))
    switch try FileKind(of: path) {
    // A word may be a bracket.
    case .text, .json, .gzip, .xz, .zip, .empty, .unknown: break
    case let kind: throw kind.refusal(of: path, expected: "word vectors as text, e.g. glove.840B.300d.txt")
    }
    do {
      try TextFileReader(path: path).forEachLine { try parser.line($0) }
      guard let width = parser.width else {
        throw DataError(
          .badData, "no word vectors", expected: "a word and its numbers on each line",
          advice: "Give --glove a file in GloVe's text format, e.g. glove.840B.300d.txt.")
      }
      var rows: [String: Int] = [:]
      var values = parser.values
      for (word, lookUp) in lookUps {
        if let row = lookUp.spellings.lazy.compactMap({ parser.row(of: $0) }).first {
          rows[word] = row
        } else if let parts = lookUp.partings.lazy.compactMap({ parser.rows(of: $0) }).first {
          rows[word] = values.count / width
          values += mean(of: parts, in: parser.values, width: width)
        } else {
          rows[word] = lookUp.bare.flatMap { parser.row(of: $0) }
        }
      }
      return WordVectors(path: path, width: width, values: values, rows: rows)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// The mean of some rows, added in their order.
  private static func mean(of rows: [Int], in values: [Float], width: Int) -> [Float] {
    (0..<width).map { column in rows.reduce(0) { $0 + values[$1 * width + column] } / Float(rows.count) }
  }
}
