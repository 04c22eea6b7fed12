import Storage

extension FoldFile {
  /// The lists of a JSON object, sorted by key.
  static func jsonLists(in bytes: [UInt8]) throws -> [NamedList] {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch {
      throw DataError(.badData, error.description, expected: "one JSON object with the keys train, valid and test")
    }
    // `groups(in:)` comes here only for text that starts with a brace.
    let members = (document.members ?? [:]).sortedByBytes(\.key)
    return try members.map { key, value in
      guard let elements = value.elements ?? value["groups"]?.elements else {
        throw DataError(.badData, place: key, "is no list", expected: "a list of ids in quotes")
      }
      let ids = try elements.map { element in
        guard let id = element.text else {
          throw DataError(
            .badData, place: key, "holds \(element.canonicalText)", expected: "ids in quotes",
            advice: "Put each id in quotes, numbers too.")
        }
        return id
      }
      return NamedList(name: key, place: nil, ids: ids)
    }
  }
}
