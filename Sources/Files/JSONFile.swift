public import Text

extension JSONValue {
  /// Reads and parses a JSON file of at most `limit` bytes.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is too large or malformed.
  public init(contentsOf path: String, limit: Int = 1 << 30) throws {
    let bytes = try InputFile.contents(of: path, limit: limit)
    do {
      try self.init(parsing: bytes)
    } catch {
      throw DataError(.badData, file: path, error.description, expected: "one JSON document")
    }
  }
}
