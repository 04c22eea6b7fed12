import AuditSupport
import Leaks
import Samples
import Testing
import TestSupport
import Text

@testable import Audit

/// Doubts, and the verdicts they lead to.
@Suite struct DoubtTests {
  /// A check with a given finding.
  private struct Fixed: AuditCheck {
    var id = "fixed"
    let severity = Severity.error
    let leakage: LeakageType? = nil
    let meaning = "What it is told."
    let finding: Finding

    func run(on subject: AuditSubject) throws -> Finding { finding }
  }

  private func report(_ findings: Finding...) throws -> AuditReport {
    try AuditReport(
      AuditSubject(datasets: [MemoryDataset.clean().dataset()]), checks: findings.map { Fixed(finding: $0) })
  }

  private let pass = Finding.pass("All of 3 things.")
  private func open(_ doubt: Doubt) -> Finding { .undecidable("It is open.", doubt: doubt, advice: "Look.") }

  @Test("missing input leaves the verdict unchanged; a suspicion or an incomplete search does not")
  func lastLine() throws {
    let missing = try report(pass, open(.missingInput))
    #expect(missing.text(columns: nil).hasSuffix("\nNo leak found in 2 checks: 1 passed, 1 undecidable.\n"))
    #expect(!missing.hasDoubts)
    #expect(missing.json["verdict"]?.text == "pass")
    for (doubt, words) in [(Doubt.suspicion, "a suspicion"), (.incompleteSearch, "an incomplete search")] {
      let report = try report(pass, open(doubt))
      #expect(
        report.text(columns: nil).hasSuffix("\nNot shown to be clean: fixed (\(words)); 1 passed, 1 undecidable.\n"))
      #expect(report.hasDoubts && !report.hasErrors)
      #expect(report.json["verdict"]?.text == "undecidable")
      #expect(report.json["checks"]?.elements?.map { $0["kind"]?.text } == [nil, doubt.rawValue])
      #expect(try Statement(report, auditSHA256: "", leaksSHA256: "").json["predicate"]?["result"]?.text == "WARNED")
    }
  }

  @Test("a warning next to an omission is not clean either; a leak stays a leak")
  func warning() throws {
    let warning = Finding.warn("Look here.", doubt: .incompleteSearch, evidence: [], advice: "Look.")
    #expect(try report(pass, warning).hasDoubts)
    #expect(try !report(pass, .warn("Look here.", evidence: [], advice: "Look.")).hasDoubts)
    let leak = try report(.fail("A leak.", evidence: [], advice: "Mend it."), open(.suspicion))
    #expect(leak.hasErrors && !leak.hasDoubts)
    #expect(leak.text(columns: nil).contains("1 check failed: fixed"))
  }

  @Test("across data sets the gravest doubt counts; next to a warning, missing input does not")
  func merging() {
    func merged(_ findings: Finding...) -> Doubt? {
      Finding.merging(findings.enumerated().map { ("\($0.offset)", $0.element) }).doubt
    }
    #expect(merged(pass, pass) == nil)
    #expect(merged(open(.missingInput), pass) == .missingInput)
    #expect(merged(open(.incompleteSearch), open(.suspicion), open(.missingInput)) == .suspicion)
    let warning = Finding.warn("Look here.", evidence: [], advice: "Look.")
    #expect(merged(warning, open(.missingInput)) == nil)
    #expect(merged(warning, open(.incompleteSearch)) == .incompleteSearch)
    #expect(merged(open(.suspicion), .fail("A leak.", evidence: [], advice: "Mend it.")) == nil)
  }

  @Test("no check passes vacuously, without samples or with all samples in one split", arguments: [true, false])
  func nothing(isEmpty: Bool) throws {
    var dataset = MemoryDataset.clean()
    dataset.form = .arrays
    dataset.samples = isEmpty ? [] : dataset.samples.filter { $0.sample.split == .train }
    let subject = AuditSubject(datasets: [dataset.dataset()], threads: 1)
    for check in CheckRegistry.all {
      let finding = try check.run(on: subject)
      #expect(finding.verdict != .pass, "\(check.id): \(finding.summary)")
    }
  }

  @Test("samples without contents are bad data, not an audit; a leak among their names is still reported")
  func noContents() throws {
    var dataset = MemoryDataset.clean()
    dataset.form = .arrays
    for index in dataset.samples.indices {
      dataset.samples[index].rows = [:]
      dataset.samples[index].sample.words = nil
    }
    #expect {
      _ = try AuditReport(AuditSubject(datasets: [dataset.dataset()], threads: 1))
    } throws: { error in
      (error as? DataError)?.code == .badData && "\(error)".contains("no content check found anything to examine")
    }
    dataset.samples[dataset.first(.test)].sample.group = dataset.samples[0].sample.group
    #expect(try AuditReport(AuditSubject(datasets: [dataset.dataset()], threads: 1)).hasErrors)
  }
}
