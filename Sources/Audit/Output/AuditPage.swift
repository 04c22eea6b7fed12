import ArrayFiles
import Leaks
import Reports
import Samples
import Shards
import SplitArrays
import Text

/// audit.html: the contents of audit.json as a page for readers, what is wrong first.
struct AuditPage {
  private let report: AuditReport
  private let leaks: [String: LeakExcerpt]
  private let pairs: SamplePairs

  /// - Parameter leaks: the first pairs of each check that names any.
  init(_ report: AuditReport, leaks: [String: LeakExcerpt]) {
    self.report = report
    self.leaks = leaks
    pairs = SamplePairs(leaks.values.flatMap(\.first), of: report.subject.datasets)
  }

  /// The text of the file.
  var html: String {
    var page = HTMLPage(title: title, header: header)
    let parts = Group.allCases.map { group in (group, report.results.filter { Group(of: $0) == group }) }
    for (group, results) in parts where group.isOpen {
      page.add(.init(id: group.rawValue, title: group.title, body: .group(results.map(article))))
    }
    for (group, results) in parts where !group.isOpen {
      page.add(.init(id: group.rawValue, title: group.title, body: .group(results.map(row))))
    }
    page.add(.init(id: "data", title: "What was audited", body: data))
    page.add(.init(id: "meaning", title: "What a failed check does to a score", body: meaning))
    page.add(.init(id: "files", title: "Files to open next", body: files))
    return page.html
  }

  private var title: String {
    let datasets = report.subject.datasets
    if report.subject.areFolds {
      return "Leakage audit of \(datasets.count) folds"
        + (datasets.compactMap { $0.list?.fold?.corpus }.first.map { " of \($0)" } ?? "")
    }
    return "Leakage audit of " + Phrase.list(datasets.map(\.name))
  }

  /// The parts that results are divided into, in the order of the page.
  private enum Group: String, CaseIterable {
    case failed, warned, doubtful, passed, open

    init(of result: AuditReport.Result) {
      if result.isError {
        self = .failed
      } else if result.isWarning {
        self = .warned
      } else if result.isDoubtful {
        self = .doubtful
      } else {
        self = result.finding.verdict == .pass ? .passed : .open
      }
    }

    var title: String {
      switch self {
      case .failed: "What is wrong"
      case .warned: "Worth a look"
      case .doubtful: "What is not settled"
      case .passed: "What holds"
      case .open: "What could not be checked"
      }
    }

    /// Whether the evidence is open: there is something to do.
    var isOpen: Bool { self == .failed || self == .doubtful }
  }

  // MARK: The top of the page

  private var header: Markup {
    let errors = report.results.filter(\.isError)
    let causes = errors.isEmpty ? report.results.filter(\.isDoubtful) : errors
    let (headline, style) = headline
    var banner = Markup.element("p", ["class": "headline"], Markup(headline))
    if !causes.isEmpty {
      let items = causes.map { result in
        Markup.element(
          "li", [:], .element("a", ["href": "#" + result.check.id], .code(result.check.id)),
          Markup(" " + result.finding.summary))
      }
      banner += .element("ul", [:], items)
    }
    let advice = advice(for: causes)
    if !advice.isEmpty {
      banner += .element(
        "p", ["class": "advice"], .element("strong", [:], "What to do: "), .group(advice, separator: " "))
    }
    banner += .element("p", ["class": "soft"], Markup(counts))
    let bars = report.subject.datasets.map { dataset in
      SplitBar(
        title: report.subject.datasets.count == 1 ? "" : dataset.name,
        dataset.ownSplits.map { ($0.rawValue, dataset.indices(of: $0).count) }
      ).markup
    }
    return .element("div", ["class": "verdict \(style)"], banner) + .newline + .group(bars)
      + .notice("Sealed with a known leak", allowedLeaks)
  }

