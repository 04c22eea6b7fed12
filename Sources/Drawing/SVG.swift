import Text

extension Drawing {
  /// The drawing as an element of an HTML page: colours are names for the page's stylesheet (`Color.palette`), so that
  /// they follow light and dark mode.
  public var inlineSVG: String {
    var svg = SVGText(namesColors: true)
    svg.open(
      "svg",
      [
        ("class", "chart"), ("viewBox", viewBox), ("width", SVGText.number(width)), ("role", "img"),
        ("aria-label", label),
      ])
    for mark in marks { svg.add(mark) }
    svg.close("svg")
    return svg.text
  }

  /// The drawing as an SVG file of its own, on white paper.
  public var svg: String {
    var svg = SVGText(namesColors: false)
    svg.open(
      "svg",
      [
        ("xmlns", "http://www.w3.org/2000/svg"), ("width", SVGText.number(width) + "pt"),
        ("height", SVGText.number(height) + "pt"), ("viewBox", viewBox), ("role", "img"), ("aria-label", label),
        ("font-family", "DejaVu Sans, Verdana, sans-serif"), ("font-size", "12"),
      ])
    svg.add(.rectangle(Rectangle(x: 0, y: 0, width: width, height: height), radius: 0, .paper, tip: nil))
    for mark in marks { svg.add(mark) }
    svg.close("svg")
    return svg.text + "\n"
  }

  private var viewBox: String { "0 0 \(SVGText.number(width)) \(SVGText.number(height))" }
}

/// SVG as it is written, one mark per line.
private struct SVGText {
  private(set) var text = ""
  /// Whether colours are class names; else they are digits.
  let namesColors: Bool

  init(namesColors: Bool) { self.namesColors = namesColors }

  mutating func open(_ name: String, _ attributes: [(String, String)], isEmpty: Bool = false) {
    text += "<" + name
    for (key, value) in attributes { text += " \(key)=\"\(MarkupText.escaped(value))\"" }
    text += isEmpty ? "/>" : ">"
  }

  mutating func close(_ name: String) { text += "</\(name)>" }

  mutating func add(_ mark: Drawing.Mark) {
    text += "\n"
    switch mark {
    case .line(let points, let width, let dash, let color):
      add("polyline", [("points", Self.points(points))] + stroke(color, width, dash))
    case .polygon(let points, let color):
      add("polygon", [("points", Self.points(points))] + fill(color))
    case .dot(let center, let radius, let color):
      add(
        "circle",
        [("cx", Self.number(center.x)), ("cy", Self.number(center.y)), ("r", Self.number(radius))] + fill(color))
    case .rectangle(let rectangle, let radius, let color, let tip):
      add("rect", Self.frame(rectangle, radius) + fill(color), tip: tip)
    case .outline(let rectangle, let radius, let width, let color):
      add("rect", Self.frame(rectangle, radius) + stroke(color, width, []))
    case .text(let words, let place, let style, let color):
      open("text", Self.placed(place, style) + Self.lettered(style) + fill(color))
      text += MarkupText.escaped(words)
      close("text")
    }
  }

  private mutating func add(_ name: String, _ attributes: [(String, String)], tip: String? = nil) {
    open(name, attributes, isEmpty: tip == nil)
    guard let tip else { return }
    open("title", [])
    text += MarkupText.escaped(tip)
    close("title")
    close(name)
  }

  private func fill(_ color: Color) -> [(String, String)] {
    let opacity = color.alpha < 1 ? [("fill-opacity", Self.number(color.alpha))] : []
    return [namesColors ? ("class", color.name) : ("fill", Color.digits(color.light))] + opacity
  }

  private func stroke(_ color: Color, _ width: Double, _ dash: [Double]) -> [(String, String)] {
    var attributes =
      namesColors ? [("class", "stroke " + color.name)] : [("fill", "none"), ("stroke", Color.digits(color.light))]
    if color.alpha < 1 { attributes.append(("stroke-opacity", Self.number(color.alpha))) }
    if width != 1 { attributes.append(("stroke-width", Self.number(width))) }
    if !dash.isEmpty { attributes.append(("stroke-dasharray", dash.map(Self.number).joined(separator: " "))) }
    return attributes
  }

  private static func placed(_ place: Drawing.Point, _ style: Drawing.TextStyle) -> [(String, String)] {
    let (x, y) = (number(place.x), number(place.y))
    return [("x", x), ("y", y)] + (style.isUpright ? [("transform", "rotate(-90 \(x) \(y))")] : [])
  }

  private static func lettered(_ style: Drawing.TextStyle) -> [(String, String)] {
    var attributes: [(String, String)] = []
    if style.size != 12 { attributes.append(("font-size", number(style.size))) }
    if style.isBold { attributes.append(("font-weight", "600")) }
    if style.anchor != .start { attributes.append(("text-anchor", style.anchor.rawValue)) }
    if style.hasRim {
      attributes += [
        ("paint-order", "stroke"), ("stroke", "#000000"), ("stroke-opacity", "0.45"), ("stroke-width", "2"),
      ]
    }
    return attributes
  }

  private static func frame(_ rectangle: Drawing.Rectangle, _ radius: Double) -> [(String, String)] {
    let place = [
      ("x", number(rectangle.x)), ("y", number(rectangle.y)), ("width", number(rectangle.width)),
      ("height", number(rectangle.height)),
    ]
    return place + (radius > 0 ? [("rx", number(radius))] : [])
  }

  private static func points(_ points: [Drawing.Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  /// Two decimals are finer than any screen.
  static func number(_ value: Double) -> String {
    let text = value.fixed(2)
    if text.hasSuffix(".00") { return String(text.dropLast(3)) }
    return text.hasSuffix("0") ? String(text.dropLast()) : text
  }
}

/// Text inside HTML and SVG.
public enum MarkupText {
  /// The text with everything escaped that means something in HTML or SVG.
  ///
  /// Control characters are not allowed there at all, and characters that change the direction of text could make a
  /// name read as another (`PrintableText`): all become U+FFFD.
  public static func escaped(_ text: String) -> String {
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
