import Storage

/// The pieces that charts are drawn from. Lengths are in user units; y points down.
struct Drawing {
  /// The width of every chart, in user units: about the width of the text on a screen.
  static let width = 880.0

  private let height: Double
  private let label: String
  private var pieces: [Markup] = []

  /// - Parameter label: what the chart shows, for people who hear the page.
  init(height: Double, label: String) {
    self.height = height
    self.label = label
  }

  var markup: Markup {
    .element(
      "svg",
      [
        "class": "chart", "viewBox": "0 0 \(Self.number(Self.width)) \(Self.number(height))", "role": "img",
        "aria-label": label,
      ], pieces.map { .newline + $0 })
  }

  mutating func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double), _ style: String) {
    pieces.append(
      .element(
        "line",
        [
          "class": style, "x1": Self.number(start.x), "y1": Self.number(start.y), "x2": Self.number(end.x),
          "y2": Self.number(end.y),
        ]))
  }

  /// - Parameter tip: shown when the pointer rests on the rectangle.
  mutating func rectangle(x: Double, y: Double, width: Double, height: Double, _ style: String, tip: String) {
    pieces.append(
      .element(
        "rect",
        [
          "class": style, "x": Self.number(x), "y": Self.number(y), "width": Self.number(width),
          "height": Self.number(height),
        ], .element("title", [:], Markup(tip))))
  }

  /// A rectangle that is the stronger the nearer `share` is to 1; 0 leaves the paper as it is.
  mutating func cell(x: Double, y: Double, width: Double, height: Double, _ style: String, share: Double) {
    pieces.append(
      .element(
        "rect",
        [
          "class": style, "x": Self.number(x), "y": Self.number(y), "width": Self.number(width),
          "height": Self.number(height), "fill-opacity": Self.number(min(1, max(0, share))),
        ]))
  }

  /// Text whose baseline is at `y`; `style` may hold `end` or `middle` for where `x` is.
  mutating func text(_ text: String, x: Double, y: Double, _ style: String = "") {
    let position: KeyValuePairs =
      style.isEmpty
      ? ["x": Self.number(x), "y": Self.number(y)]
      : ["class": style, "x": Self.number(x), "y": Self.number(y)]
    pieces.append(.element("text", position, Markup(text)))
  }

  /// Two decimals are finer than any screen.
  private static func number(_ value: Double) -> String {
    let text = value.fixed(2)
    if text.hasSuffix(".00") { return String(text.dropLast(3)) }
    return text.hasSuffix("0") ? String(text.dropLast()) : text
  }
}
