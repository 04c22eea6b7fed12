import Drawing
import Reports
import Samples
import Text

/// The section of the report about one modality: what was wrong with its cells and what scaling did to it.
struct ReportPageModality {
  let name: String
  let record: JSONValue
  /// The cleaning mode.
  let cleaning: String

  var body: Markup {
    extractor + facts + nonFinite + scaling + constantColumns
  }

  private var extractor: Markup {
    guard let title = record["extractor"]?.text else { return .empty }
    return .paragraph(Markup("Made by ") + .code(title) + Markup(", as declared with --extractor."))
  }

  private var width: Int { record["width"]?.intValue ?? 0 }
  private var rowCount: Int {
    Split.inFolders.compactMap { record["rows"]?[$0.rawValue]?.intValue }.reduce(0, +)
  }

  // MARK: Counts

  /// One row per count, one column per split.
  private var facts: Markup {
    let lines: [(key: String, title: String)] = [
      ("rows_read", "rows read from the file"), ("intervals_reversed", "of these left out: end before start"),
      ("intervals_non_finite", "of these left out: NaN or infinite time"),
      ("rows", "rows written, of \(width.grouped) columns"), ("missing_rows", "rows without any frame (mask 0)"),
      ("imputed_cells", cleaning == "mask" ? "cells set to the train median" : "cells filled in"),
      ("saturated", "values beyond ±65504, stored as ±65504"),
    ]
    let rows = lines.compactMap { line -> [Markup]? in
      guard let value = record[line.key], !Self.isZero(value) else { return nil }
      let counts = splits.map { ReportPage.count(value[$0.rawValue]) }
      return [Markup(line.title)] + counts + [Markup(Self.total(value).grouped)]
    }
    let columns = splits.map { Table.Column.number($0.rawValue) }
    return Table([""] + columns + [.number("all")], rows: rows).markup
  }

  /// The splits that have rows, or could have.
  private var splits: [Split] {
    record["rows"]?[Split.predict.rawValue] == nil ? Split.allCases : [.predict]
  }

  private static func total(_ value: JSONValue) -> Int {
    value.intValue ?? Split.inFolders.compactMap { value[$0.rawValue]?.intValue }.reduce(0, +)
  }

  private static func isZero(_ value: JSONValue) -> Bool { total(value) == 0 }

  // MARK: NaN and infinities

  private static let kinds: [(key: String, name: String, color: Color)] = [
    ("nan", "NaN", .purple), ("positive_infinity", "+Inf", .red), ("negative_infinity", "−Inf", .grey),
  ]

  private var nonFinite: Markup {
    let counts = Self.kinds.map { record["non_finite"]?[$0.key]?.intValue ?? 0 }
    let total = counts.reduce(0, +)
    if record["non_finite"] == nil { return .empty }
    var body = Markup.heading("NaN and infinite cells")
    if total == 0 { return body + .paragraph("None was read.") }
    let parts = zip(Self.kinds, counts).filter { $0.1 > 0 }.map { "\($0.1.grouped) \($0.0.name)" }
    let sum = parts.count > 1 ? "\(total.grouped) cells: " : ""
    body += .paragraph(Markup("Read: \(sum)\(parts.joined(separator: ", ")). \(treatment)"))
    let columns = (record["non_finite_columns"]?.elements ?? []).compactMap { $0.elements?.compactMap(\.intValue) }
      .filter { $0.count == 4 }
    let bars = columns.prefix(10).map { StackedBars.Bar("column \($0[0])", Array($0[1...])) }
    let chart = StackedBars(bars, parts: Self.kinds.map { .init($0.name, $0.color) }, unit: "cell").svg
    if chart != .empty { body += .figure(chart, caption: "The columns with the most such cells, by kind.") }
    let table = Table(
      ["Column", .number("NaN"), .number("+Inf"), .number("−Inf")],
      rows: columns.map { $0.map { Markup($0.grouped) } }
    ).markup
    return body + (columns.count > bars.count ? .fold("The worst \(columns.count) columns as a table", table) : .empty)
  }

  private var treatment: String {
    switch cleaning {
    case "mask": "They were left out of the means they would have entered."
    case "zero": "They were set to 0 before the mean."
    case "seed": "After the mean, NaN became 0, +Inf 1 and −Inf −1, clipped to ±1000."
    default: ""
    }
  }

  // MARK: Scaling

  private var scaling: Markup {
    let columns = record["before"]?["columns"]?.elements?.compactMap(\.intValue) ?? []
    let strips = QuantileStrips(
      names: columns.map { "column \($0)" }, before: Self.strips(record["before"]), after: Self.strips(record["after"]))
    let svg = strips.svg
    if svg == .empty { return .empty }
    let rows =
      record["before"]?["rows"]?.intValue.map { "\($0.grouped) train rows, evenly spaced; " } ?? "Train rows of "
    return .heading("What scaling did")
      + .figure(
        svg,
        caption: """
          \(rows)\(columns.count) columns. Line: minimum to maximum; box: the middle half; thick line: the median. The \
          axes are linear around 0 and logarithmic beyond ±1; scaling puts each median at 0 and makes most boxes 1 wide.
          """)
  }

  private static func strips(_ side: JSONValue?) -> [QuantileStrips.Strip?] {
    (side?["quantiles"]?.elements ?? []).map { QuantileStrips.Strip($0.elements?.compactMap(\.doubleValue) ?? []) }
  }

  private var constantColumns: Markup {
    let columns = record["constant_columns"]?.elements?.compactMap(\.intValue) ?? []
    var body = Markup.empty
    if !columns.isEmpty {
      let list = Markup.group(columns.map { .code(String($0)) }, separator: " ")
      body += .fold(
        Markup("\(columns.count.grouped) of \(width.grouped) columns have no spread on train; they were divided by 1"),
        .element("p", ["class": "ids"], list))
    }
    if let replaced = record["seed_replaced_cells"]?.intValue, replaced > 0 {
      let text = """
        \(replaced.grouped) means met a NaN or infinite cell and were set to one of the constants 0, 1 and −1. Such a mean \
        says where bad cells were, not what was measured; --clean mask avoids this.
        """
      body += .paragraph(Markup(text))
    }
    return body
  }
}
