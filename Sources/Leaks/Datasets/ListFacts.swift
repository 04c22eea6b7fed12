/// What a data set read from split lists says about itself.
package struct ListFacts: Hashable, Sendable {
  /// The recognised layout, e.g. `MELD's tables of sentences`; nil if it is unknown.
  package var layout: String?
  /// The nouns for samples and groups in this layout.
  package var nouns = SampleNouns()
  /// What was done while reading, in complete sentences: encodings, skipped rows, clashing names.
  package var notes: [String] = []
  /// Possible leaks, in complete sentences that also say what would settle the question.
  package var doubts: [String] = []
  /// The fold of a cross-validation that the list is of; nil if it is the only division.
  package var fold: Fold?
  /// What the authors of the corpus intended, in their own words.
  package var intention: String?

  /// A fold of a cross-validation.
  package struct Fold: Hashable, Sendable {
    package let number: Int
    /// The corpus, if it is known.
    package let corpus: String?

    package init(number: Int, corpus: String?) { (self.number, self.corpus) = (number, corpus) }
  }

  /// Creates an empty record.
  package init() {}
}
