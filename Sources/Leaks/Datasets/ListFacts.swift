/// What a data set that was read from split lists says of itself.
package struct ListFacts: Hashable, Sendable {
  /// The layout that was recognised, e.g. `MELD's tables of sentences`; nil where it is none that is known.
  package var layout: String?
  /// What samples and groups are called there.
  package var nouns = SampleNouns()
  /// What was done while reading, in whole sentences: encodings, rows that were left out, names that clash.
  package var notes: [String] = []
  /// What looks like a leak and may be none, in whole sentences; what would settle it stands in them.
  package var doubts: [String] = []
  /// What the authors of the corpus meant, as they say it.
  package var intention: String?

  /// Nothing is known.
  package init() {}
}
