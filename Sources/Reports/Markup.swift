import Drawing

/// A piece of HTML or SVG.
///
/// Text is always escaped, so a name from a hostile file stays text.
public struct Markup: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// The source, safe to put into a page.
  public private(set) var source: String

  /// Nothing.
  public static let empty = Markup(source: "")

  /// Text; everything that means something in HTML is escaped.
  public init(_ text: String) { source = MarkupText.escaped(text) }

  /// Text, escaped as in `init(_:)`.
  public init(stringLiteral value: String) { self.init(value) }

  /// Source that is safe as it is, because this code made it.
  init(source: String) { self.source = source }

  /// An element, e.g. `.element("td", ["class": "number"], "17")`. Attributes are in the order given.
  public static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: Markup...
  ) -> Markup {
    element(name, attributes, children)
  }

  /// An element with a list of children.
  public static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup]
  ) -> Markup {
    let written = attributes.map { " \($0.key)=\"\(MarkupText.escaped($0.value))\"" }.joined()
    return Markup(source: "<\(name)\(written)>" + children.map(\.source).joined() + "</\(name)>")
  }

  /// Pieces, concatenated.
  public static func group(_ pieces: [Markup], separator: String = "") -> Markup {
    Markup(source: pieces.map(\.source).joined(separator: MarkupText.escaped(separator)))
  }

  /// Two pieces, concatenated.
  public static func + (first: Markup, second: Markup) -> Markup {
    Markup(source: first.source + second.source)
  }

  /// Appends a piece.
  public static func += (first: inout Markup, second: Markup) { first.source += second.source }

  /// The project's own stylesheet, which holds no text from outside.
  static let style = Markup(source: "<style>\n\(Stylesheet.rules)\n</style>")

  /// A whole document around `head` and `body`.
  static func document(head: Markup, body: Markup) -> Markup {
    Markup(
      source:
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n\(head.source)\n</head>\n<body>\n\(body.source)\n</body>\n</html>\n"
    )
  }

  /// An element without content or end tag, e.g. `<meta …>`.
  static func void(_ name: String, _ attributes: KeyValuePairs<String, String>) -> Markup {
    Markup(source: "<\(name)" + attributes.map { " \($0.key)=\"\(MarkupText.escaped($0.value))\"" }.joined() + ">")
  }

  /// A line break in the source, so that a page can be read and compared line by line.
  public static let newline = Markup(source: "\n")
}
