public import Text

/// What a check of a prepared folder found.
public struct VerifyReport: Sendable {
  /// The folder as the user gave it.
  public let folder: String
  /// Files whose digests were compared.
  public internal(set) var fileCount = 0
  /// The bytes of those files.
  public internal(set) var byteCount = 0
  /// Samples that were found in readable shards.
  public internal(set) var sampleCount = 0
  /// What is wrong, in the order of the folder; exit status 1 each. Of more than 100 the first.
  public private(set) var problems: [DataError] = []
  /// How much is wrong.
  public private(set) var problemCount = 0

  /// Enough to act on, and a report stays readable when nothing is right.
  private static let keptCount = 100

  init(folder: String) { self.folder = folder }

  /// Whether nothing is wrong.
  public var isIntact: Bool { problemCount == 0 }

  /// The report as JSON.
  public var json: JSONValue {
    [
      "folder": .string(folder), "intact": .bool(isIntact), "files": .integer(fileCount), "bytes": .integer(byteCount),
      "samples": .integer(sampleCount), "problem_count": .integer(problemCount),
      "problems": .array(problems.map { .string($0.description) }),
    ]
  }

  /// The report for people: one line per problem, then the verdict.
  public var text: String {
    let checked = "\(fileCount) files, \(byteCount) bytes, \(sampleCount) samples"
    let count = problemCount.counted("problem")
    let verdict =
      isIntact
      ? "\(folder): intact: \(checked)." : "\(folder): \(count) in \(checked). Prepare it again with --overwrite."
    let rest = problemCount - problems.count
    let more = rest > 0 ? ["and \(rest.counted("more problem"))"] : []
    return PrintableText.joined(problems.map(\.description) + more + [verdict]) + "\n"
  }

  mutating func add(_ file: String, place: String? = nil, _ problem: String, expected: String? = nil) {
    add(DataError(.checkFailed, file: file, place: place, problem, expected: expected))
  }

  /// Adds a reader's refusal as a problem of the folder.
  mutating func add(_ error: DataError) {
    problemCount += 1
    if problems.count >= Self.keptCount { return }
    var problem = error.bounded
    problem.code = .checkFailed
    problem.advice = nil
    problems.append(problem)
  }
}