  private var headline: (text: String, style: String) {
    if report.hasErrors { return ("Scores on these data cannot be trusted.", "fail") }
    if report.hasDoubts { return ("Not shown to be clean.", "warn") }
    let warnings = report.summary.counts.warnings
    if warnings > 0 { return ("No leak found; \(Phrase.count(warnings, "warning")) to look at.", "warn") }
    return ("No leak found.", "pass")
  }

  /// `2 failed, 3 warnings, 5 passed; 10 could not be checked with what was given.`
  private var counts: String {
    let counts = Dictionary(grouping: report.results) { Group(of: $0) }.mapValues(\.count)
    let parts = [
      counts[.failed].map { "\($0) failed" }, counts[.warned].map { Phrase.count($0, "warning") },
      counts[.doubtful].map { "\($0) not settled" }, counts[.passed].map { "\($0) passed" },
    ].compactMap(\.self).joined(separator: ", ")
    let open = counts[.open].map { "\($0) could not be checked with what was given" }
    return "Of \(Phrase.count(report.results.count, "check")): "
      + [parts.isEmpty ? nil : parts, open].compactMap(\.self).joined(separator: "; ") + "."
  }

  /// What the results ask for, each thing once; a repair where pairs of samples are all that is wrong.
  private func advice(for results: [AuditReport.Result]) -> [Markup] {
    var said: [String] = []
    for result in results where !result.finding.advice.isEmpty && !said.contains(result.finding.advice) {
      said.append(result.finding.advice)
    }
    var advice = said.map { Markup($0) }
    let forms = report.subject.datasets.map(\.form)
    if results.contains(where: { leaks[$0.check.id] != nil }), !forms.contains(.sequences) {
      advice.append(
        "Run the audit again with " + .code("--repair DIR")
          + ": it writes lists that keep together what belongs together, with sizes and labels as near as possible to these."
      )
    }
    return advice
  }

  /// The leaks that `--allow-leaks` permitted when a folder was prepared.
  private var allowedLeaks: [Markup] {
    report.subject.datasets.flatMap { dataset in
      (dataset.manifest?.allowedLeaks ?? []).map { leak in
        Markup("\(dataset.name), --allow-leaks \(leak.check): \(leak.summary)")
      }
    }
  }

  // MARK: Checks

  private static func badge(_ result: AuditReport.Result) -> Markup {
    let (word, style) =
      switch Group(of: result) {
      case .failed: ("fail", "fail")
      case .warned: ("warning", "warn")
      case .passed: ("pass", "pass")
      case .doubtful, .open: ("undecidable", "open")
      }
    return .element("span", ["class": "badge \(style)"], Markup(word))
  }

  private static func type(_ result: AuditReport.Result) -> Markup {
    result.check.leakage.map {
      .element("span", ["class": "type", "title": $0.title], Markup($0.rawValue))
    } ?? .empty
  }

  /// A result that calls for action, with its evidence.
  private func article(_ result: AuditReport.Result) -> Markup {
    let style = result.isError ? "fail" : "open"
    let head = Markup.element(
      "h3", ["id": result.check.id], Self.badge(result), .code(result.check.id), Self.type(result))
    return .element(
      "article", ["class": "check \(style)"], head,
      .element("p", ["class": "found"], Markup(result.finding.summary)), .newline, evidence(of: result)) + .newline
  }

  /// A result whose evidence opens with a click.
  private func row(_ result: AuditReport.Result) -> Markup {
    .element(
      "details", ["class": "check", "id": result.check.id],
      .element(
        "summary", [:], Self.badge(result), .code(result.check.id), Self.type(result),
        .element("span", ["class": "found"], Markup(result.finding.summary))),
      .element("div", [:], evidence(of: result))) + .newline
  }

