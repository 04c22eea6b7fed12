import Leaks
import Text

/// The predicate of a statement: in-toto's test result, version 0.1
/// (https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md), with no key beyond the published
/// ones, so that a strict parser reads it.
struct TestResult: Sendable {
  /// The published results.
  enum Result: String, CaseIterable, Hashable, Sendable {
    case passed = "PASSED"
    case warned = "WARNED"
    case failed = "FAILED"
  }

  /// The result and the tests behind it.
  struct Lists: Hashable, Sendable {
    var result: Result
    var passed: [String]
    var warned: [String]
    var failed: [String]
  }

  static let type = "https://in-toto.io/attestation/test-result/v0.1"

  let lists: Lists
  /// The files that say how the result came about.
  let configuration: [ResourceDescriptor]
}

extension TestResult.Lists {
  /// Sums up an audit. A check that may have missed a leak warns; one that lacks an input is in none of the lists.
  init(_ outcomes: [CheckOutcome]) {
    failed = outcomes.filter(\.isError).map(\.id)
    warned = outcomes.filter { $0.isWarning || $0.isDoubtful }.map(\.id)
    passed = outcomes.filter { $0.verdict == .pass }.map(\.id)
    result = Self.result(warned: warned, failed: failed)
  }

  fileprivate static func result(warned: [String], failed: [String]) -> TestResult.Result {
    failed.isEmpty ? warned.isEmpty ? .passed : .warned : .failed
  }
}

extension TestResult {
  /// The JSON document.
  var json: JSONValue {
    func names(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
    return [
      "result": .string(lists.result.rawValue), "configuration": .array(configuration.map(\.json)),
      "passedTests": names(lists.passed), "warnedTests": names(lists.warned), "failedTests": names(lists.failed),
    ]
  }

  /// Reads a predicate.
  ///
  /// - Throws: `DataError` 65 with the offending key.
  init(_ json: JSONValue?, path: String) throws {
    let members = try StatementMembers(
      json, of: path, at: "predicate",
      keys: ["result", "configuration", "url", "passedTests", "warnedTests", "failedTests"]
    )
    try members.requireKnownKeys()
    guard let result = members["result"]?.text.flatMap(Result.init) else {
      throw members.wrong("result", expected: Result.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let descriptors = members["configuration"]?.elements else {
      throw members.wrong("configuration", expected: "an array of resource descriptors")
    }
    configuration = try descriptors.enumerated().map { number, descriptor in
      try ResourceDescriptor(descriptor, of: path, at: "predicate.configuration[\(number)]")
    }
    _ = try members.text("url")
    lists = Lists(
      result: result, passed: try members.texts("passedTests") ?? [], warned: try members.texts("warnedTests") ?? [],
      failed: try members.texts("failedTests") ?? [])
    let expected = Lists.result(warned: lists.warned, failed: lists.failed)
    if expected != result {
      throw members.wrong(
        "result",
        found: "is \(result.rawValue) with \(Phrase.count(lists.failed.count, "failed test")) and "
          + "\(Phrase.count(lists.warned.count, "test")) with a warning", expected: expected.rawValue)
    }
  }
}
