import Text
import Yams

/// Reads the part of YAML that pipeline files use: one mapping of keys to scalars or flat lists of scalars.
struct PipelineParser {
  /// A value as it stands in the file.
  enum Value: Hashable, Sendable {
    case scalar(String)
    case list([String])
  }

  /// One line of the mapping.
  struct Entry: Hashable, Sendable {
    var key: String
    var value: Value
    var line: Int
  }

  /// The file, for error messages.
  let path: String

  /// The entries in the order of the file.
  ///
  /// - Throws: `DataError` 64 with file and line for anything but such a mapping.
  func entries(of text: String) throws -> [Entry] {
    try refuseAliases(text)
    let parser = try parsing { try Parser(yaml: text) }
    // The parser owns the anchors: nodes lose theirs when it goes away.
    defer { withExtendedLifetime(parser) {} }
    guard let root = try parsing({ try parser.singleRoot() }) else { return [] }
    guard case .mapping(let mapping) = root else {
      throw refusal(root, "is not a mapping", expected: "lines of key: value")
    }
    return try mapping.map { key, value in
      guard case .scalar(let name) = key, key.anchor == nil else {
        throw refusal(key, "a key that is not plain text", expected: "the name of a flag")
      }
      return Entry(key: name.string, value: try self.value(value, of: name.string), line: key.mark?.line ?? 1)
    }
  }

  private func value(_ node: Node, of key: String) throws -> Value {
    if node.anchor != nil { throw refusal(node, "\(key) has an anchor (&)", expected: "a plain value") }
    switch node {
    case .scalar(let scalar): return .scalar(isNull(scalar) ? "" : scalar.string)
    case .sequence(let sequence):
      return .list(
        try sequence.map { item in
          guard case .scalar(let scalar) = item, item.anchor == nil else {
            throw refusal(item, "\(key) holds a list inside a list or a mapping", expected: "plain values")
          }
          return scalar.string
        })
    case .mapping: throw refusal(node, "\(key) holds a mapping", expected: "a plain value or a list of them")
    case .alias: throw refusal(node, "\(key) has an alias (*)", expected: "a plain value")
    }
  }

  /// `key:` with nothing after it, and `key: null`; quoted texts are texts.
  private func isNull(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}

extension PipelineParser {
  /// Runs a step of the parser with its errors turned into ours.
  private func parsing<Result>(_ step: () throws -> Result) throws -> Result {
    do {
      return try step()
    } catch {
      throw readable(error)
    }
  }

  /// Aliases are refused before the parser sees them: hashing keys that are built from them takes exponential time.
  ///
  /// An alias without an anchor is harmless (the parser refuses it), and so is an anchor without an alias.
  private func refuseAliases(_ text: String) throws {
    func firstLine(with mark: Character) -> Int? {
      text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { line in
        zip(" " + line, line + " ").enumerated().contains { index, pair in
          pair.1 == mark && " \t\r[{,:-?".contains(pair.0)
            && !(line.dropFirst(index + 1).first ?? " ").isWhitespace
        }
      }
    }
    if firstLine(with: "&") != nil, let line = firstLine(with: "*") {
      throw DataError(
        .usage, file: "\(path):\(line + 1)", "has YAML anchors (&) and aliases (*)",
        expected: "plain values", advice: "Write the value out, or quote it if it is meant as text.")
    }
  }

  private func refusal(_ node: Node, _ problem: String, expected: String) -> DataError {
    DataError(.usage, file: node.mark.map { "\(path):\($0.line)" } ?? path, problem, expected: expected)
  }

  /// Yams shows the position over several lines; a message is one line.
  private func readable(_ error: any Error) -> DataError {
    let expected = "a YAML file of keys and values"
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return DataError(.usage, file: "\(path):\(mark.line)", "malformed YAML (\(problem))", expected: expected)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return DataError(
        .usage, file: "\(path):\(context.mark.line)", "the key \(duplicates.joined(separator: ", ")) occurs twice",
        advice: "Remove one of the two.")
    case .reader(let problem, _, _, _):
      return DataError(.usage, file: path, "malformed YAML (\(problem))", expected: expected)
    default:
      return DataError(.usage, file: path, "malformed YAML (\(error))", expected: expected)
    }
  }
}
