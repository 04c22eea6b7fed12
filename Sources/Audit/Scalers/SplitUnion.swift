import Samples

/// One or more splits taken together: what a statistic may have been fitted on.
struct SplitUnion: Hashable, Sendable, CustomStringConvertible {
  /// In the order of splits.
  let splits: [Split]

  static let train = SplitUnion(splits: [.train])

  /// Every union: single splits first, all three last.
  static let all: [SplitUnion] = [
    train, SplitUnion(splits: [.valid]), SplitUnion(splits: [.test]), SplitUnion(splits: [.train, .valid]),
    SplitUnion(splits: [.train, .test]), SplitUnion(splits: [.valid, .test]), SplitUnion(splits: Split.allCases),
  ]

  /// `train+valid`
  var description: String { splits.map(\.rawValue).joined(separator: "+") }
}
