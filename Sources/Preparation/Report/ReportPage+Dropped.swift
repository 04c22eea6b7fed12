import Reports
import Samples
import Storage

extension ReportPage {
  /// What did not become a sample: recordings, label rows and words, each with its reason.
  var dropped: Markup {
    let lists = [
      Self.drops("Recordings", report["recordings"]?["dropped"]), Self.drops("Label rows", report["samples"]?["dropped"]),
      Self.drops("Word rows", report["words"]?["dropped"]),
    ]
    let tables = Markup.group(lists)
    let nothing = tables == .empty && report["samples"] != nil
    return (nothing ? Markup.paragraph("Nothing was left out.") : .empty) + account + tables
  }

  /// The sum that shows that no label row went missing unseen.
  private var account: Markup {
    guard let read = report["samples"]?["label_rows"]?.intValue, let written = report["samples"]?["written"]?.intValue,
      let dropped = report["samples"]?["dropped"]?.elements, !dropped.isEmpty
    else { return .empty }
    let left = dropped.compactMap { $0["count"]?.intValue }.reduce(0, +)
    let sum = "\(written.grouped) written + \(left.grouped) left out"
    return .paragraph(
      read == written + left
        ? "\(read.grouped) label rows were read: \(sum)."
        : "\(read.grouped) label rows were read; \(sum) is \((written + left).grouped).")
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

  /// A few ids stand open; more are folded.
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
    let chart = Self.histogram(labels["histogram"], axisTitle: names.first ?? "label", unit: "samples")
    if chart != .empty {
      body += .figure(chart, caption: "Share of each split's samples by \(names.first ?? "the first label"). Rest on a bar for its count.")
    }
    let oddities = Self.oddities.compactMap { key, meaning -> [Markup]? in
      guard let count = labels[key]?.intValue, count > 0 else { return nil }
      return [Markup(meaning), Markup(count.grouped)]
    }
    let table = Table(["Found in the label files", .number("Rows")], rows: oddities).markup
    return body + (table == .empty ? .empty : .heading("Odd label rows") + table)
  }

  private static let oddities: KeyValuePairs = [
    "above_range": "labels outside the published range, kept as they are",
    "negative_start": "segments that start before 0 s",
    "overlapping": "segments that overlap the one before",
    "backward": "segments that start before the one before them",
    "zero_length": "segments without length",
    "reversed": "segments that end before they start",
    "non_finite": "labels that are NaN or infinite",
  ]

  /// How many rows the samples have.
  var lengths: Markup {
    let chart = Self.histogram(report["lengths"], axisTitle: "rows per sample", unit: "samples")
    return chart == .empty
      ? .empty : .figure(chart, caption: "Share of each split's samples by their number of rows.")
  }

  private static func histogram(_ value: JSONValue?, axisTitle: String, unit: String) -> Markup {
    let edges = value?["edges"]?.elements?.compactMap(\.doubleValue) ?? []
    let series = Split.allCases.compactMap { split -> SplitHistogram.Series? in
      guard let counts = value?[split.rawValue]?.elements?.compactMap(\.intValue) else { return nil }
      return .init(name: split.rawValue, counts: counts)
    }
    return SplitHistogram(edges: edges, series: series, axisTitle: axisTitle, unit: unit).svg
  }
}
