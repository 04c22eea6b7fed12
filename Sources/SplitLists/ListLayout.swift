import Leaks

/// A form of lists that is known: what it is called, and what its columns mean beyond their names.
enum ListLayout: Sendable {
  case mmsa, meld, emoBox, sdkFolds, merBench

  /// The layout of what was read.
  ///
  /// - Parameters:
  ///   - names: the names of all columns, in small letters.
  ///   - forms: what the files are.
  init?(names: Set<String>, forms: Set<SplitListFile.Form>) {
    if names.isSuperset(of: ["video_id", "clip_id", "mode"]) {
      self = .mmsa
    } else if names.isSuperset(of: ["dialogue_id", "utterance_id", "season", "episode", "starttime", "endtime"]) {
      self = .meld
    } else if forms == [.jsonLines], names.isSuperset(of: ["key", "dataset", "wav"]) {
      self = .emoBox
    } else if forms == [.dictionaries], names == ["emo", "val"] {
      self = .merBench
    } else if forms == [.python] {
      self = .sdkFolds
    } else {
      return nil
    }
  }

  /// What it is, in a sentence.
  var title: String {
    switch self {
    case .mmsa: "MMSA's label.csv"
    case .meld: "MELD's sent_emo tables"
    case .emoBox: "EmoBox's folds"
    case .sdkFolds: "the CMU SDK's folds"
    case .merBench: "MERBench's label.npz"
    }
  }

  /// What samples and groups are called there.
  var nouns: SampleNouns {
    switch self {
    case .mmsa, .merBench: SampleNouns(sample: "clip", group: "video")
    case .meld: SampleNouns(sample: "utterance", group: "episode")
    case .emoBox: SampleNouns(sample: "clip")
    case .sdkFolds: SampleNouns(sample: "video", group: "video")
    }
  }

  /// The corpus, where the layout is that of one.
  var corpus: String? { self == .meld ? "MELD" : nil }

  /// What the authors say of their splits.
  var intention: String? {
    switch self {
    case .meld:
      "MELD's authors divide by dialogue and show the main characters in all three splits (Poria et al. 2019); "
        + "--declare speaker=shared,group=shared says that this is intended."
    case .mmsa, .emoBox, .sdkFolds, .merBench: nil
    }
  }
}
