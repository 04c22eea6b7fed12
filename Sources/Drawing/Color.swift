/// A colour by its parts from 0 to 1.
public struct Color: Hashable, Sendable {
  let red: Double
  let green: Double
  let blue: Double
  let alpha: Double

  /// A colour from its six digits, e.g. `0x0072B2`.
  public init(_ digits: Int, alpha: Double = 1) {
    red = Double(digits >> 16 & 0xff) / 255
    green = Double(digits >> 8 & 0xff) / 255
    blue = Double(digits & 0xff) / 255
    self.alpha = alpha
  }

  /// The same colour, more or less transparent.
  public func opacity(_ alpha: Double) -> Color {
    Color(Int(red * 255) << 16 | Int(green * 255) << 8 | Int(blue * 255), alpha: alpha)
  }

  public static let white = Color(0xffffff)
  /// Text and axes.
  public static let ink = Color(0x22272e)
  /// What should stand back: grid lines, notes.
  public static let faint = Color(0xd8dde3)
  /// Secondary text.
  public static let muted = Color(0x667080)

  // Okabe and Ito's palette keeps apart for colour-blind readers.
  public static let blue = Color(0x0072B2)
  public static let vermilion = Color(0xD55E00)
  public static let green = Color(0x009E73)
  public static let purple = Color(0xCC79A7)
}
