import ArrayFiles
import Leaks
import Samples
import Shards
import Signals
import SplitArrays
public import Text
import Workers

/// The results of an audit.
public struct AuditReport: Sendable {
  /// A check and its finding.
  struct Result: Sendable {
    let check: any AuditCheck
    var finding: Finding
    /// How much what it found moves a score; empty where that was not asked for.
    var effects: [LeakEffect] = []

    /// The verdict and its weight.
    var outcome: CheckOutcome {
      CheckOutcome(id: check.id, verdict: finding.verdict, severity: check.severity, doubt: finding.doubt)
    }
    /// Whether scores on the data cannot be trusted.
    var isError: Bool { outcome.isError }
    /// Whether the finding calls for human review.
    var isWarning: Bool { outcome.isWarning }
    /// Whether a leak may have been missed.
    var isDoubtful: Bool { outcome.isDoubtful }
  }

  let subject: AuditSubject
  /// One result per check, in registry order.
  let results: [Result]
  /// The files of the training run, as they were when the audit began.
  let runFiles: [AuditedFile]

  /// Runs checks on a subject.
  ///
  /// - Parameter checks: the checks to run; nil for all.
  /// - Throws: `DataError` if a given input cannot be read, whatever it holds; 65 if it contains nothing that any check
  ///   could examine; 64 if the training run used other data; 130 if the user interrupts.
  public init(_ subject: AuditSubject, checks: [any AuditCheck]? = nil) throws {
    self.subject = subject
    let checks = checks ?? CheckRegistry.checks(keeping: subject.promises)
    try subject.requireInputs()
    runFiles = try Statement.runFiles(of: subject.run)
    defer { subject.end() }
    let damaged = subject.datasets.first { $0.damage != nil }
    // Lists have no rows, so that checks of them may run side by side without holding more.
    let areLists = subject.datasets.allSatisfy { $0.form == .list }
    var results =
      try areLists
      ? OrderedWorkers(threadCount: subject.threads).map(count: checks.count) {
        try Self.result(of: checks[$0], on: subject, damaged: damaged)
      }
      : checks.map { try Self.result(of: $0, on: subject, damaged: damaged) }
    if damaged == nil, results.contains(where: { !$0.check.modalities.isEmpty }) {
      let gaps = try ContentGaps(subject)
      for index in results.indices { gaps.note(in: &results[index].finding, of: results[index].check) }
    }
    if subject.measuresEffects, damaged == nil {
      let measurement = try EffectMeasurement(subject)
      for index in results.indices { results[index].effects = try measurement.effects(of: results[index]) }
    }
    self.results = results
    if hasErrors { return }
    // `integrity` has to name the problem: a folder that no check could read has no verdict.
    if let damage = damaged?.damage { throw damage }
    try requireContents()
  }

  private static func result(
    of check: any AuditCheck, on subject: AuditSubject, damaged: AuditedDataset?
  ) throws -> Result {
    try Interrupt.check()
    if let damaged, !(check is Integrity) {
      return Result(
        check: check,
        finding: .undecidable(
          "\(damaged.name) cannot be read; see integrity.", advice: "Prepare the folder again with --overwrite."))
    }
    let likened = subject.datasets.filter(\.isLikeAnother)
    if !likened.isEmpty {
      var findings = try likened.map { ($0.name, try LikeFindings.finding(of: check, for: $0, subject)) }
      var others = subject
      others.datasets.removeAll(where: \.isLikeAnother)
      if !others.datasets.isEmpty {
        findings.insert((others.datasets.map(\.name).joined(separator: ", "), try check.run(on: others)), at: 0)
      }
      return Result(check: check, finding: .merging(findings))
    }
    guard subject.areFolds else { return Result(check: check, finding: try check.run(on: subject)) }
    let findings = try subject.datasets.map { ($0.name, try check.run(on: subject.alone($0))) }
    return Result(check: check, finding: .merging(findings))
  }

