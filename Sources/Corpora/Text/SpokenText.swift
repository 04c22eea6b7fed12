/// The words in a line of a transcript.
///
/// Text in brackets is a note about the sound, not a word, with or without blanks inside, even directly attached to
/// punctuation or a word: `[LAUGHTER].`, `so[BREATHING]`, `[LIPSMACK BREATHING]`, `<sil>`, `++NOISE++`. A bracket that
/// is never closed, or never opened, makes a note of its own token only.
enum SpokenText {
  /// The words without the punctuation around them; inner apostrophes and hyphens stay.
  static func words(in text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var words: [String] = []
    var token = String.UnicodeScalarView()
    func endToken() {
      if !isFiller(token), let word = word(token) { words.append(word) }
      token.removeAll()
    }
    var next = 0
    while next < scalars.count {
      switch scalars[next] {
      case "[", "<":
        endToken()
        next = endOfNote(scalars, from: next)
        continue
      case "]": token.removeAll()
      case let scalar where scalar.properties.isWhitespace: endToken()
      case let scalar: token.append(scalar)
      }
      next += 1
    }
    endToken()
    return words
  }

  /// Where reading continues after the note that begins at `start`.
  private static func endOfNote(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
    let isSquare = scalars[start] == "["
    for place in (start + 1)..<max(start + 1, scalars.count) {
      let scalar = scalars[place]
      if scalar == (isSquare ? "]" : ">") { return place + 1 }
      // An angle bracket may be a less-than sign; only notes in square brackets contain blanks.
      if scalar == "[" || scalar == "<" || (!isSquare && scalar.properties.isWhitespace) { break }
    }
    return scalars[start...].firstIndex { $0.properties.isWhitespace } ?? scalars.count
  }

  /// Whether it is one of Sphinx's fillers, `++LAUGHTER++`.
  private static func isFiller(_ token: String.UnicodeScalarView) -> Bool { token.starts(with: "++".unicodeScalars) }

  /// A token without leading and trailing characters other than letters and digits; nil if nothing is left.
  private static func word(_ token: String.UnicodeScalarView) -> String? {
    guard let first = token.firstIndex(where: isOfWord), let last = token.lastIndex(where: isOfWord) else { return nil }
    return String(token[first...last])
  }

  /// Letters, digits, and the marks of letters.
  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark: true
    default: properties.isAlphabetic || properties.numericType != nil
    }
  }
}
