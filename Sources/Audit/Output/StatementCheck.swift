import Digests
import Files
public import Leaks
import Runs
public import Text

/// Tells whether a statement still describes the files of data sets, and says of their audit what audit.json says.
public struct StatementCheck: Sendable {
  /// The number of files whose digests match the statement.
  public let matching: Int
  /// The differences, sorted by file; only the first of them if there are many.
  public let problems: [String]
  /// The total number of differences.
  public let problemCount: Int
  /// The audit's result according to the statement: `PASSED`, `WARNED` or `FAILED`.
  public let result: String

  /// Compares a statement with the files of data sets, in any order, and with audit.json and leaks.csv beside it.
  ///
  /// - Parameters:
  ///   - path: the statement.
  ///   - run: the folder of the training run that was audited with them.
  /// - Throws: `DataError` 66 if the statement is missing, 65 if it was not written by msa-audit.
  public init(_ path: String, datasets: [AuditedDataset], run: String? = nil, threads: Int) throws {
    if let run { try RunRecord.requireRun(run) }
    let (stated, predicate) = try Self.read(path)
    var found = try Self.subjects(of: datasets, stated: stated, threads: threads)
    found += try Statement.digests(of: Statement.runFiles(of: run), threads: threads)
    var comparison = Comparison()
    let digests = Dictionary(found.map { ($0.name, $0.sha256) }) { first, _ in first }
    comparison.compare(stated, digests) { name in
      name.hasPrefix(Statement.runFolder) && run == nil
        ? "is missing: give the run that was audited with --run" : "is missing"
    }
    try comparison.compareOutput(of: predicate, in: Folder.parent(of: path))
    matching = comparison.matching
    problemCount = comparison.problems.count
    problems = comparison.problems.sortedByBytes(\.name).prefix(Phrase.keptCount)
      .map { "\(PrintableText.cut($0.name)): \($0.text)" }
    result = predicate.lists.result.rawValue
  }

  /// A subject takes about 150 bytes, so this leaves room for a million shards.
  private static let byteLimit = 1 << 28

  /// Reads a statement by the published schema.
  private static func read(_ path: String) throws -> (subjects: [String: String], predicate: TestResult) {
    let json = try JSONValue(contentsOf: path, limit: byteLimit)
    let members = try StatementMembers(
      json, of: path, at: "", keys: ["_type", "subject", "predicateType", "predicate"])
    for (key, type) in [("_type", Statement.type), ("predicateType", TestResult.type)] where members[key]?.text != type
    {
      throw members.wrong(key, expected: type)
    }
    try members.requireKnownKeys()
    guard let elements = members["subject"]?.elements, !elements.isEmpty else {
      throw members.wrong("subject", expected: "at least one file with its SHA-256")
    }
    var subjects: [String: String] = [:]
    for (number, element) in elements.enumerated() {
      let place = "subject[\(number)]"
      let subject = try ResourceDescriptor(element, of: path, at: place)
      guard let name = subject.name, Statement.isInside(name), let digest = subject.sha256,
        subjects.updateValue(digest, forKey: name) == nil
      else {
        throw members.wrong(
          place, found: Optional(element).finding,
          expected: "a name that occurs once and leads nowhere else, and a SHA-256 of 64 lower-case hexadecimal digits")
      }
    }
    return (subjects, try TestResult(members["predicate"], path: path))
  }

  /// Returns the files of the data sets under the names of the statement: several are told apart by what is in them,
  /// since nothing depends on the order in which they are given.
  private static func subjects(
    of datasets: [AuditedDataset], stated: [String: String], threads: Int
  ) throws -> [Statement.Subject] {
    let files = try Statement.files(of: datasets, threads: threads)
    let own = Statement.folderNames(of: datasets)
    if datasets.count < 2 { return zip(own, files).flatMap { Statement.subjects(named: $0, $1) } }
    let folders = Set(
      stated.keys.filter { !$0.hasPrefix(Statement.runFolder) }.compactMap { name in
        name.firstIndex(of: "/").map { String(name[...$0]) }
      }
    ).sortedByBytes()
    var matches = files.indices.flatMap { dataset in
      folders.map { folder in
        (dataset: dataset, folder: folder, count: files[dataset].count { stated[folder + $0.name] == $0.sha256 })
      }
    }
    matches.sort { ($1.count, $0.dataset, $0.folder) < ($0.count, $1.dataset, $1.folder) }
    var names: [Int: String] = [:]
    for match in matches where match.count > 0 && names[match.dataset] == nil && !names.values.contains(match.folder) {
      names[match.dataset] = match.folder
    }
    // What is like none of them is compared with those that are left.
    var left = folders.filter { !names.values.contains($0) }[...]
    return files.indices.flatMap { dataset in
      Statement.subjects(named: names[dataset] ?? left.popFirst() ?? own[dataset], files[dataset])
    }
  }

