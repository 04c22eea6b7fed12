import Leaks
import Text

/// What audit.json says about the outcome of a check, and what that means for the data.
struct CheckOutcome: Hashable, Sendable {
  let id: String
  let verdict: Verdict
  let severity: Severity
  let doubt: Doubt?

  init(id: String, verdict: Verdict, severity: Severity, doubt: Doubt?) {
    (self.id, self.verdict, self.severity, self.doubt) = (id, verdict, severity, doubt)
  }

  /// Reads an entry of audit.json's `checks`; nil if it is not one.
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.text, let verdict = json["verdict"]?.text.flatMap(Verdict.init),
      let severity = json["severity"]?.text.flatMap(Severity.init)
    else { return nil }
    self.init(id: id, verdict: verdict, severity: severity, doubt: json["kind"]?.text.flatMap(Doubt.init))
  }

  /// Whether scores on the data cannot be trusted.
  var isError: Bool { verdict == .fail && severity == .error }
  /// Whether the finding calls for human review.
  var isWarning: Bool { verdict == .warn || verdict == .fail && severity != .error }
  /// Whether a leak may have been missed.
  var isDoubtful: Bool { verdict.leavesDoubt(doubt) }
}
