package import Text

/// Named counts that are summed over blocks: `words.used`, `visual.missing_rows`, …
package struct Tally: Hashable, Sendable {
  package private(set) var counts: [String: Int] = [:]

  /// The count under a name; 0 when nothing was counted.
  package subscript(name: String) -> Int { counts[name] ?? 0 }

  /// Adds to a count.
  package mutating func add(_ amount: Int, to name: String) {
    if amount != 0 { counts[name, default: 0] += amount }
  }

  /// Adds all counts of another tally.
  package mutating func add(_ other: Tally) {
    counts.merge(other.counts, uniquingKeysWith: +)
  }

  /// The counts as a JSON object.
  package var json: JSONValue { .object(counts.mapValues { .integer($0) }) }

  package init() {}

  /// Reads what `json` wrote; nil when it is something else.
  package init?(json: JSONValue) {
    guard let members = json.members else { return nil }
    for (name, value) in members {
      guard let count = value.count else { return nil }
      counts[name] = count
    }
  }
}