  /// Whether every file is unchanged since the audit.
  public var isIntact: Bool { problemCount == 0 }
  /// Whether the audit found neither a leak nor damage, according to the statement.
  public var hasPassed: Bool { result != TestResult.Result.failed.rawValue }

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

/// What differs between a statement and what it is about.
private struct Comparison {
  var problems: [(name: String, text: String)] = []
  var matching = 0

  /// Compares files by name.
  ///
  /// - Parameter absence: what to say of a stated file that is not there.
  mutating func compare(
    _ stated: [String: String], _ found: [String: String], absence: (String) -> String = { _ in "is missing" }
  ) {
    for (name, digest) in stated {
      guard let other = found[name] else {
        problems.append((name, absence(name)))
        continue
      }
      if other == digest { matching += 1 } else { problems.append((name, "SHA-256 \(other), expected \(digest)")) }
    }
    for name in found.keys where stated[name] == nil { problems.append((name, "is not in the statement")) }
  }

  /// Compares the audit's other output beside the statement, and the result with the verdicts in it.
  mutating func compareOutput(of predicate: TestResult, in folder: String) throws {
    let names = [AuditFiles.json, LeaksFile.name]
    var stated: [String: String] = [:]
    for descriptor in predicate.configuration {
      let name = descriptor.name ?? ""
      if names.contains(name), let digest = descriptor.sha256, stated[name] == nil {
        stated[name] = digest
      } else {
        problems.append((name.isEmpty ? "predicate.configuration" : name, "is no output of an audit with its SHA-256"))
      }
    }
    for name in names where stated[name] == nil { problems.append((name, "is not in the statement")) }
    var found: [String: String] = [:]
    for name in stated.keys where try Folder.entry(at: folder + "/" + name) != nil {
      found[name] = try SHA256.hexDigest(ofFile: folder + "/" + name).digest
    }
    compare(stated, found) { _ in "is missing: keep it beside the statement" }
    // A statement tells what audit.json says, or it is no statement about this audit.
    guard let digest = found[AuditFiles.json], digest == stated[AuditFiles.json] else { return }
    let audit = try JSONValue(contentsOf: folder + "/" + AuditFiles.json, limit: Self.auditLimit)
    let outcomes = audit["checks"]?.elements?.map(CheckOutcome.init)
    guard let outcomes, !outcomes.isEmpty, outcomes.allSatisfy({ $0 != nil }) else {
      problems.append((AuditFiles.json, "holds no checks with their verdicts"))
      return
    }
    let summary = AuditSummary(outcomes: outcomes.compactMap(\.self))
    if audit["verdict"]?.text != summary.verdict.rawValue || audit["counts"] != summary.countsJSON
      || audit["summary"]?.text != summary.sentence
    {
      problems.append((AuditFiles.json, "begins with a verdict that is not that of its checks"))
    }
    let lists = TestResult.Lists(summary.outcomes)
    for (key, one, other) in [
      ("result", [predicate.lists.result.rawValue], [lists.result.rawValue]),
      ("passedTests", predicate.lists.passed, lists.passed), ("warnedTests", predicate.lists.warned, lists.warned),
      ("failedTests", predicate.lists.failed, lists.failed),
    ] where one != other {
      func words(_ names: [String]) -> String { names.isEmpty ? "none" : Phrase.list(names, limit: 8) }
      problems.append(("predicate.\(key)", "\(words(one)), but \(AuditFiles.json) says \(words(other))"))
    }
  }

  /// Findings keep at most a hundred items each.
  private static let auditLimit = 1 << 28
}
