import Leaks
import Text

/// What the outcomes of all checks come to: how audit.json and every other output begin.
struct AuditSummary {
  let outcomes: [CheckOutcome]

  /// Whether a check found a leak or damage.
  var hasErrors: Bool { outcomes.contains(where: \.isError) }

  /// Whether the data have not been shown to be clean although no leak was found.
  var hasDoubts: Bool { !hasErrors && outcomes.contains(where: \.isDoubtful) }

  /// `verdict` in audit.json.
  var verdict: Verdict { hasErrors ? .fail : hasDoubts ? .undecidable : .pass }

  /// The number of checks with each verdict; a failure that is not an error counts as a warning.
  var counts: (passed: Int, failed: Int, warnings: Int, undecidable: Int) {
    (
      outcomes.count { $0.verdict == .pass }, outcomes.count(where: \.isError), outcomes.count(where: \.isWarning),
      outcomes.count { $0.verdict == .undecidable }
    )
  }

  /// `counts` in audit.json.
  var countsJSON: JSONValue {
    let (passed, failed, warnings, undecidable) = counts
    return [
      "pass": .integer(passed), "fail": .integer(failed), "warn": .integer(warnings),
      "undecidable": .integer(undecidable),
    ]
  }

  /// One sentence that opens every form of output.
  var sentence: String {
    let names = outcomes.filter(\.isError).map(\.id)
    let (passed, _, warnings, undecidable) = counts
    let rest = [
      "\(passed) passed", warnings == 0 ? nil : Phrase.count(warnings, "warning"),
      undecidable == 0 ? nil : "\(undecidable) undecidable",
    ].compactMap(\.self).joined(separator: ", ")
    if hasDoubts {
      let doubtful = outcomes.filter(\.isDoubtful).map { "\($0.id) (\($0.doubt?.words ?? ""))" }
      return "Not shown to be clean: \(doubtful.joined(separator: ", ")); \(rest)."
    }
    if names.isEmpty { return "No leak found in \(Phrase.count(outcomes.count, "check")): \(rest)." }
    return "\(Phrase.count(names.count, "check")) failed: \(names.joined(separator: ", ")); \(rest)."
  }
}
