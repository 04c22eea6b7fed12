import Text

/// The order of a sample's words, regardless of their meaning.
struct WordOrder: Sendable {
  /// The share of adjacent words in byte order; ½ if there are fewer than two words.
  let ascending: Double
  /// The positions of the first and the last word in byte order, and of the longest word: 0 … 1.
  let first: Double
  let last: Double
  let longest: Double

  init(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count > 1 else {
      (ascending, first, last, longest) = (0.5, 0.5, 0.5, 0.5)
      return
    }
    let pairs = zip(words, words.dropFirst()).filter { $0 != $1 }
    ascending =
      pairs.isEmpty ? 0.5 : Double(pairs.count { String($0).precedesInBytes(String($1)) }) / Double(pairs.count)
    func place(_ isBefore: (Int, Int) -> Bool) -> Double {
      Double(words.indices.min(by: isBefore) ?? 0) / Double(words.count - 1)
    }
    first = place { String(words[$0]).precedesInBytes(String(words[$1])) }
    last = place { String(words[$1]).precedesInBytes(String(words[$0])) }
    longest = place { words[$0].utf8.count > words[$1].utf8.count }
  }

  /// The values as quantities of a model.
  var quantities: [Double] { [ascending, first, last, longest] }
}
