import Digests
import Files
public import Leaks
public import Text

/// Whether a statement still describes the files of data sets.
public struct StatementCheck: Sendable {
  /// Files whose digest is the statement's.
  public let matching: Int
  /// What differs, sorted by the file; of much the first.
  public let problems: [String]
  /// How much differs.
  public let problemCount: Int
  /// What the statement says of the audit: `PASSED`, `WARNED` or `FAILED`.
  public let result: String

  /// Compares.
  ///
  /// - Parameters:
  ///   - path: the statement.
  ///   - datasets: the data sets in the order of the audit.
  /// - Throws: `DataError` 66 when the statement is missing, 65 when it is not one of ours.
  public init(_ path: String, datasets: [AuditedDataset], threads: Int) throws {
    let statement = try JSONValue(contentsOf: path, limit: Self.byteLimit)
    let stated = try Self.subjects(in: statement, path: path)
    let found = Dictionary(
      try Statement.subjects(of: datasets, threads: threads).map { ($0.name, $0.sha256) }
    ) { first, _ in first }
    var problems: [(name: String, text: String)] = []
    for (name, digest) in stated {
      if let other = found[name] {
        if other != digest { problems.append((name, "SHA-256 \(other), expected \(digest)")) }
      } else {
        problems.append((name, "is missing"))
      }
    }
    for name in found.keys where stated[name] == nil { problems.append((name, "is not in the statement")) }
    matching = stated.count { found[$0.key] == $0.value }
    problemCount = problems.count
    self.problems = problems.sortedByBytes(\.name).prefix(Phrase.keptCount)
      .map { "\(PrintableText.cut($0.name)): \($0.text)" }
    result = try Self.result(in: statement, path: path)
  }

  /// A subject takes about 150 bytes: room for a million shards.
  private static let byteLimit = 1 << 28

  private static func subjects(in statement: JSONValue, path: String) throws -> [String: String] {
    func wrong(_ place: String, _ found: JSONValue?, _ expected: String) -> DataError {
      DataError(
        .badData, file: path, place: place, found.finding, expected: expected,
        advice: "Give the \(Statement.name) that msa-audit wrote.")
    }
    guard statement["_type"]?.text == Statement.type else { throw wrong("_type", statement["_type"], Statement.type) }
    guard statement["predicateType"]?.text == Statement.predicateType else {
      throw wrong("predicateType", statement["predicateType"], Statement.predicateType)
    }
    guard let elements = statement["subject"]?.elements, !elements.isEmpty else {
      throw wrong("subject", statement["subject"], "at least one file with its SHA-256")
    }
    var subjects: [String: String] = [:]
    for (number, element) in elements.enumerated() {
      guard let name = element["name"]?.text, Statement.isInside(name),
        let digest = element["digest"]?["sha256"]?.text, SHA256.isHexDigest(digest),
        subjects.updateValue(digest, forKey: name) == nil
      else {
        throw wrong("subject[\(number)]", element, "a name that occurs once and leads nowhere else, and a SHA-256")
      }
    }
    return subjects
  }

  /// Whether every file is as it was audited.
  public var isIntact: Bool { problemCount == 0 }

  /// The outcome as JSON.
  public var json: JSONValue {
    [
      "intact": .bool(isIntact), "matching": .integer(matching), "result": .string(result),
      "problem_count": .integer(problemCount), "problems": .array(problems.map { .string($0) }),
    ]
  }

  /// The outcome for people: a line a problem, then the verdict.
  public var text: String {
    let verdict =
      isIntact
      ? "The statement describes these files: \(Phrase.count(matching, "SHA-256 digest")) agree. The audit's result was \(result)."
      : "The statement does not describe these files: \(Phrase.count(problemCount, "difference")), \(matching.grouped) agree. Audit them again."
    let rest = problemCount - problems.count
    let more = rest > 0 ? ["and \(Phrase.count(rest, "more difference"))"] : []
    return PrintableText.joined(problems + more + [verdict]) + "\n"
  }
}
