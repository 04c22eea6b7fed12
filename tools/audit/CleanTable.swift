import Audit
import Leaks
import Text
import Workers

/// Clean corpora × false alarms.
struct CleanTable {
  private let options: TableOptions
  private let corpora: CleanCorpora

  init(_ options: TableOptions, _ corpora: CleanCorpora) {
    self.options = options
    self.corpora = corpora
  }

  func run() throws {
    let checks = CheckRegistry.all.filter { options.checks.isEmpty || options.checks.contains($0.id) }
    var counts: [String: [Verdict: Int]] = [:]
    var seconds: [String: Double] = [:]
    try OrderedWorkers(threadCount: options.threads).forEach(count: options.clean) {
      number -> [(id: String, verdict: Verdict, summary: String, seconds: Double)] in
      let folder = try corpora.make(number, setting: CleanCorpora.setting(number))
      var subject = AuditSubject(datasets: try AuditedDataset.prepared([folder]))
      subject.threads = 1
      return try checks.map { check in
        let start = ContinuousClock.now
        let finding = try check.run(on: subject)
        let time = ContinuousClock.now - start
        return (
          check.id, finding.verdict, finding.summary,
          Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        )
      }
    } consume: { number, findings in
      for finding in findings {
        counts[finding.id, default: [:]][finding.verdict, default: 0] += 1
        seconds[finding.id, default: 0] += finding.seconds
        if finding.verdict == .fail || finding.verdict == .warn {
          let text = "\(finding.verdict.rawValue) \(number) \(CleanCorpora.setting(number).text): "
          TableOutput.note(text + "\(finding.id): \(finding.summary)")
        }
      }
    }
    TableOutput.line(
      "\n| check | clean corpora | false alarms | warnings | undecidable | seconds each |\n|---|---|---|---|---|---|")
    for check in checks {
      let found = counts[check.id] ?? [:]
      let each = (seconds[check.id] ?? 0) / Double(max(1, options.clean))
      TableOutput.line(
        "| \(check.id) | \(options.clean) | \(found[.fail] ?? 0) | \(found[.warn] ?? 0) | \(found[.undecidable] ?? 0) | "
          + "\(each.fixed(3)) |")
    }
  }
}
