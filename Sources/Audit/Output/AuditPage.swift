import ArrayFiles
import Leaks
import Reports
import Samples
import Shards
import Text

/// audit.html: the contents of audit.json as a page for readers.
struct AuditPage {
  private let report: AuditReport

  init(_ report: AuditReport) { self.report = report }

  /// The text of the file.
  var html: String {
    var page = HTMLPage(title: title, header: header)
    page.add(.init(id: "checks", title: "Checks", body: .group(report.results.map(row))))
    page.add(.init(id: "data", title: "What was audited", body: data))
    page.add(.init(id: "meaning", title: "What a failed check does to a score", body: meaning))
    page.add(.init(id: "files", title: "Files to open next", body: files))
    return page.html
  }

  private var title: String {
    "Leakage audit of " + report.subject.datasets.map(\.name).joined(separator: ", ")
  }

  // MARK: The top of the page

  private var header: Markup {
    let (passed, failed, warnings, undecidable) = report.counts
    let style = report.hasErrors ? "fail" : warnings > 0 || report.hasDoubts ? "warn" : "pass"
    return .element("p", ["class": "verdict \(style)"], Markup(report.verdict))
      + .figures([
        (passed.grouped, "passed"), (failed.grouped, "failed"),
        (warnings.grouped, warnings.noun("warning")),
        (undecidable.grouped, "undecidable"),
      ]) + .notice("Sealed with a known leak", allowedLeaks)
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

  private func row(_ result: AuditReport.Result) -> Markup {
    let (word, style) = Self.badge(result)
    let type = result.check.leakage.map {
      Markup.element("span", ["class": "type", "title": $0.title], Markup($0.rawValue))
    }
    let summary = Markup.element(
      "summary", [:], .element("span", ["class": "badge \(style)"], Markup(word)), .code(result.check.id),
      type ?? .empty, .element("span", ["class": "found"], Markup(result.finding.summary)))
    let content = Markup.element("div", [:], body(of: result))
    // Results that call for action are visible without a click.
    return result.isError || result.isWarning
      ? .element("details", ["class": "check", "open": ""], summary, content)
      : .element("details", ["class": "check"], summary, content)
  }

  private static func badge(_ result: AuditReport.Result) -> (word: String, style: String) {
    if result.isError { return ("fail", "fail") }
    if result.isWarning { return ("warning", "warn") }
    return result.finding.verdict == .pass ? ("pass", "pass") : ("undecidable", "open")
  }

  private func body(of result: AuditReport.Result) -> Markup {
    var body = Markup.paragraph(.element("strong", [:], "Proves: ") + Markup(result.check.meaning))
    if let leakage = result.check.leakage {
      body += .paragraph(.element("strong", [:], "Type: ") + Markup("\(leakage.rawValue), \(leakage.title)."))
    }
    if let doubt = result.finding.doubt {
      body += .paragraph(.element("strong", [:], "Open: ") + Markup("\(doubt.words)."))
    }
    for effect in result.effects {
      body += .paragraph(.element("strong", [:], "What it does to a score: ") + Markup(effect.text))
    }
    if !result.finding.advice.isEmpty {
      body += .paragraph(.element("strong", [:], "What to do: ") + Markup(result.finding.advice))
    }
    for evidence in result.finding.evidence {
      body += .paragraph(Markup(evidence.text))
      if let figure = evidence.figure, figure != .empty { body += .element("figure", [:], figure) }
    }
    return body
  }

  // MARK: The rest

  private var data: Markup {
    let rows = report.subject.datasets.map { dataset -> [Markup] in
      let widths = dataset.modalities.map { "\($0) \(dataset.widths[$0] ?? 0)" }.joined(separator: ", ")
      return [
        Markup(dataset.name), Markup(Self.forms[dataset.form] ?? ""), Markup(dataset.granularity), Markup(widths),
      ]
        + Split.allCases.map { Markup(dataset.indices(of: $0).count.grouped) }
    }
    return Table(
      ["Data set", "Form", "One row per", "Columns", .number("train"), .number("valid"), .number("test")], rows: rows
    ).markup
      + report.subject.datasets.reduce(Markup.empty) { markup, dataset in
        (dataset.reading?.lines ?? []).reduce(markup) { $0 + .paragraph(Markup("\(dataset.name): \($1)")) }
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
