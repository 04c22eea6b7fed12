import Digests
import Files
public import Leaks
public import Text

/// Tells whether a statement still describes the files of data sets.
public struct StatementCheck: Sendable {
  /// The number of files whose digests match the statement.
  public let matching: Int
  /// The differences, sorted by file; only the first of them if there are many.
  public let problems: [String]
  /// The total number of differences.
  public let problemCount: Int
  /// The audit result according to the statement: `PASSED`, `WARNED` or `FAILED`.
  public let result: String

  /// Compares a statement with the files of data sets.
  ///
  /// - Parameters:
  ///   - path: the statement.
  ///   - datasets: the data sets in the order of the audit.
  /// - Throws: `DataError` 66 if the statement is missing, 65 if it was not written by msa-audit.
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

  /// A subject takes about 150 bytes, so this leaves room for a million shards.
  private static let byteLimit = 1 << 28

  private static func wrong(_ path: String, _ place: String, _ problem: String, expected: String) -> DataError {
    DataError(
      .badData, file: path, place: place, problem, expected: expected,
      advice: "Give the \(Statement.name) that msa-audit wrote.")
  }

  /// Returns the result of the audit according to the statement, which must agree with the checks that it lists.
  private static func result(in statement: JSONValue, path: String) throws -> String {
    guard let predicate = statement["predicate"], predicate.members != nil else {
      throw wrong(path, "predicate", statement["predicate"].finding, expected: "the results of the audit")
    }
    guard let result = predicate["result"]?.text, ["PASSED", "WARNED", "FAILED"].contains(result) else {
      throw wrong(path, "predicate.result", predicate["result"].finding, expected: "PASSED, WARNED or FAILED")
    }
    func count(_ key: String) throws -> Int {
      guard let tests = predicate[key] else { return 0 }
      guard let elements = tests.elements, elements.allSatisfy({ $0.text != nil }) else {
        throw wrong(path, "predicate.\(key)", predicate[key].finding, expected: "an array of strings")
      }
      return elements.count
    }
    let (failed, warned) = (try count("failedTests"), try count("warnedTests"))
    if (failed > 0) != (result == "FAILED") || warned > 0 && result == "PASSED" {
      throw wrong(
        path, "predicate.result",
        "is \(result) with \(Phrase.count(failed, "failed test")) and \(Phrase.count(warned, "test")) with a warning",
        expected: failed > 0 ? "FAILED" : warned > 0 ? "WARNED" : "PASSED or WARNED")
    }
    return result
  }

  private static func subjects(in statement: JSONValue, path: String) throws -> [String: String] {
    guard statement["_type"]?.text == Statement.type else {
      throw wrong(path, "_type", statement["_type"].finding, expected: Statement.type)
    }
    guard statement["predicateType"]?.text == Statement.predicateType else {
      throw wrong(
        path, "predicateType", statement["predicateType"].finding, expected: Statement.predicateType)
    }
    guard let elements = statement["subject"]?.elements, !elements.isEmpty else {
      throw wrong(path, "subject", statement["subject"].finding, expected: "at least one file with its SHA-256")
    }
    var subjects: [String: String] = [:]
    for (number, element) in elements.enumerated() {
      guard let name = element["name"]?.text, Statement.isInside(name),
        let digest = element["digest"]?["sha256"]?.text, SHA256.isHexDigest(digest),
        subjects.updateValue(digest, forKey: name) == nil
      else {
        throw wrong(
          path, "subject[\(number)]", Optional(element).finding,
          expected: "a name that occurs once and leads nowhere else, and a SHA-256 of 64 lower-case hexadecimal digits")
      }
    }
    return subjects
  }

  /// Whether every file is unchanged since the audit.
  public var isIntact: Bool { problemCount == 0 }

  /// The outcome as JSON.
  public var json: JSONValue {
    [
      "intact": .bool(isIntact), "matching": .integer(matching), "result": .string(result),
      "problem_count": .integer(problemCount), "problems": .array(problems.map { .string($0) }),
    ]
  }

  /// The outcome as text: one line per problem, then the verdict.
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
