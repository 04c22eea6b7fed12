import Storage

/// Named counts that are added up over blocks: `words.used`, `visual.missing_rows`, …
struct Tally: Hashable, Sendable {
  private(set) var counts: [String: Int] = [:]

  /// The count under a name; 0 when nothing was counted.
  subscript(name: String) -> Int { counts[name] ?? 0 }

  /// Adds to a count.
  mutating func add(_ amount: Int, to name: String) {
    if amount != 0 { counts[name, default: 0] += amount }
  }

  /// Adds all counts of another tally.
  mutating func add(_ other: Tally) {
    counts.merge(other.counts, uniquingKeysWith: +)
  }

  /// The counts as a JSON object.
  var json: JSONValue { .object(counts.mapValues { .integer($0) }) }

  init() {}

  /// Reads what `json` wrote; nil when it is something else.
  init?(json: JSONValue) {
    guard let members = json.members else { return nil }
    for (name, value) in members {
      guard let count = value.count else { return nil }
      counts[name] = count
    }
  }
}

/// What was left out and why, with the ids.
struct DropLog: Hashable, Sendable {
  private(set) var ids: [DropReason: [String]] = [:]

  /// Notes that `id` was left out.
  mutating func add(_ id: String, _ reason: DropReason) { ids[reason, default: []].append(id) }

  /// Appends all notes of another log.
  mutating func add(_ other: DropLog) { ids.merge(other.ids, uniquingKeysWith: +) }

  /// How many were left out for a reason.
  func count(_ reason: DropReason) -> Int { ids[reason]?.count ?? 0 }

  /// A list of `{reason, count, ids}`, in the order of `DropReason`, with at most `limit` ids each.
  func json(limit: Int = .max) -> JSONValue {
    .array(
      DropReason.allCases.compactMap { reason in
        guard let ids = ids[reason], !ids.isEmpty else { return nil }
        return [
          "reason": .string(reason.rawValue), "count": .integer(ids.count),
          "ids": .array(ids.prefix(limit).map { .string($0) }),
        ]
      })
  }

  init() {}

  /// Reads what `json()` wrote; nil when it is something else.
  init?(json: JSONValue) {
    guard let list = json.elements else { return nil }
    for item in list {
      guard let reason = item["reason"]?.text.flatMap(DropReason.init), let names = item["ids"]?.elements else {
        return nil
      }
      ids[reason] = names.compactMap(\.text)
      if ids[reason]?.count != names.count { return nil }
    }
  }
}
