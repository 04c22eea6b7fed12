public import Reports
public import Text

/// One thing that bears a verdict out.
public struct Evidence: Sendable {
  /// A sentence for people, with the names and figures in it.
  public var text: String
  /// The same for programs.
  public var facts: JSONValue
  /// A picture of it, where one helps.
  public var figure: Markup?

  /// Creates a piece of evidence.
  public init(text: String, facts: JSONValue, figure: Markup? = nil) {
    self.text = PrintableText.bounded(text, limit: Finding.textLimit)
    self.facts = facts
    self.figure = figure
  }
}

/// What a check found.
public struct Finding: Sendable {
  /// What it came to.
  public var verdict: Verdict
  /// One sentence with the figures in it.
  public var summary: String
  /// Why the check cannot be decided; nil for every other verdict.
  public var reason: String?
  /// What keeps it open: of every undecidable check, and of a warning beside which part of a search was left out.
  public var doubt: Doubt?
  /// What bears it out; the worst first.
  public var evidence: [Evidence]
  /// One sentence on what to do; empty where there is nothing to do.
  public var advice: String
  /// Every pair of samples that it is about.
  package var leaks = LeakRows()

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

  /// What the check proves holds.
  public static func pass(_ summary: String, evidence: [Evidence] = []) -> Finding {
    Finding(.pass, bounded(summary), evidence: evidence, advice: "")
  }

  /// A leak or damage.
  public static func fail(_ summary: String, evidence: [Evidence], advice: String) -> Finding {
    Finding(.fail, bounded(summary), evidence: evidence, advice: advice)
  }

  /// Something a person should look at.
  ///
  /// - Parameter doubt: what else may be there, where the search did not look at everything.
  public static func warn(
    _ summary: String, doubt: Doubt? = nil, evidence: [Evidence], advice: String
  ) -> Finding {
    Finding(.warn, bounded(summary), doubt: doubt, evidence: evidence, advice: advice)
  }

  /// It cannot be told.
  ///
  /// - Parameters:
  ///   - reason: one sentence on why.
  ///   - doubt: of what kind the reason is.
  ///   - advice: what would make it decidable.
  public static func undecidable(
    _ reason: String, doubt: Doubt = .missingInput, evidence: [Evidence] = [], advice: String
  ) -> Finding {
    Finding(
      .undecidable, bounded(reason), reason: bounded(reason), doubt: doubt, evidence: evidence, advice: advice)
  }

  /// The characters of a sentence of a finding, which may quote several names.
  fileprivate static let textLimit = 4 * PrintableText.partLimit

  private static func bounded(_ text: String) -> String { PrintableText.bounded(text, limit: textLimit) }

  /// Whether the check may have missed a leak, so that nobody may call the data clean.
  public var leavesDoubt: Bool { verdict != .fail && doubt.map { $0 > .missingInput } ?? false }

  /// The findings of a check that judges each data set by itself, as one: the heaviest verdict stands (fail, warn,
  /// undecidable, pass), and so does the heaviest doubt; summaries are joined, evidence keeps the order of the data sets.
  ///
  /// - Parameter findings: at least one.
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
    return merged
  }
}

extension Finding {
  /// The finding with the pairs that it is about.
  package func naming(_ leaks: LeakRows) -> Finding {
    var finding = self
    finding.leaks = leaks
    return finding
  }
}
