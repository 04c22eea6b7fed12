public import Options
import Text

/// One of the three parts of a corpus, or the one part of data that a trained model is asked about.
public enum Split: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case train, valid, test
  /// All of the data that were prepared like those of a trained model. Nothing is fitted, chosen or measured on it.
  case predict

  /// The three parts that a corpus is divided into: `predict` is none of them.
  public static let allCases: [Split] = [.train, .valid, .test]

  /// All that a prepared folder may have, in the order of its files: either the three parts, or `predict` alone.
  public static let inFolders: [Split] = allCases + [.predict]

  /// The name in files and options.
  public var description: String { rawValue }
}

extension Split {
  /// The split that a list's name indicates; nil if it indicates none, or several.
  ///
  /// `train`, `standard_train_fold`, `valid_ids_v2`, `dev`, `standard_test_fold` are all understood.
  public init?(named name: String) {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
    let found = Set(words.compactMap { Self.ofWord[String($0)] })
    guard found.count == 1, let split = found.first else { return nil }
    self = split
  }

  private static let ofWord: [String: Split] = [
    "train": .train, "training": .train, "valid": .valid, "validation": .valid, "val": .valid, "dev": .valid,
    "test": .test, "testing": .test,
  ]
}

/// Which group belongs to which split.
///
/// A group (a video, a session) is never divided, so no two samples of one group can be in different splits. A
/// partition is made from ids alone, before any feature is read, and only a partition hands out a `TrainSplit`.
public struct Partition: Hashable, Sendable {
  private let splitOfGroup: [String: Split]

  /// The split that statistics may be fitted on.
  public let train: TrainSplit
  /// The two splits that no statistic may see.
  public let valid: HeldOutSplit
  /// See `valid`.
  public let test: HeldOutSplit

  /// Assigns groups by name.
  ///
  /// - Parameters:
  ///   - groups: the groups of each split; a split may be missing.
  ///   - source: what to call the assignment in an error, e.g. the fold file.
  ///   - needsValid: false if the valid split may be empty.
  /// - Throws: `DataError` 65 when a group is named twice or a split has no group.
  public init(groups: [Split: [String]], source: String, needsValid: Bool = true) throws {
    var splitOfGroup: [String: Split] = [:]
    for split in Split.allCases {
      let names = groups[split] ?? []
      if names.isEmpty {
        if split == .valid, !needsValid { continue }
        let other = split == .valid ? "; or do without a valid split: --no-valid" : ""
        throw DataError(
          .badData, file: source, "leaves the \(split) split empty", expected: "at least one group in each split",
          advice: "Change the folds or ratios, or prepare more recordings\(other).")
      }
      for name in names {
        if let other = splitOfGroup.updateValue(split, forKey: name) {
          throw DataError(
            .badData, file: source, place: name,
            other == split ? "occurs twice in \(split)" : "is in \(other) and in \(split)",
            expected: "each group once", advice: "Remove one of the two.")
        }
      }
    }
    self.splitOfGroup = splitOfGroup
    func sorted(_ split: Split) -> [String] {
      (groups[split] ?? []).sortedByBytes()
    }
    train = TrainSplit(groups: sorted(.train))
    valid = HeldOutSplit(split: .valid, groups: sorted(.valid))
    test = HeldOutSplit(split: .test, groups: sorted(.test))
  }

  /// The split of a group; nil when it is in none.
  public func split(of group: String) -> Split? { splitOfGroup[group] }

  /// The groups of a split, sorted by their bytes.
  public func groups(of split: Split) -> [String] {
    switch split {
    case .train: train.groups
    case .valid: valid.groups
    case .test: test.groups
    case .predict: []
    }
  }
}

/// The groups that statistics may be fitted on. Only a `Partition` makes one: there is no other initialiser, so held-out
/// data cannot take its place.
public struct TrainSplit: Hashable, Sendable {
  /// The groups, sorted by their bytes.
  public let groups: [String]

  fileprivate init(groups: [String]) { self.groups = groups }
}

/// Groups that are only ever transformed.
public struct HeldOutSplit: Hashable, Sendable {
  /// Which of the held-out splits this is.
  public let split: Split
  /// The groups, sorted by their bytes.
  public let groups: [String]

  /// All groups of data that are not divided.
  public static func predict(groups: [String]) -> HeldOutSplit {
    HeldOutSplit(split: .predict, groups: groups.sortedByBytes())
  }

  fileprivate init(split: Split, groups: [String]) {
    self.split = split
    self.groups = groups
  }
}

/// Which groups belong to which split, in a corpus or in data for a trained model.
public enum Division: Hashable, Sendable {
  /// Train, valid and test.
  case parts(Partition)
  /// One split, `predict`. There is no `TrainSplit` among it, so nothing can be fitted on it.
  case undivided(HeldOutSplit)

  /// What statistics may be fitted on; nil where nothing may be fitted.
  public var train: TrainSplit? {
    switch self {
    case .parts(let partition): partition.train
    case .undivided: nil
    }
  }

  /// The splits in their order.
  public var splits: [Split] {
    switch self {
    case .parts: Split.allCases
    case .undivided(let all): [all.split]
    }
  }

  /// The groups of a split, sorted by their bytes.
  public func groups(of split: Split) -> [String] {
    switch self {
    case .parts(let partition): partition.groups(of: split)
    case .undivided(let all): all.split == split ? all.groups : []
    }
  }
}

/// What happens to a recording that is missing from a file.
public enum MissingPolicy: String, CaseIterable, Sendable {
  /// It is dropped and reported.
  case drop
  /// It stays, with that modality masked.
  case keep
}

/// How recordings are split.
public enum SplitPolicy: Hashable, Sendable {
  /// By a fold file: the SDK's Python lists or JSON.
  case folds(path: String)
  /// By shuffling the groups: shares of train, valid and test that add up to 1.
  case ratios([Double], seed: UInt64)
  /// Test is a session, 1 to 5, and valid the one before it, cyclically.
  case session(Int)
  /// As the corpus itself says, sample by sample.
  case declared
  /// Not at all: everything is of the split `predict`, and nothing is fitted.
  case undivided
  /// Test is a speaker, e.g. `Ses05_F`, and valid the session before theirs; the speaker's partner is left out.
  case speaker(String)

  /// By shuffling the groups, with the shares and the seed of whoever names none.
  public static let byGroup = SplitPolicy.ratios([0.7, 0.15, 0.15], seed: 42)
}

extension MissingPolicy: OptionValue {}
