import Digests
import TensorCore
import Text

/// Word vectors from the letters alone, for when there is no file of trained ones.
///
/// A word is taken in lower case and normal form C, between `<` and `>`. Its n-grams of 3, 4 and 5 Unicode scalars
/// (what counts as a character depends on the version of Unicode), and the whole, each stand for a fixed random vector;
/// their sum, divided by the square root of their number, is the word's vector. So words that share letters are near
/// each other (`walk`, `walked`), and meaning plays no part. The random vectors are uniform in [−√3, √3], which has
/// variance 1, and come from Philox keyed by the n-gram's 64-bit FNV-1a hash: the same on every machine.
public enum HashedWordVectors {
  /// Numbers in a vector: as many as GloVe's, so that corpora with either can be trained together.
  public static let width = 300
  /// Identifies the vectors; changes when any value may. For the manifest.
  public static let version = "msa-ngram-300/2"
  /// What a report says where these vectors were used.
  static let warning =
    "text: without --glove a word's vector is made of its letters (hashed character n-grams): it knows spelling, not meaning, and is not GloVe."
  /// Scalars of an n-gram, fastText's defaults without the longest.
  static let lengths = 3...5

  /// The vectors of `words`; every word has one.
  public static func vectors(of words: Set<String>) -> WordVectors {
    let sorted = words.sortedByBytes()
    var values: [Float] = []
    values.reserveCapacity(sorted.count * width)
    for word in sorted { values += vector(of: word) }
    return WordVectors(
      path: version, width: width, values: values,
      rows: Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) }))
  }

  /// The vector of one word.
  static func vector(of word: String) -> [Float] {
    let grams = nGrams(of: word)
    var sums = [Float](repeating: 0, count: width)
    for gram in grams { add(gram, to: &sums) }
    let divisor = Float(grams.count).squareRoot()
    return sums.map { $0 / divisor }
  }

  /// The n-grams of a word with its boundary marks, and the whole; each as often as it occurs.
  static func nGrams(of word: String) -> [String] {
    let scalars = Array(("<" + word.lowercased() + ">").composed.unicodeScalars)
    func gram(_ range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
    var grams = [gram(0..<scalars.count)]
    for length in lengths where length < scalars.count {
      for start in 0...(scalars.count - length) { grams.append(gram(start..<start + length)) }
    }
    return grams
  }

  /// Adds the random vector of an n-gram.
  private static func add(_ gram: String, to sums: inout [Float]) {
    let random = Philox(seed: FNV1a.hash(gram.utf8))
    let amplitude = Float(3).squareRoot()
    for column in 0..<width {
      sums[column] += (2 * Philox.uniform(random.word(at: column, stream: 0, step: 0)) - 1) * amplitude
    }
  }
}
