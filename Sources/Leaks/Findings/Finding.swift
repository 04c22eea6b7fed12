public import Reports
public import Text

/// One piece of evidence for a verdict.
public struct Evidence: Sendable {
  /// A sentence for readers, with names and figures.
  public var text: String
  /// The same facts as JSON.
  public var facts: JSONValue
  /// An optional picture.
  public var figure: Markup?

  /// Creates a piece of evidence.
  public init(text: String, facts: JSONValue, figure: Markup? = nil) {
    self.text = PrintableText.bounded(text, limit: Finding.textLimit)
    self.facts = facts
    self.figure = figure
  }
}

/// The result of a check.
public struct Finding: Sendable {
  /// The overall verdict.
  public var verdict: Verdict
  /// One sentence with the figures.
  public var summary: String
  /// Why the check cannot be decided; nil for every other verdict.
  public var reason: String?
  /// What remains open: set for every undecidable check, and for a warning if part of the search was skipped.
  public var doubt: Doubt?
  /// The evidence, worst first.
  public var evidence: [Evidence]
  /// One sentence of advice; empty if there is nothing to do.
  public var advice: String
  /// Every pair of samples that the finding concerns.
  package var leaks = LeakRows()
  /// Every column that it is about; the one that gives most away first.
  package var columns: [LeakColumn] = []

  private init(
    _ verdict: Verdict, _ summary: String, reason: String? = nil, doubt: Doubt? = nil, evidence: [Evidence],
    advice: String
  ) {
    self.verdict = verdict
    self.summary = summary
    self.reason = reason
    self.doubt = doubt
    self.evidence = evidence
    self.advice = advice
  }

  /// Returns a finding that the check's claim holds.
  public static func pass(_ summary: String, evidence: [Evidence] = []) -> Finding {
    Finding(.pass, bounded(summary), evidence: evidence, advice: "")
  }

  /// Returns a finding of a leak or damage.
  public static func fail(_ summary: String, evidence: [Evidence], advice: String) -> Finding {
    Finding(.fail, bounded(summary), evidence: evidence, advice: advice)
  }

  /// Returns a finding that calls for human review.
  ///
  /// - Parameter doubt: what else there may be, if the search was incomplete.
  public static func warn(
    _ summary: String, doubt: Doubt? = nil, evidence: [Evidence], advice: String
  ) -> Finding {
    Finding(.warn, bounded(summary), doubt: doubt, evidence: evidence, advice: advice)
  }

  /// Returns a finding that the check cannot be decided.
  ///
  /// - Parameters:
  ///   - reason: why, in one sentence.
  ///   - doubt: the kind of reason.
  ///   - advice: what would make it decidable.
  public static func undecidable(
    _ reason: String, doubt: Doubt = .missingInput, evidence: [Evidence] = [], advice: String
  ) -> Finding {
    Finding(
      .undecidable, bounded(reason), reason: bounded(reason), doubt: doubt, evidence: evidence, advice: advice)
  }

  /// The most characters in a sentence of a finding, which may quote several names.
  fileprivate static let textLimit = 4 * PrintableText.partLimit

  private static func bounded(_ text: String) -> String { PrintableText.bounded(text, limit: textLimit) }

  /// Whether the check may have missed a leak, so that the data must not be called clean.
  public var leavesDoubt: Bool { verdict.leavesDoubt(doubt) }

  /// Merges the findings of a check that judges each data set separately: the heaviest verdict wins (fail, warn,
  /// undecidable, pass), as does the heaviest doubt; summaries are joined, and evidence keeps the order of the data
  /// sets.
  ///
  /// - Parameter findings: one or more.
  public static func merging(_ findings: [(dataset: String, finding: Finding)]) -> Finding {
    precondition(!findings.isEmpty, "nothing was judged")
    if findings.count == 1 { return findings[0].finding }
    let named = findings.map { entry in
      let name = PrintableText.cut(entry.dataset)
      var finding = entry.finding
      finding.summary = "\(name): \(finding.summary)"
      finding.reason = finding.reason.map { "\(name): \($0)" }
      finding.evidence = finding.evidence.map {
        Evidence(
          text: "\(name): \($0.text)", facts: ["dataset": .string(entry.dataset), "facts": $0.facts],
          figure: $0.figure)
      }
      return finding
    }
    let heaviest = named.max { $0.verdict.weight < $1.verdict.weight } ?? named[0]
    let reasons = named.compactMap(\.reason)
    let doubts = named.filter { heaviest.verdict == .undecidable || $0.leavesDoubt }.compactMap(\.doubt)
    var merged = Finding(
      heaviest.verdict, named.map(\.summary).joined(separator: " "),
      reason: heaviest.verdict == .undecidable ? reasons.joined(separator: " ") : nil,
      doubt: heaviest.verdict == .fail ? nil : doubts.max(), evidence: named.flatMap(\.evidence),
      advice: heaviest.advice)
    merged.leaks = .joining(named.map(\.leaks))
    merged.columns = named.flatMap(\.columns)
    return merged
  }
}

extension Finding {
  /// Returns the finding with the pairs that it concerns.
  package func naming(_ leaks: LeakRows) -> Finding {
    var finding = self
    finding.leaks = leaks
    return finding
  }

  /// The finding with the columns that it is about.
  package func naming(_ columns: [LeakColumn]) -> Finding {
    var finding = self
    finding.columns = columns
    return finding
  }
}