  /// Rejects an input in which no content check found anything to examine: that must not pass for an audit.
  private func requireContents() throws {
    // One split can share nothing, and that is all there is to say.
    if subject.datasets.allSatisfy(\.isLikeAnother) { return }
    // A list has names but no contents.
    if subject.datasets.contains(where: { $0.form == .list }) { return }
    let contents = results.filter(\.check.readsContents)
    guard let first = contents.first,
      contents.allSatisfy({ $0.finding.verdict == .undecidable && $0.finding.doubt == .missingInput })
    else { return }
    throw DataError(
      .badData, file: subject.datasets.first?.path,
      "no content check found anything to examine: \(Phrase.clause(first.finding.summary))",
      expected: "samples with features or words in two splits or more",
      advice: "Give the files that hold the features, with ids that fit them.")
  }

  /// Whether a check found a leak or damage: exit status 1.
  public var hasErrors: Bool { summary.hasErrors }

  /// Whether the data have not been shown to be clean although no leak was found: exit status 1 with `--strict`.
  public var hasDoubts: Bool { summary.hasDoubts }

  /// What all results come to.
  var summary: AuditSummary { AuditSummary(outcomes: results.map(\.outcome)) }
}

extension AuditReport {
  /// The prefix of `format` in the audit.json of any version.
  static let formatPrefix = "msa-audit/"

  /// The contents of audit.json, without paths, times or thread counts: the same data give the same bytes.
  public var json: JSONValue {
    var document: [String: JSONValue] = [
      "format": .string(Self.formatPrefix + "1"), "tool_version": .string(ToolVersion.current),
      "verdict": .string(summary.verdict.rawValue), "summary": .string(summary.sentence),
      "counts": summary.countsJSON,
      "datasets": .array(subject.datasets.map(\.json)), "checks": .array(results.map(\.json)),
    ]
    if !subject.promises.declared.isEmpty {
      let declared = subject.promises.declared.map { ($0.key.rawValue, JSONValue.string($0.value.rawValue)) }
      document["declared"] = .object(Dictionary(uniqueKeysWithValues: declared))
    }
    if !subject.allExtractors.isEmpty {
      document["extractors"] = .array(
        subject.allExtractors.map { [$0.modality.rawValue: .string($0.title)] })
    }
    if subject.measuresEffects { document["measure"] = EffectMeasurement.json }
    return .object(document)
  }
}

extension AuditReport.Result {
  fileprivate var json: JSONValue {
    var json: [String: JSONValue] = [
      "id": .string(check.id), "verdict": .string(finding.verdict.rawValue),
      "severity": .string(check.severity.rawValue),
      "leakage": check.leakage.map { ["type": .string($0.rawValue), "title": .string($0.title)] } ?? .null,
      "meaning": .string(check.meaning), "summary": .string(finding.summary),
      "reason": finding.reason.map { .string($0) } ?? .null,
      "kind": finding.doubt.map { .string($0.rawValue) } ?? .null,
      "evidence": .array(finding.evidence.map { ["text": .string($0.text), "facts": $0.facts] }),
      "advice": .string(finding.advice),
    ]
    if !effects.isEmpty { json["effects"] = .array(effects.map(\.json)) }
    return .object(json)
  }
}

extension AuditedDataset {
  /// A description of the data set without its location.
  var json: JSONValue {
    let splits = ownSplits.map { split -> (String, JSONValue) in
      let samples = self.samples[indices(of: split)]
      let rows = modalities.map { modality in
        (modality.rawValue, JSONValue.integer(samples.reduce(0) { $0 + ($1.rows[modality] ?? 0) }))
      }
      return (
        split.rawValue, ["samples": .integer(samples.count), "rows": .object(Dictionary(uniqueKeysWithValues: rows))]
      )
    }
    var json: [String: JSONValue] = [
      "name": .string(name), "form": .string(form.rawValue), "granularity": .string(granularity),
      "dtype": .string(dtype.rawValue), "labels": .array(labelNames.map { .string($0) }),
      "widths": .object(Dictionary(uniqueKeysWithValues: widths.map { ($0.key.rawValue, .integer($0.value)) })),
      "splits": .object(Dictionary(uniqueKeysWithValues: splits)),
      "allowed_leaks": .array((manifest?.allowedLeaks ?? []).map { .string($0.check) }),
    ]
    if let layout = list?.layout { json["layout"] = .string(layout) }
    json["reading"] = reading?.json
    return .object(json)
  }
}
