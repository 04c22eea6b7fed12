import Text

/// The members of an object in a statement. A member of the wrong type, or with a key that is not published, is refused with
/// its key.
struct StatementMembers {
  private let members: [String: JSONValue]
  private let path: String
  private let place: String
  private let keys: [String]

  /// - Parameters:
  ///   - path: the statement.
  ///   - place: the object's place in it; empty for the whole.
  ///   - keys: the published ones.
  /// - Throws: `DataError` 65 if it is no object.
  init(_ json: JSONValue?, of path: String, at place: String, keys: [String]) throws {
    guard let members = json?.members else {
      throw Self.wrong(path, place, json.finding, expected: "an object with \(keys.joined(separator: ", "))")
    }
    (self.members, self.path, self.place, self.keys) = (members, path, place, keys)
  }

  /// Makes sure that there is no other key.
  func requireKnownKeys() throws {
    if let other = members.keys.sorted().first(where: { !keys.contains($0) }) {
      throw wrong(other, found: "is no key of the published schema", expected: keys.joined(separator: ", "))
    }
  }

  subscript(key: String) -> JSONValue? { members[key] }

  /// The text under an optional key.
  func text(_ key: String) throws -> String? {
    guard let value = members[key] else { return nil }
    guard let text = value.text else { throw wrong(key, expected: "a string") }
    return text
  }

  /// The texts under an optional key.
  func texts(_ key: String) throws -> [String]? {
    guard let value = members[key] else { return nil }
    guard let elements = value.elements else { throw wrong(key, expected: "an array of strings") }
    return try elements.map { element in
      guard let text = element.text else {
        throw wrong(key, found: Optional(element).finding, expected: "an array of strings")
      }
      return text
    }
  }

  /// The object under an optional key.
  func object(_ key: String) throws -> [String: JSONValue]? {
    guard let value = members[key] else { return nil }
    guard let object = value.members else { throw wrong(key, expected: "an object") }
    return object
  }

  /// The refusal of a member.
  ///
  /// - Parameter found: what is wrong with it; nil to show it.
  func wrong(_ key: String, found: String? = nil, expected: String) -> DataError {
    Self.wrong(path, place.isEmpty ? key : "\(place).\(key)", found ?? members[key].finding, expected: expected)
  }

  private static func wrong(_ path: String, _ place: String, _ found: String, expected: String) -> DataError {
    DataError(
      .badData, file: path, place: place.isEmpty ? nil : place, found, expected: expected,
      advice: "Give the \(Statement.name) that msa-audit wrote.")
  }
}
