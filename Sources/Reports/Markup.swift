import Storage

/// A piece of HTML or SVG.
///
/// Text gets in only escaped, so a name from a hostile file stays text.
public struct Markup: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// The source, safe to put into a page.
  public private(set) var source: String

  /// Nothing.
  public static let empty = Markup(source: "")

  /// Text; everything that means something in HTML is escaped.
  public init(_ text: String) { source = Self.escaped(text) }

  /// Text, escaped as in `init(_:)`.
  public init(stringLiteral value: String) { self.init(value) }

  private init(source: String) { self.source = source }

  /// An element, e.g. `.element("td", ["class": "number"], "17")`. Attributes stand in the order given.
  public static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: Markup...
  ) -> Markup {
    element(name, attributes, children)
  }

  /// An element with a list of children.
  public static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup]
  ) -> Markup {
    let written = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    return Markup(source: "<\(name)\(written)>" + children.map(\.source).joined() + "</\(name)>")
  }

  /// Pieces one after the other.
  public static func group(_ pieces: [Markup], separator: String = "") -> Markup {
    Markup(source: pieces.map(\.source).joined(separator: escaped(separator)))
  }

  /// Two pieces one after the other.
  public static func + (first: Markup, second: Markup) -> Markup {
    Markup(source: first.source + second.source)
  }

  /// Appends a piece.
  public static func += (first: inout Markup, second: Markup) { first.source += second.source }

  /// Style rules of this code, which hold no text of anybody else's.
  static func style(_ rules: StaticString) -> Markup {
    Markup(source: "<style>\n\(rules)\n</style>")
  }

  /// A whole document around `head` and `body`.
  static func document(head: Markup, body: Markup) -> Markup {
    Markup(
      source:
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n\(head.source)\n</head>\n<body>\n\(body.source)\n</body>\n</html>\n"
    )
  }

  /// An element without content or end tag, e.g. `<meta …>`.
  static func void(_ name: String, _ attributes: KeyValuePairs<String, String>) -> Markup {
    Markup(source: "<\(name)" + attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined() + ">")
  }

  /// A line break in the source, so that a page can be read and compared line by line.
  static let newline = Markup(source: "\n")

  /// Control characters are not allowed in HTML at all, and characters that turn the direction of text could make a name
  /// read as another (`PrintableText`): all become U+FFFD.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where PrintableText.isHarmful(scalar): result.unicodeScalars.append("\u{fffd}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
