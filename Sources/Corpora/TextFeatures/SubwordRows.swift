import Text

/// Rows of the tokens that a tokenizer cuts words into, as rows of words.
enum SubwordRows {
  /// The most words: an hour of speech has 10,000.
  private static let wordLimit = 1 << 16

  /// The means of each word's tokens, summed as float64; NaN for a word that has none.
  ///
  /// - Parameters:
  ///   - values: [words.count, width], row-major.
  ///   - words: the word of each token, from 0; below 0 or NaN for a token that is of no word.
  /// - Returns: [words, width] up to the last word that has a token, and how many words have none.
  /// - Throws: `DataError` 65 without a place when an index is no whole number, or there is none.
  static func means(_ values: [Float], width: Int, words: [Float]) throws -> (values: [Float], withoutToken: Int) {
    var wordCount = 0
    for word in words where !word.isNaN {
      guard word == word.rounded(), word < Float(wordLimit) else {
        throw DataError(
          .badData, "has the word index \(word)", expected: "whole numbers below \(wordLimit), -1 for tokens of no word"
        )
      }
      wordCount = max(wordCount, Int(max(-1, word)) + 1)
    }
    guard wordCount > 0 else {
      throw DataError(.badData, "has no token of a word", expected: "indices of words from 0 on")
    }
    let (cellCount, overflow) = wordCount.multipliedReportingOverflow(by: width)
    guard !overflow, cellCount <= FeatureFile.valueLimit else {
      throw DataError(.badData, "\(wordCount) words", expected: "at most \(FeatureFile.valueLimit / width)")
    }
    var sums = [Double](repeating: 0, count: cellCount)
    var counts = [Int](repeating: 0, count: wordCount)
    for (token, word) in words.enumerated() where word >= 0 {
      let number = Int(word)
      counts[number] += 1
      for column in 0..<width { sums[number * width + column] += Double(values[token * width + column]) }
    }
    var means = [Float](repeating: .nan, count: cellCount)
    for (number, count) in counts.enumerated() where count > 0 {
      for cell in number * width..<(number + 1) * width { means[cell] = Float(sums[cell] / Double(count)) }
    }
    return (means, counts.count { $0 == 0 })
  }
}
