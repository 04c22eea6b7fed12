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

  /// Whether a file is a JSON object in which a text begins as it does in the files of one format; anything else is not,
  /// and neither is what does not exist or may not be looked at.
  ///
  /// - Throws: `DataError` 71 or 74 when it cannot be read, which says nothing of what it is.
  package static func isDocument(at path: String, _ key: String, beginningWith mark: String) throws -> Bool {
    guard try NodeKind.at(path) == .file else { return false }
    do {
      return try JSONValue(contentsOf: path)[key]?.text?.hasPrefix(mark) ?? false
    } catch let error as DataError where [.badData, .inputMissing].contains(error.code) {
      return false
    }
  }
}
