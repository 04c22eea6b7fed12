/// What a check came to.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// What the check proves holds.
  case pass
  /// A leak or damage was found.
  case fail
  /// Something a person should look at.
  case warn
  /// It cannot be told from what was given; the finding says why.
  case undecidable

  /// How much it weighs where several data sets are judged together: the heaviest stands for all.
  var weight: Int {
    switch self {
    case .pass: 0
    case .undecidable: 1
    case .warn: 2
    case .fail: 3
    }
  }
}

/// Why a check stays open, the lightest first.
public enum Doubt: String, CaseIterable, Hashable, Comparable, Sendable {
  /// Something that the check needs was not given.
  case missingInput = "missing-input"
  /// Part of what had to be searched was left out, and may hide a leak.
  case incompleteSearch = "incomplete-search"
  /// Something looks like a leak, and what was given neither proves nor refutes it.
  case suspicion

  /// The same for people.
  package var words: String {
    switch self {
    case .missingInput: "an input is missing"
    case .incompleteSearch: "an incomplete search"
    case .suspicion: "a suspicion"
    }
  }

  private var weight: Int {
    switch self {
    case .missingInput: 0
    case .incompleteSearch: 1
    case .suspicion: 2
    }
  }

  /// By what they weigh.
  public static func < (first: Doubt, second: Doubt) -> Bool { first.weight < second.weight }
}

/// What a failed check means for a score that was reached on the data.
public enum Severity: String, CaseIterable, Hashable, Sendable {
  /// The score cannot be trusted; the audit exits with 1.
  case error
  /// The score needs an explanation.
  case warning
  /// Worth knowing.
  case note
}
