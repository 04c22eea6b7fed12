import Digests
import Files
import Leaks
import Samples
public import Text
import Workers

/// audit.intoto.json: an in-toto Statement v1 that lists every audited file with its SHA-256, with the results as
/// predicate.
///
/// The predicate is in-toto's test result (https://in-toto.io/attestation/test-result/v0.1), extended by the checks.
/// Sign it with any tool that signs in-toto statements; `msa-audit verify` compares it with the files.
public struct Statement: Sendable {
  /// A file and its digest.
  struct Subject: Hashable, Sendable {
    /// The path inside the data set's folder, preceded by the data set's name and a slash if there are several.
    let name: String
    let sha256: String
  }

  let subjects: [Subject]
  private let predicate: JSONValue

  /// The file's name inside the output folder.
  public static let name = "audit.intoto.json"
  static let type = "https://in-toto.io/Statement/v1"
  static let predicateType = "https://in-toto.io/attestation/test-result/v0.1"

  /// Describes an audit; reads every audited file.
  ///
  /// - Parameters:
  ///   - auditSHA256: the digest of audit.json, which holds the evidence.
  ///   - leaksSHA256: the digest of leaks.csv, which holds the pairs.
  public init(_ report: AuditReport, auditSHA256: String, leaksSHA256: String) throws {
    subjects = try Self.subjects(of: report.subject.datasets, threads: report.subject.threads)
    func ids(_ isWanted: (AuditReport.Result) -> Bool) -> JSONValue {
      .array(report.results.filter(isWanted).map { .string($0.check.id) })
    }
    predicate = [
      "result": report.hasErrors
        ? "FAILED" : report.hasDoubts || report.results.contains(where: \.isWarning) ? "WARNED" : "PASSED",
      "configuration": [
        ["name": .string(AuditFiles.json), "digest": ["sha256": .string(auditSHA256)]],
        ["name": .string(LeaksFile.name), "digest": ["sha256": .string(leaksSHA256)]],
      ],
      "passedTests": ids { $0.finding.verdict == .pass }, "warnedTests": ids(\.isWarning),
      "failedTests": ids(\.isError), "undecidableTests": ids { $0.finding.verdict == .undecidable },
      "checks": .array(
        report.results.map { result in
          [
            "id": .string(result.check.id), "verdict": .string(result.finding.verdict.rawValue),
            "summary": .string(result.finding.summary),
          ]
        }), "tool": ["name": "msa-audit", "version": .string(ToolVersion.current)],
    ]
  }

  /// The JSON document.
  public var json: JSONValue {
    [
      "_type": .string(Self.type),
      "subject": .array(subjects.map { ["name": .string($0.name), "digest": ["sha256": .string($0.sha256)]] }),
      "predicateType": .string(Self.predicateType), "predicate": predicate,
    ]
  }

  /// Returns a data set's name in a form safe for a folder: it comes from the manifest, and names in a statement must
  /// not lead elsewhere.
  private static func folderName(of dataset: AuditedDataset) -> String {
    let name = dataset.name.replacing("/", with: "_")
    return ["", ".", ".."].contains(name) ? "_" + name : name
  }

  /// Returns whether a name in a statement denotes a file inside the audited data.
  static func isInside(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.contains { ["", ".", ".."].contains($0) } && !name.contains("\0")
  }

  /// Returns the digests of all files of the data sets, sorted by name. An unreadable file is an error unless its data
  /// set is damaged anyway, in which case the file is left out.
  static func subjects(of datasets: [AuditedDataset], threads: Int) throws -> [Subject] {
    // Files from elsewhere may have equal names in different folders.
    var counts: [String: Int] = [:]
    let files = try datasets.flatMap { dataset in
      try dataset.files.filter { try dataset.damage == nil || Folder.entry(at: $0.path) != nil }.map { file in
        let name = datasets.count > 1 ? "\(folderName(of: dataset))/\(file.name)" : file.name
        counts[name, default: 0] += 1
        return (name: counts[name] == 1 ? name : "\(name) (\(counts[name] ?? 0))", path: file.path)
      }
    }
    let digests = try OrderedWorkers(threadCount: threads).map(count: files.count) { index in
      try SHA256.hexDigest(ofFile: files[index].path).digest
    }
    return zip(files, digests).map { Subject(name: $0.name, sha256: $1) }
      .sortedByBytes(\.name)
  }
}