  private func evidence(of result: AuditReport.Result) -> Markup {
    let finding = result.finding
    var body = Markup.empty
    if !finding.advice.isEmpty {
      body += .element("p", ["class": "advice"], .element("strong", [:], "What to do: "), Markup(finding.advice))
    }
    for effect in result.effects {
      body += .paragraph(.element("strong", [:], "What it does to a score: ") + Markup(effect.text))
    }
    let listed = finding.evidence.contains { $0.table != nil }
    for evidence in finding.evidence {
      if let table = evidence.table { body += .paragraph(Markup(table.title)) + table.markup }
    }
    // Where names are shared, a table of them tells more than pairs of their samples.
    let excerpt = listed ? nil : leaks[result.check.id]
    if let excerpt { body += pairs.markup(of: excerpt) }
    for evidence in finding.evidence {
      if let figure = evidence.figure, figure != .empty { body += .element("figure", [:], figure) }
    }
    let texts = finding.evidence.filter { $0.table == nil && $0.text != finding.summary }.map { Markup($0.text) }
    let isShort = !listed && excerpt == nil
    if isShort { for text in texts { body += .paragraph(text) } }
    return body + explanation(of: result, isShort ? [] : texts)
  }

  /// What the check proves, and the rest of the evidence in words.
  private func explanation(of result: AuditReport.Result, _ texts: [Markup]) -> Markup {
    var lines = [Markup.element("strong", [:], "Proves: ") + Markup(result.check.meaning)]
    if let leakage = result.check.leakage {
      lines.append(.element("strong", [:], "Type: ") + Markup("\(leakage.rawValue), \(leakage.title)."))
    }
    if let doubt = result.finding.doubt {
      lines.append(.element("strong", [:], "Open: ") + Markup("\(doubt.words)."))
    }
    if texts.isEmpty { return .group(lines.map { .note($0) }) }
    return .fold("How it was checked, and the evidence in words", .group((lines + texts).map { .note($0) }))
  }

  // MARK: The rest

  private var data: Markup {
    let splits = Split.inFolders.filter { split in report.subject.datasets.contains { $0.ownSplits.contains(split) } }
    let rows = report.subject.datasets.map { dataset -> [Markup] in
      let widths = dataset.modalities.map { "\($0) \(dataset.widths[$0] ?? 0)" }.joined(separator: ", ")
      return [
        Markup(dataset.name), Markup(Self.forms[dataset.form] ?? ""), Markup(dataset.granularity), Markup(widths),
      ]
        + splits.map { Markup(dataset.indices(of: $0).count.grouped) }
    }
    return Table(
      ["Data set", "Form", "One row per", "Columns"] + splits.map { .number($0.rawValue) }, rows: rows
    ).markup
      + report.subject.datasets.reduce(Markup.empty) { markup, dataset in
        let layout = dataset.list?.layout.map { ["Read as \($0)."] } ?? []
        return (layout + (dataset.reading?.lines ?? [])).reduce(markup) {
          $0 + .paragraph(Markup("\(dataset.name): \($1)"))
        }
      }
  }

  private static let forms: [AuditedDataset.Form: String] = [
    .prepared: "prepared folder", .sequences: "computational sequences", .arrays: "arrays per split",
    .list: "lists by split",
  ]

  private var meaning: Markup {
    .paragraph(
      "Duplicates, shared speakers and overlapping time let a model memorise instead of understand: they raise a test score, "
        + "and the score does not hold on new data. A scaler that saw held-out data proves that the data were made carelessly, "
        + "but rarely moves a score; look for what else was done the same way.")
      + .paragraph(
        "Types are those of Kapoor and Narayanan, “Leakage and the reproducibility crisis in machine-learning-based "
          + "science”, Patterns 4 (2023). “Undecidable” means that the data do not settle the question; it is never counted as passed. Where something looks like a "
          + "leak, or a search left something out, the data are not shown to be clean."
      )
  }

  private var files: Markup {
    Table(
      ["File", "What it is"],
      rows: [
        [.code(AuditFiles.json), "All results and evidence, for programs."],
        [
          .code(LeaksFile.name),
          "Every pair of samples that must not be in two splits, with the check and the reason.",
        ],
        [
          .code(Statement.name),
          "An in-toto statement: every audited file by its SHA-256, and the results. "
            + .code("msa-audit verify \(Statement.name) --shards DIR")
            + " checks whether it still describes the files.",
        ],
      ]
    ).markup
  }
}
