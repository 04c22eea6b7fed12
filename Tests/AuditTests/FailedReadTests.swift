import AuditSupport
import Files
import Foundation
import Leaks
import Planting
import Preparation
import Samples
import Shards
import Synchronization
import Testing
import TestSupport
import Text

@testable import Audit

/// A failed call on an audited file must never become a verdict: the audit ends there, or reports the same as ever.
@Suite struct FailedReadTests {
  /// The calls made when reading.
  enum Call: String, CaseIterable, Sendable {
    case open, status, map, read, look, list
  }

  /// Counts the calls on a path, and makes some of them fail.
  private final class Fault: Sendable {
    private let counts = Mutex<[Call: Int]>([:])
    /// The `errno` of a call that must fail, by its kind and its number, from 1.
    private let cause: @Sendable (Call, Int) -> Int32?

    init(_ cause: @escaping @Sendable (Call, Int) -> Int32? = { _, _ in nil }) { self.cause = cause }

    /// The number of calls of each kind.
    func count(of call: Call) -> Int { counts.withLock { $0[call] ?? 0 } }

    private func strikes(_ call: Call) -> Bool {
      let number = counts.withLock { counts in
        counts[call, default: 0] += 1
        return counts[call, default: 0]
      }
      guard let cause = cause(call, number) else { return false }
      errno = cause
      return true
    }

    var operations: ReadOperations {
      let live = ReadOperations.live
      var changed = live
      changed.open = { self.strikes(.open) ? -1 : live.open($0) }
      changed.status = { self.strikes(.status) ? -1 : live.status($0, &$1) }
      changed.read = { self.strikes(.read) ? -1 : live.read($0, $1, $2, $3) }
      changed.map = { self.strikes(.map) ? MAP_FAILED : live.map($0, $1) }
      changed.statusAtPath = { self.strikes(.look) ? -1 : live.statusAtPath($0, $1, &$2) }
      changed.openFolder = { self.strikes(.list) ? nil : live.openFolder($0) }
      return changed
    }
  }

  /// Checks that read every file and compute no slow statistics.
  private static let checks = CheckRegistry.all.filter {
    !["shortcut", "target-in-features", "split-drift"].contains($0.id)
  }

  /// What an audit leaves behind.
  private struct Outcome: Equatable {
    let report: String
    let statement: [String]
  }

  /// Audits a folder, and writes a statement about it, as the program does.
  private func audit(_ folder: String, into out: String, run: String?) throws -> Outcome {
    try Folder.remove(out)
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([folder]), threads: 1)
    subject.run = run
    let report = try AuditReport(subject, checks: Self.checks)
    try AuditFiles.write(report, to: out)
    let statement = try StatementCheck(
      out + "/" + Statement.name, datasets: try AuditedDataset.prepared([folder]), threads: 1)
    return Outcome(report: report.json.canonicalText, statement: statement.problems)
  }

  /// A copy of a train sample is in test; the audit must report that.
  private func leaky(in folder: String) throws -> String {
    try PreparedSamples.planted(
      .duplicates, .init(granularity: .utterance, videos: 8, seconds: 6), in: folder, count: 3)
  }

  private static let files = [
    "manifest.json", "samples.jsonl", "splits.json", "scalers.safetensors", "shards/train-00000.safetensors",
    "shards/test-00000.safetensors", "shards", "",
  ]

  @Test("an audit ends with 71 or 74 when any call on a file of the folder fails", arguments: files)
  func prepared(file: String) throws {
    let folder = try TemporaryFolder()
    let leaky = try leaky(in: folder.path)
    let path = file.isEmpty ? leaky : leaky + "/" + file
    try sweep(path) {
      try audit(leaky, into: folder.file("audit"), run: nil)
    }
  }

  @Test(
    "an audit with --run ends when any call on a file of the run fails",
    arguments: ["results.json", "metrics_history.json", "predictions.csv"])
  func run(file: String) throws {
    let folder = try TemporaryFolder()
    let leaky = try leaky(in: folder.path)
    let run = folder.file("run")
    _ = try Run(on: leaky).write(to: run)
    try sweep(run + "/" + file) {
      try audit(leaky, into: folder.file("audit"), run: run)
    }
  }

  @Test("an interrupted system call changes nothing", arguments: files)
  func signals(file: String) throws {
    let folder = try TemporaryFolder()
    let leaky = try leaky(in: folder.path)
    let path = file.isEmpty ? leaky : leaky + "/" + file
    let expected = try audit(leaky, into: folder.file("audit"), run: nil)
    let fault = Fault { call, number in number % 2 == 1 && call != .status && call != .map ? EINTR : nil }
    let found = try fault.operations.substituted(at: path) {
      try audit(leaky, into: folder.file("audit"), run: nil)
    }
    #expect(found == expected)
  }

  private static let causes: [(cause: Int32, code: DataError.Code)] = [
    (ENOMEM, .systemRefused), (EIO, .ioFailed), (EACCES, .ioFailed), (EMFILE, .systemRefused),
  ]

  /// Lets each call on a path fail in turn.
  private func sweep(_ path: String, _ body: () throws -> Outcome) throws {
    let whole = Fault()
    let expected = try whole.operations.substituted(at: path, body)
    #expect(expected.report.contains("\"verdict\":\"fail\""))
    let calls = Call.allCases.flatMap { call in (0..<whole.count(of: call)).map { (call, $0 + 1) } }
    try #require(!calls.isEmpty)
    for (index, (call, number)) in calls.enumerated() {
      let (cause, code) = Self.causes[index % Self.causes.count]
      let fault = Fault { $0 == call && $1 == number ? cause : nil }
      let comment: Comment = "\(call) \(number) of \(path): \(systemMessage(cause))"
      let error = #expect(throws: DataError.self, comment) { try fault.operations.substituted(at: path, body) }
      #expect(error?.code == code, comment)
    }
  }
}
