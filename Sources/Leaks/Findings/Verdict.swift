/// The outcome of a check.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// The check's claim holds.
  case pass
  /// A leak or damage was found.
  case fail
  /// Something calls for human review.
  case warn
  /// The given inputs do not decide the question; the finding says why.
  case undecidable

  /// The weight of the verdict when several data sets are judged together; the heaviest wins.
  var weight: Int {
    switch self {
    case .pass: 0
    case .undecidable: 1
    case .warn: 2
    case .fail: 3
    }
  }

  /// Whether a leak may have been missed, so that the data must not be called clean.
  ///
  /// - Parameter doubt: what remains open.
  package func leavesDoubt(_ doubt: Doubt?) -> Bool { self != .fail && doubt.map { $0 > .missingInput } ?? false }
}

/// Why a check stays open, lightest reason first.
public enum Doubt: String, CaseIterable, Hashable, Comparable, Sendable {
  /// An input that the check needs was not given.
  case missingInput = "missing-input"
  /// Part of the search was skipped and may hide a leak.
  case incompleteSearch = "incomplete-search"
  /// Something looks like a leak, but the inputs neither prove nor refute it.
  case suspicion

  /// The reason in words.
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

  /// Orders doubts by weight.
  public static func < (first: Doubt, second: Doubt) -> Bool { first.weight < second.weight }
}

/// What a failed check means for scores reached on the data.
public enum Severity: String, CaseIterable, Hashable, Sendable {
  /// The score cannot be trusted; the audit exits with 1.
  case error
  /// The score needs an explanation.
  case warning
  /// The finding is worth knowing.
  case note
}
