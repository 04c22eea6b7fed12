public import Drawing
import Foundation

/// A table: columns with headings, one row per line.
public struct Table: Sendable {
  /// A heading and the side its cells are aligned to.
  public struct Column: Sendable, ExpressibleByStringLiteral {
    let title: String
    let isNumeric: Bool

    /// A column of numbers, aligned right.
    public static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }

    /// A column of text, aligned left.
    public static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }

    private init(title: String, isNumeric: Bool) {
      self.title = title
      self.isNumeric = isNumeric
    }

    /// A column of text, aligned left.
    public init(stringLiteral value: String) { self.init(title: value, isNumeric: false) }
  }

  private let columns: [Column]
  private let rows: [[Markup]]

  /// A table whose rows have one cell per column.
  public init(_ columns: [Column], rows: [[Markup]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The table; nothing if it has no rows. The first cell of a row is its heading.
  public var markup: Markup {
    if rows.isEmpty { return .empty }
    let headings = columns.map { column -> Markup in
      .element("th", column.isNumeric ? ["scope": "col", "class": "number"] : ["scope": "col"], Markup(column.title))
    }
    let lines = rows.map { row -> Markup in
      let cells = zip(columns, row).enumerated().map { index, pair -> Markup in
        if index == 0 { return .element("th", ["scope": "row"], pair.1) }
        return .element("td", pair.0.isNumeric ? ["class": "number"] : [:], pair.1)
      }
      return .element("tr", [:], cells) + .newline
    }
    return .element(
      "div", ["class": "wide"],
      .element(
        "table", [:], .element("thead", [:], .element("tr", [:], headings)), .newline, .element("tbody", [:], lines)))
      + .newline
  }
}

extension Markup {
  /// A paragraph.
  public static func paragraph(_ content: Markup) -> Markup { .element("p", [:], content) + .newline }

  /// A heading inside a section.
  public static func heading(_ text: String) -> Markup { .element("h3", [:], Markup(text)) + .newline }

  /// A name or command in monospace.
  public static func code(_ text: String) -> Markup { .element("code", [:], Markup(text)) }

  /// Lines to copy.
  public static func listing(_ text: String) -> Markup {
    .element("pre", [:], .element("code", [:], Markup(text))) + .newline
  }

  /// Content that opens when its summary is clicked; open in print.
  public static func fold(_ summary: Markup, _ content: Markup) -> Markup {
    .element("details", [:], .element("summary", [:], summary), content) + .newline
  }

  /// A sentence that something else explains in full: smaller, and in the colour of secondary text.
  public static func note(_ content: Markup) -> Markup { .element("p", ["class": "soft"], content) + .newline }

  /// A box that must not be missed, with a heading that says what it is.
  public static func notice(_ title: String, _ items: [Markup]) -> Markup {
    if items.isEmpty { return .empty }
    let list = items.map { Markup.element("li", [:], $0) + .newline }
    return .element("aside", ["class": "notice"], .element("strong", [:], Markup(title)), .element("ul", [:], list))
      + .newline
  }

  /// The few figures a reader wants first: a value and what it counts.
  public static func figures(_ figures: [(value: String, label: String)]) -> Markup {
    let tiles = figures.map {
      Markup.element("div", [:], .element("b", [:], Markup($0.value)), .element("span", [:], Markup($0.label)))
    }
    return .element("div", ["class": "figures"], tiles) + .newline
  }

  /// A picture inside the page, e.g. of type `image/svg+xml`, with a description for screen readers.
  public static func picture(_ bytes: [UInt8], type: String, description: String) -> Markup {
    .void("img", ["src": "data:\(type);base64," + Data(bytes).base64EncodedString(), "alt": description])
  }

  /// A drawing inside the page.
  public static func chart(_ drawing: Drawing) -> Markup { Markup(source: drawing.inlineSVG) }

  /// A chart with a line of text below it.
  public static func figure(_ chart: Markup, caption: String) -> Markup {
    .element("figure", [:], chart, .newline, .element("figcaption", [:], Markup(caption))) + .newline
  }
}
