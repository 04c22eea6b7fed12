import Storage

/// Text inside HTML and SVG.
public enum MarkupText {
  /// The text with everything escaped that means something in HTML or SVG.
  ///
  /// Control characters are not allowed there at all, and characters that turn the direction of text could make a name
  /// read as another (`PrintableText`): all become U+FFFD.
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
