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
