/// How a word is looked up in a file of word vectors.
///
/// First as it is, in lower case. Then, if it is a contraction, as the parts into which GloVe's tokenizer (Stanford's,
/// after the Penn Treebank) splits it: `i` and `'ll`, `do` and `n't`, `could`, `n't` and `'ve`. Finally without its
/// apostrophes, unless that is another word: `dont`, but never *ill* for *I'll*.
struct WordLookUp: Hashable {
  /// Spellings of the whole word; the first that exists counts.
  let spellings: [String]
  /// Ways to split it; the first whose parts all exist counts, and their mean is the word's vector.
  let partings: [[String]]
  /// The word without apostrophes; nil if it has none, or would be another word.
  let bare: String?

  /// All keys to look up.
  var keys: [String] { spellings + partings.flatMap { $0 } + (bare.map { [$0] } ?? []) }

  init(_ word: String) {
    let lower = word.lowercased()
    let plain = String(lower.map { Self.apostrophes.contains($0) ? "'" : $0 })
    // Both normal forms, so that the corpus's normal form does not matter.
    spellings = [lower.composed, lower.decomposed, plain.composed].reduce(into: []) { list, key in
      if !list.contains(where: { $0.utf8.elementsEqual(key.utf8) }) { list.append(key) }
    }
    partings = Self.partings(plain.composed)
    let bare = plain.composed.filter { $0 != "'" }
    self.bare = bare.isEmpty || bare == plain.composed || Self.otherWords.contains(bare) ? nil : bare
  }

  private static let apostrophes: Set<Character> = ["'", "\u{2019}", "\u{02bc}"]
  private static let endings = ["'ll", "'re", "'ve", "'d", "'s", "'m"]
  /// What precedes *n't* if it is not the verb itself, and the verb.
  private static let shortened = ["ca": "can", "wo": "will", "sha": "shall"]
  /// Other words that contractions become without their apostrophe.
  private static let otherWords: Set<String> = ["hell", "id", "ill", "shed", "shell", "wed", "well", "were", "whore"]

  /// The ways to split a word from its end; none if it is not a contraction.
  private static func partings(_ word: String) -> [[String]] {
    func parted(_ stem: Substring, _ ending: String) -> [[String]] {
      let partings = partings(String(stem))
      return (partings.isEmpty ? [[String(stem)]] : partings).map { $0 + [ending] }
    }
    if word.hasSuffix("n't"), word.count > 3 {
      let stem = word.dropLast(3)
      return parted(stem, "n't") + (shortened[String(stem)].map { [[$0, "n't"]] } ?? [])
    }
    for ending in endings where word.hasSuffix(ending) && word.count > ending.count {
      return parted(word.dropLast(ending.count), ending)
    }
    return []
  }
}
