import Samples

/// Times as lists write them.
enum ListTime {
  /// Seconds of `12.5`, `14:38.127` or `00:14:38,127`; nil for anything else.
  static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard 1...3 ~= parts.count else { return nil }
    var seconds = 0.0
    for part in parts.dropLast() {
      guard !part.isEmpty, part.utf8.count <= 6, let whole = UInt(part) else { return nil }
      seconds = seconds * 60 + Double(whole)
    }
    guard let last = parts.last, last.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: " ") }),
      let rest = Double(last.utf8.contains(UInt8(ascii: ",")) ? last.replacing(",", with: ".") : last),
      rest.isFinite, rest >= 0
    else { return nil }
    return seconds * 60 + rest
  }

  /// An interval; nil where a time is missing, unreadable, or the end lies before the start.
  static func interval(from start: String?, to end: String?) -> Interval? {
    guard let start = start.flatMap(seconds), let end = end.flatMap(seconds), start <= end else { return nil }
    return Interval(start: start, end: end)
  }
}
