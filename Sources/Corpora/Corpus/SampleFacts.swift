public import Samples

/// What a corpus says about one of its samples besides labels and rows, where each sample is a recording of its own.
public struct SampleFacts: Hashable, Sendable {
  /// What must not be divided between splits: the video that the sample is a part of.
  public var group: String
  /// The split that the corpus declares.
  public var split: Split?
  /// When it is said in its video; nil if the corpus does not say, and then the times of rows are only their order.
  public var interval: Interval?
  /// The words, separated by single blanks.
  public var words: String?
  /// The word that says what it expresses, e.g. `Positive`.
  public var annotation: String?
  /// The dialog.
  public var dialog: String?
  /// Who speaks.
  public var speaker: String?
  /// The recording session.
  public var session: String?

  /// A sample of a group, about which nothing else is known.
  public init(group: String) { self.group = group }
}
