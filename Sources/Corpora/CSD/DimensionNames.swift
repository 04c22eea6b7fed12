import Text

/// The names of a sequence's columns, in any spelling used in its metadata.
///
/// Known spellings: a JSON list; the same as a text inside JSON (once or several times); a Python list, tuple or NumPy
/// array as `repr` prints it; names separated by commas, semicolons, bars, tabs or line feeds; one text per name; lists
/// in lists; an object of names and positions.
struct DimensionNames {
  /// As many columns as the sequence has; decides between spellings that could be read in two ways.
  private let width: Int

  /// Levels of lists and of texts in texts: the SDK's own files have one or two.
  private static let depthLimit = 8
  /// Bytes of a text that is looked into; 713 names of features have 10,000.
  private static let byteLimit = 1 << 20

  init(width: Int) { self.width = width }

  /// The names in metadata, with runs of blanks collapsed; empty if there are none.
  func names(in value: JSONValue) -> [String] {
    let names = texts(in: value, depth: 0).map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    // The whole list repeated: two writers appended it.
    if names.count == 2 * width, names.prefix(width) == names.suffix(width) { return Array(names.prefix(width)) }
    return names
  }

  private func texts(in value: JSONValue, depth: Int) -> [String] {
    if depth > Self.depthLimit { return [] }
    switch value {
    case .string(let text): return texts(in: text, depth: depth)
    case .array(let elements):
      // A list of one text may hold all names; in a longer one a comma belongs to its name.
      if elements.count == 1 { return texts(in: elements[0], depth: depth + 1) }
      return elements.flatMap { element -> [String] in
        guard let text = element.text else { return texts(in: element, depth: depth + 1) }
        return name(text).map { [$0] } ?? texts(in: text, depth: depth + 1)
      }
    case .object(let members): return texts(in: members, depth: depth)
    case .null, .bool, .integer, .number: return []
    }
  }

  /// `{"names": […]}`, `{"sentiment": 0, …}` or `{"0": "sentiment", …}`.
  private func texts(in members: [String: JSONValue], depth: Int) -> [String] {
    if let list = ["dimension names", "names", "columns"].lazy.compactMap({ members[$0] }).first {
      return texts(in: list, depth: depth + 1)
    }
    if members.count == 1, let value = members.values.first, value.text == nil || width == 1 {
      let inner = texts(in: value, depth: depth + 1)
      if !inner.isEmpty { return inner }
    }
    let numbered = members.compactMap { key, value in
      value.intValue.map { ($0, key) } ?? Int(key).map { ($0, value.text ?? "") }
    }
    .sorted { $0.0 < $1.0 }
    let isWhole = numbered.count == members.count && zip(numbered, numbered.dropFirst()).allSatisfy { $0.0 < $1.0 }
    return isWhole ? numbered.map(\.1) : []
  }

  /// The names in one text.
  private func texts(in text: String, depth: Int) -> [String] {
    if text.utf8.count > Self.byteLimit || depth > Self.depthLimit { return [] }
    if let inner = Self.json(text) { return texts(in: inner, depth: depth + 1) }
    if let inner = Self.withoutByteQuotes(text) { return texts(in: inner, depth: depth + 1) }
    let quoted = Self.quotedTexts(in: text)
    if quoted.count > 1 || quoted.count == 1 && Self.isList(text) { return quoted }
    let bare = Self.isList(text) ? Self.withoutBrackets(text) : text
    let lists = Self.separators.map { separator in
      bare.split(separator: separator, omittingEmptySubsequences: false).map { Self.trimmed($0) }
    }
    let words = bare.split(whereSeparator: \.isWhitespace).map(String.init)
    return (lists + [words]).first { $0.count == width && width > 1 } ?? lists.first { $0.count > 1 }
      ?? (bare.allSatisfy(\.isWhitespace) ? [] : [Self.trimmed(Substring(bare))])
  }

  /// The contents of Python's `str` of bytes, `b'…'`; nil for any other text.
  private static func withoutByteQuotes(_ text: String) -> String? {
    let text = trimmed(Substring(text))
    guard text.count > 3, text.hasPrefix("b"), let quote = text.dropFirst().first, quote == "'" || quote == "\"",
      text.last == quote
    else { return nil }
    let inner = text.dropFirst(2).dropLast()
    return isList(String(inner)) ? String(inner) : nil
  }

  private static let separators: [Character] = [",", ";", "|", "\t", "\n", "\r\n"]

  /// A text that is one name, without quotes around it; nil if it is again a list or JSON.
  private func name(_ text: String) -> String? {
    if let inner = Self.json(text) { return inner.text.flatMap(name) }
    if Self.isList(text) { return nil }
    let quoted = Self.quotedTexts(in: text)
    let isQuoted = text.first.map { "'\"bu".contains($0) } ?? false
    return quoted.count == 1 && isQuoted && Self.quote(endsIn: text) ? quoted[0] : text
  }

  /// JSON other than a number: `1` may be the name of a column.
  private static func json(_ text: String) -> JSONValue? {
    guard let first = text.first(where: { !$0.isWhitespace }), "[{\"".contains(first) else { return nil }
    do { return try JSONValue(parsing: text) } catch { return nil }
  }

  /// Whether the text has the brackets of a list around it, as Python or NumPy print it.
  private static func isList(_ text: String) -> Bool {
    let text = trimmed(Substring(text))
    let isPair = text.hasPrefix("[") && text.hasSuffix("]") || text.hasPrefix("(") && text.hasSuffix(")")
    return isPair || text.hasPrefix("{") && text.hasSuffix("}")
      || ["array(", "Index(", "list(", "tuple(", "dict_keys("].contains(where: text.hasPrefix)
  }

  private static func withoutBrackets(_ text: String) -> String {
    trimmed(Substring(text.filter { !"[](){}".contains($0) }))
  }

  private static func quote(endsIn text: String) -> Bool { text.last == "'" || text.last == "\"" }

  private static func trimmed(_ text: Substring) -> String {
    // A byte order mark may come first.
    guard let first = text.firstIndex(where: { !$0.isWhitespace && $0 != "\u{feff}" }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }

  /// The text between quotes of one kind, up to a `dtype=` that NumPy and pandas print after their values.
  private static func quotedTexts(in text: String) -> [String] {
    var found: [String] = []
    var rest = Substring(text)
    while let start = rest.firstIndex(where: { $0 == "'" || $0 == "\"" }) {
      if rest[..<start].contains("dtype") { break }
      let body = rest[rest.index(after: start)...]
      guard let end = body.firstIndex(of: rest[start]) else { break }
      found.append(String(body[..<end]))
      rest = body[body.index(after: end)...]
    }
    return found
  }
}
