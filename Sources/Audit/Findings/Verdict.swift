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

/// What a failed check means for a score that was reached on the data.
public enum Severity: String, CaseIterable, Hashable, Sendable {
  /// The score cannot be trusted; the audit exits with 1.
  case error
  /// The score needs an explanation.
  case warning
  /// Worth knowing.
  case note
}
