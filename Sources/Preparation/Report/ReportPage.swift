import Drawing
import Foundation
import Reports
import Samples
public import Text

/// report.html: what report.json says, for people.
///
/// Every part of the report may be missing; what is missing is not drawn.
public struct ReportPage {
  let report: JSONValue

  /// The page for a report in the form `msa-report/1`.
  public static func html(report: JSONValue) -> String {
    ReportPage(report: report).page.html
  }

  private var page: HTMLPage {
    var page = HTMLPage(title: "\(dataset), prepared by \(granularity)", header: header)
    page.add(.init(id: "splits", title: "Splits", body: splits))
    page.add(.init(id: "dropped", title: "Left out, and why", body: dropped))
    page.add(.init(id: "release", title: "The release", body: release))
    page.add(.init(id: "clips", title: "The clips", body: clips))
    page.add(.init(id: "ready-features", title: "Features from files", body: readyFeatures))
    page.add(.init(id: "labels", title: "Labels", body: labels))
    page.add(.init(id: "lengths", title: "Lengths", body: lengths))
    for modality in Modality.allCases {
      guard let record = report["modalities"]?[modality.rawValue] else { continue }
      let section = ReportPageModality(name: modality.rawValue, record: record, cleaning: cleaning)
      page.add(.init(id: modality.rawValue, title: Self.titles[modality] ?? "", body: section.body))
    }
    page.add(.init(id: "sources", title: "What was read", body: sources))
    page.add(.init(id: "configuration", title: "Configuration", body: configuration))
    page.add(.init(id: "files", title: "Files to open next", body: files))
    return page
  }

  private static let titles: [Modality: String] = [.visual: "Visual", .audio: "Audio", .text: "Text"]

  // MARK: The top of the page

  private var dataset: String { report["dataset"]?.text ?? "Corpus" }
  var granularity: String { report["granularity"]?.text ?? "sample" }
  private var cleaning: String { report["clean"]?.text ?? "" }
  /// What is divided between the splits: a recording, except for dialogs, or if the corpus has another word for it.
  private var group: String { report["release"]?["group"]?.text ?? report["group"]?.text ?? "recording" }
  private var groups: String { report["groups"]?.text ?? group + "s" }

  private var header: Markup {
    .paragraph(Markup(summary)) + .figures(figures) + .notice(warningsTitle, warnings.map { Markup($0) })
  }

  private var summary: String {
    let modalities = Modality.allCases.filter { report["modalities"]?[$0.rawValue] != nil }.map(\.rawValue)
    var text = Self.meanings[granularity] ?? "A sample is a labelled segment."
    if !modalities.isEmpty { text += " Modalities: \(modalities.joined(separator: ", "))." }
    if let dtype = report["dtype"]?.text { text += " Values are scaled and stored as \(dtype)" }
    if !cleaning.isEmpty { text += ", cleaned by “\(cleaning)”" }
    return text + (report["dtype"]?.text == nil && cleaning.isEmpty ? "" : ".")
  }

  private static let meanings = [
    "word": "A sample is a labelled segment with one row per word.",
    "utterance": "A sample is a labelled segment with one row: the mean over its words.",
    "frame": "A sample is a labelled segment with every native row that overlaps it, each modality at its own rate.",
    "video": "A sample is a whole recording with one row, labelled with its first segment.",
  ]

  private var figures: [(value: String, label: String)] {
    var figures: [(value: String, label: String)] = []
    if let written = report["samples"]?["written"]?.intValue { figures.append((written.grouped, "samples written")) }
    if let labelRows = report["samples"]?["label_rows"]?.intValue {
      figures.append((labelRows.grouped, "label rows read"))
    }
    if let used = report["recordings"]?["used"]?.intValue {
      let found = report["recordings"]?["found"]?.intValue ?? used
      figures.append((used.grouped, used == found ? "recordings used" : "of \(found.grouped) recordings used"))
    }
    if let used = report["words"]?["used"]?.intValue {
      let rows = report["words"]?["rows"]?.intValue ?? used
      figures.append((used.grouped, used == rows ? "word rows used" : "of \(rows.grouped) word rows used"))
    }
    figures.append((warnings.count.grouped, warnings.count.noun("warning")))
    return figures
  }

  private var warnings: [String] { report["warnings"]?.elements?.compactMap(\.text) ?? [] }
  private var warningsTitle: String { warnings.count == 1 ? "One warning" : warnings.count.counted("warning") }

  // MARK: Splits

  private var splits: Markup {
    let names = Split.inFolders.map(\.rawValue).filter { report["splits"]?[$0] != nil }
    let rows = names.map { name -> [Markup] in
      let split = report["splits"]?[name]
      return [
        Markup(name), Self.count(split?["groups"]), Self.count(split?["samples"]),
        Markup(Self.rowsText(split?["rows"])),
      ]
    }
    let bars = StackedBars(
      ["groups", "samples"].map { key in
        .init(key == "groups" ? groups : key, names.map { report["splits"]?[$0]?[key]?.intValue ?? 0 })
      }, parts: names.map { .init($0, .split($0)) }, unit: "", isShare: true)
    let table = Table(["Split", .number(groups.capitalized), .number("Samples"), .number("Rows")], rows: rows).markup
    if table == .empty { return .empty }
    let caption = "Each split’s share of the \(groups) and of the samples; the totals are on the right."
    if let like = report["like"] {
      return .paragraph(Markup(Self.likeness(like))) + table
    }
    let article = group.first.map { "aeiou".contains($0) } ?? false ? "An" : "A"
    let unit =
      report["release"] == nil ? "\(article) \(group) is never" : "Neither a speaker nor a dialog is ever"
    return .paragraph(Markup("\(unit) divided between splits; the scalers were fitted on train alone."))
      + table
      + .figure(bars.svg, caption: caption)
  }

  /// What data for a trained model have of the folder that they are like.
  private static func likeness(_ like: JSONValue) -> String {
    """
    Everything is of the one split predict, and nothing was fitted: configuration and scalers are those of a prepared \
    folder of \(like["dataset"]?.text ?? "another corpus"), whose manifest has the SHA-256 \
    \(like["manifest_sha256"]?.text ?? "unknown").
    """
  }

  // MARK: Values as text

  /// A count, or a dash where there is none.
  static func count(_ value: JSONValue?) -> Markup {
    Markup(value?.intValue.map(\.grouped) ?? "–")
  }

  /// Rows: one number if all modalities agree, else one per modality.
  static func rowsText(_ value: JSONValue?) -> String {
    if let rows = value?.intValue { return rows.grouped }
    guard let members = value?.members else { return "–" }
    let counts = Modality.allCases.compactMap { modality in members[modality.rawValue]?.intValue.map { (modality, $0) }
    }
    if let first = counts.first?.1, counts.allSatisfy({ $0.1 == first }) { return first.grouped }
    let parts = counts.map { "\($0.0) \($0.1.grouped)" }
    return parts.joined(separator: ", ")
  }
}
