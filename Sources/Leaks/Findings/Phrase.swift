package import Samples
package import Text

/// How findings put counts and lists into words.
package enum Phrase {
  /// The number of names that a sentence shows before it counts the rest.
  package static let shownCount = 3
  /// The number of items kept in a finding's facts: enough to act on, yet readable if everything leaks.
  package static let keptCount = 100

  /// `1 group`, `1,204 groups`.
  package static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    number.counted(noun, plural: plural)
  }

  /// `a, b, c and 9 more`; `separator` for items that hold commas themselves.
  package static func list(_ names: [String], limit: Int = shownCount, separator: String = ", ") -> String {
    if names.count <= limit { return names.joined(separator: separator) }
    return names[..<limit].joined(separator: separator) + " and \((names.count - limit).grouped) more"
  }

  /// `train and test`, in the order of splits.
  package static func splits(_ splits: Set<Split>) -> String {
    let names = Split.allCases.filter(splits.contains).map(\.rawValue)
    guard names.count > 1, let last = names.last else { return names.first ?? "no split" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Returns a sentence without its full stop, so that it can be continued.
  package static func clause(_ sentence: String) -> String {
    sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }

  /// `6.29–8.24 s`.
  package static func interval(_ interval: Interval) -> String {
    "\(interval.start.fixed(2))–\(interval.end.fixed(2)) s"
  }
}

extension JSONValue {
  /// Returns an interval as a pair of seconds.
  package static func interval(_ interval: Interval) -> JSONValue { [.number(interval.start), .number(interval.end)] }

  /// Returns names as an array, truncated to what reports keep.
  package static func names(_ names: [String]) -> JSONValue {
    .array(names.prefix(Phrase.keptCount).map { .string($0) })
  }
}
