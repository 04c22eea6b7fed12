/// A colour of charts: on paper, on a dark screen, and by name in the pages' stylesheet.
///
/// The colours of series can be told apart with any kind of colour blindness, in light and dark mode; every series is
/// also named in words where it is drawn.
public struct Color: Hashable, Sendable {
  /// Its name in the stylesheet.
  public let name: String
  /// Red, green and blue on light paper, e.g. `0x0072B2`.
  public let light: Int
  /// The same on a dark screen.
  public let dark: Int
  /// From 0, invisible, to 1.
  public private(set) var alpha = 1.0

  private init(_ name: String, light: Int, dark: Int) {
    self.name = name
    self.light = light
    self.dark = dark
  }

  /// The same colour, more or less transparent; `alpha` is clamped to 0…1.
  public func opacity(_ alpha: Double) -> Color {
    var color = self
    color.alpha = min(1, max(0, alpha))
    return color
  }

  /// The digits of a colour in CSS and SVG: `#0072b2`.
  public static func digits(_ value: Int) -> String {
    let text = String(value, radix: 16)
    return "#" + String(repeating: "0", count: max(0, 6 - text.count)) + text
  }

  /// The background.
  public static let paper = Color("paper", light: 0xffffff, dark: 0x14181d)
  /// Text on coloured areas.
  public static let white = Color("white", light: 0xffffff, dark: 0xffffff)
  /// Text.
  public static let ink = Color("ink", light: 0x1b1f24, dark: 0xe6e9ec)
  /// Axes, ticks and secondary text.
  public static let soft = Color("soft", light: 0x59636e, dark: 0xa3adb8)
  /// For the background: grid lines.
  public static let faint = Color("faint", light: 0xd9dee3, dark: 0x37404a)
  /// The first series.
  public static let blue = Color("blue", light: 0x2166ac, dark: 0x64a8e8)
  /// The second series.
  public static let orange = Color("orange", light: 0xe08214, dark: 0xf4a742)
  /// The third series.
  public static let green = Color("green", light: 0x1a9076, dark: 0x43c7a6)
  /// The fourth series.
  public static let purple = Color("purple", light: 0x7b5bb0, dark: 0xb197e0)
  /// The fifth series.
  public static let red = Color("red", light: 0xd6604d, dark: 0xf08a78)
  /// The sixth series.
  public static let grey = Color("grey", light: 0x6f7b87, dark: 0x9aa6b2)
  /// Areas with an outline in blue.
  public static let pale = Color("pale", light: 0xc6dbef, dark: 0x28425c)

  /// Every colour, for a stylesheet.
  public static let palette = [paper, white, ink, soft, faint, blue, orange, green, purple, red, grey, pale]

  /// The colour of a split, the same in every chart: `train`, `valid` or `test`.
  public static func split(_ name: String) -> Color {
    switch name {
    case "train": .blue
    case "valid": .orange
    case "test": .green
    default: .grey
    }
  }
}
