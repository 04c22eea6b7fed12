import Drawing
import Reports
import Samples
import Text

extension ReportPage {
  /// Everything that did not become a sample: recordings, label rows and words, each with its reason.
  var dropped: Markup {
    let lists = [
      Self.drops("Recordings", report["recordings"]?["dropped"]),
      Self.drops("Label rows", report["samples"]?["dropped"]),
      Self.drops("Word rows", report["words"]?["dropped"]),
    ]
    let tables = Markup.group(lists)
    let nothing = tables == .empty && report["samples"] != nil
    return (nothing ? Markup.paragraph("Nothing was left out.") : .empty) + account + tables + defects + unknownFoldIDs
  }

  /// Entries that no run could use, and this one did not need.
  private var defects: Markup {
    let rows = (report["defective_entries"]?["entries"]?.elements ?? []).map { entry -> [Markup] in
      [
        .code(entry["entry"]?.text ?? "–"), Markup(entry["file"]?.text ?? "–"), Markup(entry["problem"]?.text ?? "–"),
      ]
    }
    let table = Table(["Entry", "File", "What is wrong with it"], rows: rows).markup
    if table == .empty { return .empty }
    let more = (report["defective_entries"]?["count"]?.intValue ?? rows.count) - rows.count
    return .heading("Defective entries of recordings that are left out") + table
      + (more > 0 ? .paragraph(Markup("And \(more.grouped) more.")) : .empty)
  }

  /// The sum that shows that no label row disappeared unnoticed.
  private var account: Markup {
    guard let read = report["samples"]?["label_rows"]?.intValue, let written = report["samples"]?["written"]?.intValue
    else { return .empty }
    let left = (report["samples"]?["dropped"]?.elements ?? []).compactMap { $0["count"]?.intValue }.reduce(0, +)
    let elsewhere = report["samples"]?["in_recordings_left_out"]?.intValue ?? 0
    var sum = "\(written.grouped) written"
    if left > 0 { sum += " + \(left.grouped) left out one by one" }
    if elsewhere > 0 { sum += " + \(elsewhere.grouped) in recordings that are left out" }
    let total = written + left + elsewhere
    return .paragraph(Markup("\(read.grouped) label rows read \(read == total ? "=" : "≠") \(sum)."))
  }

  /// Ids that only the fold file knows.
  private var unknownFoldIDs: Markup {
    let ids = report["recordings"]?["unknown_fold_ids"]?.elements ?? []
    if ids.isEmpty { return .empty }
    return .heading("In the fold file, but not among the recordings")
      + .paragraph(Self.ids(["count": .integer(ids.count), "ids": .array(ids)]))
  }

  private static func drops(_ title: String, _ list: JSONValue?) -> Markup {
    let rows = (list?.elements ?? []).filter { ($0["count"]?.intValue ?? 0) > 0 }.map { drop -> [Markup] in
      [Markup(drop["reason"]?.text ?? "unknown reason"), count(drop["count"]), ids(drop)]
    }
    let columns: [Table.Column] = ["Reason", .number("Count")] + (rows.contains { $0[2] != .empty } ? ["Which"] : [])
    let table = Table(columns, rows: rows).markup
    return table == .empty ? .empty : .heading(title) + table
  }

  private static let idsShownOpen = 4

  /// A few ids are shown; more are folded.
  private static func ids(_ drop: JSONValue) -> Markup {
    let ids = drop["ids"]?.elements?.compactMap(\.text) ?? []
    let list = Markup.group(ids.map { .code($0) }, separator: " ")
    if ids.count <= idsShownOpen { return list }
    let total = drop["count"]?.intValue ?? ids.count
    let title = total > ids.count ? "the first \(ids.count.grouped) of \(total.grouped)" : "all \(ids.count.grouped)"
    return .fold(Markup(title), .element("p", ["class": "ids"], list))
  }

  // MARK: Labels and lengths

  /// How the first label is distributed, and what was odd about the label rows.
  var labels: Markup {
    guard let labels = report["labels"] else { return .empty }
    let names = labels["names"]?.elements?.compactMap(\.text) ?? []
    var body = Markup.empty
    if !names.isEmpty {
      body += .paragraph("Columns: " + .group(names.map { .code($0) }, separator: " ") + Markup("."))
    }
    let chart = Self.histogram(labels["histogram"], axisTitle: names.first ?? "label", unit: "sample")
    if chart != .empty {
      let caption = "Share of each split’s samples by \(names.first ?? "label"). Hover over a bar for its count."
      body += .figure(chart, caption: caption)
    }
    body += classes(labels["classes"]?.members ?? [:])
    let oddities = Self.oddities.compactMap { key, meaning -> [Markup]? in
      guard let count = labels[key]?.intValue, count > 0 else { return nil }
      return [Markup(meaning), Markup(count.grouped)]
    }
    let table = Table(["Found in the label files", .number("Rows")], rows: oddities).markup
    return body + (table == .empty ? .empty : .heading("Odd label rows") + table)
  }

  /// Samples of each class, by split, the most frequent first.
  private func classes(_ classes: [String: JSONValue]) -> Markup {
    let splits = Split.inFolders.map(\.rawValue).filter { report["splits"]?[$0] != nil }
    let counts = classes.map { name, counts in (name, splits.map { counts[$0]?.intValue ?? 0 }) }
      .sorted { (-$0.1.reduce(0, +), $0.0) < (-$1.1.reduce(0, +), $1.0) }
    let bars = StackedBars(
      counts.map { .init($0.0, $0.1) }, parts: splits.map { .init($0, .split($0)) }, unit: "sample")
    return bars.svg == .empty
      ? .empty : .figure(bars.svg, caption: "Samples of each class, by split; “none” has no class.")
  }

  private static let oddities: KeyValuePairs = [
    "above_range": "labels beyond [−3, 3]",
    "negative_start": "segments that start before 0 s",
    "overlapping": "segments that overlap the one before",
    "backward": "segments that start before the one before them",
    "replaced": "labels changed by --clean seed (NaN, infinite, or beyond [−3, 3])",
  ]

  /// How many rows the samples have, where they can differ.
  var lengths: Markup {
    if granularity == "video" || granularity == "utterance" { return .empty }
    let chart = Self.histogram(report["lengths"], axisTitle: "rows per sample", unit: "sample", trimsEnd: true)
    return chart == .empty
      ? .empty
      : .figure(
        chart,
        caption: "Share of each split’s samples by their number of rows; longer samples count in the last class.")
  }

  private static func histogram(
    _ value: JSONValue?, axisTitle: String, unit: String, trimsEnd: Bool = false
  ) -> Markup {
    let edges = value?["edges"]?.elements?.compactMap(\.doubleValue) ?? []
    let series = Split.inFolders.compactMap { split -> SplitHistogram.Series? in
      guard let counts = value?[split.rawValue]?.elements?.compactMap(\.intValue) else { return nil }
      return .init(name: split.rawValue, counts: counts)
    }
    let histogram = SplitHistogram(edges: edges, series: series, axisTitle: axisTitle, unit: unit)
    return (trimsEnd ? histogram.withoutEmptyEnd : histogram).svg
  }
}
