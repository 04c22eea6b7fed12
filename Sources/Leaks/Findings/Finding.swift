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
  /// The same facts as a table, where they are a list.
  package var table: EvidenceTable?

  /// Creates a piece of evidence.
  public init(text: String, facts: JSONValue, figure: Markup? = nil) {
    self.text = PrintableText.bounded(text, limit: Finding.textLimit)
    self.facts = facts
    self.figure = figure
  }

  /// The evidence with its facts as a table too.
  package func listing(_ table: EvidenceTable) -> Evidence {
    var evidence = self
    evidence.table = table
    return evidence
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
  /// undecidable, pass), as does the heaviest doubt; summaries are joined, equal ones said once, and evidence keeps the
  /// order of the data sets.
  ///
  /// - Parameter findings: one or more.
  public static func merging(_ findings: [(dataset: String, finding: Finding)]) -> Finding {
    precondition(!findings.isEmpty, "nothing was judged")
    if findings.count == 1 { return findings[0].finding }
    let named = findings.map { entry in
      let name = PrintableText.cut(entry.dataset)
      var finding = entry.finding
      finding.evidence = finding.evidence.map {
        var evidence = Evidence(
          text: "\(name): \($0.text)", facts: ["dataset": .string(entry.dataset), "facts": $0.facts],
          figure: $0.figure)
        evidence.table = $0.table.map { $0.titled("\(name): \($0.title)") }
        return evidence
      }
      return finding
    }
    let heaviest = named.max { $0.verdict.weight < $1.verdict.weight } ?? named[0]
    // What is wrong comes first, also where the text is cut.
    let summaries = findings.enumerated().sorted { one, two in
      (two.element.finding.verdict.weight, one.offset) < (one.element.finding.verdict.weight, two.offset)
    }.map { ($0.element.dataset, $0.element.finding.summary) }
    let reasons = findings.compactMap { entry in entry.finding.reason.map { (entry.dataset, $0) } }
    let doubts = named.filter { heaviest.verdict == .undecidable || $0.leavesDoubt }.compactMap(\.doubt)
    var merged = Finding(
      heaviest.verdict, joined(summaries),
      reason: heaviest.verdict == .undecidable ? joined(reasons, of: findings.count) : nil,
      doubt: heaviest.verdict == .fail ? nil : doubts.max(), evidence: named.flatMap(\.evidence),
      advice: heaviest.advice)
    merged.leaks = .joining(named.map(\.leaks))
    merged.columns = named.flatMap(\.columns)
    return merged
  }
}

extension Finding {
  /// Joins sentences about data sets: equal ones are said once, and without a name where all data sets have the same.
  private static func joined(_ sentences: [(dataset: String, text: String)], of count: Int? = nil) -> String {
    var order: [String] = []
    var names: [String: [String]] = [:]
    for (dataset, text) in sentences {
      if names[text] == nil { order.append(text) }
      names[text, default: []].append(PrintableText.cut(dataset))
    }
    return order.map { text in
      let own = names[text] ?? []
      return own.count == (count ?? sentences.count) ? text : "\(Phrase.list(own)): \(text)"
    }.joined(separator: " ")
  }

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
