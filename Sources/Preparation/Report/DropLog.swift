import Corpora
import Text

/// What was left out and why, with the ids.
struct DropLog: Hashable, Sendable {
  private(set) var ids: [DropReason: [String]] = [:]

  /// Records that `id` was left out.
  mutating func add(_ id: String, _ reason: DropReason) { ids[reason, default: []].append(id) }

  /// Appends all records of another log.
  mutating func add(_ other: DropLog) { ids.merge(other.ids, uniquingKeysWith: +) }

  /// How many were left out for a reason.
  func count(_ reason: DropReason) -> Int { ids[reason]?.count ?? 0 }

  /// What was left out, in the order of `DropReason`, with at most `limit` ids each.
  func entries(limit: Int = .max) -> [LeftOut] {
    DropReason.allCases.compactMap { reason in
      guard let ids = ids[reason], !ids.isEmpty else { return nil }
      return LeftOut(reason: reason.rawValue, count: ids.count, ids: Array(ids.prefix(limit)))
    }
  }

  /// The same as a list of `{reason, count, ids}`.
  func json(limit: Int = .max) -> JSONValue { .array(entries(limit: limit).map(\.json)) }

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

/// What was left out for one reason.
public struct LeftOut: Hashable, Sendable {
  /// The reason, as a clause.
  public let reason: String
  /// How many were left out.
  public let count: Int
  /// Some of their ids; none if they have no ids.
  public let ids: [String]

  init(reason: String, count: Int, ids: [String] = []) {
    self.reason = reason
    self.count = count
    self.ids = ids
  }

  /// Reads what `json` wrote, or something like it.
  init(json: JSONValue) {
    reason = json["reason"]?.text ?? ""
    count = json["count"]?.count ?? 0
    ids = json["ids"]?.elements?.compactMap(\.text) ?? []
  }

  /// `{reason, count}`, and `ids` where there are any.
  var json: JSONValue {
    var members: [String: JSONValue] = ["reason": .string(reason), "count": .integer(count)]
    if !ids.isEmpty { members["ids"] = .array(ids.map { .string($0) }) }
    return .object(members)
  }
}
