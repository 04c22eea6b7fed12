import Digests
import Files
import Leaks
import Runs
public import Text
import Workers

/// audit.intoto.json: an in-toto Statement v1 that lists every audited file with its SHA-256, with the results as
/// predicate.
///
/// The predicate is in-toto's test result (`TestResult`). Sign it with any tool that signs in-toto statements;
/// `msa-audit verify` compares it with the files.
public struct Statement: Sendable {
  /// A file and its digest.
  struct Subject: Hashable, Sendable {
    /// The path inside the data set's folder, preceded by the data set's name and a slash if there are several; for the
    /// files of a training run, the path inside its folder, preceded by `runFolder`.
    let name: String
    let sha256: String
  }

  let subjects: [Subject]
  private let predicate: TestResult

  /// The file's name inside the output folder.
  public static let name = "audit.intoto.json"
  static let type = "https://in-toto.io/Statement/v1"
  /// What the names of a training run's files begin with.
  static let runFolder = "run/"

  /// Describes an audit; reads every audited file.
  ///
  /// - Parameters:
  ///   - auditSHA256: the digest of audit.json, which holds the evidence.
  ///   - leaksSHA256: the digest of leaks.csv, which holds the pairs.
  public init(_ report: AuditReport, auditSHA256: String, leaksSHA256: String) throws {
    let (datasets, threads) = (report.subject.datasets, report.subject.threads)
    let names = Self.folderNames(of: datasets)
    let audited = zip(names, try Self.files(of: datasets, threads: threads)).flatMap { Self.subjects(named: $0, $1) }
    subjects = (audited + (try Self.digests(of: report.runFiles, threads: threads))).sortedByBytes(\.name)
    let undecidable = report.results.filter { $0.finding.verdict == .undecidable }.map(\.check.id)
    predicate = TestResult(
      lists: TestResult.Lists(report.results.map(\.outcome)),
      configuration: [
        ResourceDescriptor(
          name: AuditFiles.json, sha256: auditSHA256, mediaType: "application/json",
          annotations: [
            "tool": ["name": "msa-audit", "version": .string(ToolVersion.current)],
            "undecidableTests": .array(undecidable.map { .string($0) }),
          ]),
        ResourceDescriptor(name: LeaksFile.name, sha256: leaksSHA256, mediaType: "text/csv"),
      ])
  }

  /// The JSON document.
  public var json: JSONValue {
    [
      "_type": .string(Self.type),
      "subject": .array(subjects.map { ["name": .string($0.name), "digest": ["sha256": .string($0.sha256)]] }),
      "predicateType": .string(TestResult.type), "predicate": predicate.json,
    ]
  }

  /// Returns what the names of each data set's files begin with: nothing for a single one, else its name in a form safe
  /// for a folder. It comes from the manifest, and names in a statement must not lead elsewhere.
  static func folderNames(of datasets: [AuditedDataset]) -> [String] {
    if datasets.count == 1 { return [""] }
    var taken: Set<String> = [runFolder]
    return datasets.map { dataset in
      var name = dataset.name.replacing("/", with: "_")
      while ["", ".", ".."].contains(name) || taken.contains(name + "/") { name = "_" + name }
      taken.insert(name + "/")
      return name + "/"
    }
  }

  /// Returns whether a name in a statement denotes a file inside the audited data.
  static func isInside(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.contains { ["", ".", ".."].contains($0) } && !name.contains("\0")
  }

  /// Returns the digests of the files of each data set, under their names in it. An unreadable file is an error unless its
  /// data set is damaged anyway, in which case the file is left out.
  static func files(of datasets: [AuditedDataset], threads: Int) throws -> [[Subject]] {
    try datasets.map { dataset in
      try digests(
        of: dataset.files.filter { try dataset.damage == nil || Folder.entry(at: $0.path) != nil }, threads: threads)
    }
  }

  /// Returns the files of a data set under the names that a statement has for them.
  static func subjects(named folder: String, _ files: [Subject]) -> [Subject] {
    files.map { Subject(name: folder + $0.name, sha256: $0.sha256) }
  }

  /// Returns the files of a training run; none without one.
  static func runFiles(of folder: String?) throws -> [AuditedFile] {
    guard let folder else { return [] }
    return try RunFile.present(in: folder).map { try AuditedFile(name: runFolder + $0, path: folder + "/" + $0) }
  }

  /// Returns the digests of files, sorted by name.
  static func digests(of files: [AuditedFile], threads: Int) throws -> [Subject] {
    let digests = try OrderedWorkers(threadCount: threads).map(count: files.count) { index in
      try SHA256.hexDigest(ofFile: files[index].path).digest
    }
    return zip(files, digests).map { Subject(name: $0.name, sha256: $1) }.sortedByBytes(\.name)
  }
}
