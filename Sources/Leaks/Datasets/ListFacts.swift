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
  /// What the authors of the corpus intended, in their own words.
  package var intention: String?

  /// Creates an empty record.
  package init() {}
}
