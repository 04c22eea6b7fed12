import Leaks
import Samples
import Shards
import Text

/// `integrity`: a prepared folder matches its manifest.
struct Integrity: AuditCheck {
  let id = "integrity"
  let severity = Severity.error
  let leakage: LeakageType? = nil
  let meaning = "Shards, scalers, splits and manifest agree with their checksums and counts."

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, subject)) })
  }

  private func finding(for dataset: AuditedDataset, _ subject: AuditSubject) throws -> Finding {
    guard dataset.form == .prepared else {
      return .undecidable(
        "These files carry no checksums to compare with.",
        advice: "Prepare the data with msa-prep, or keep checksums beside the files.")
    }
    let report = try PreparedFolder.verify(dataset.path, threads: subject.threads, progress: subject.progress)
    let problems = report.problems.map { Self.describe($0, folder: dataset.path) }
    let counts: JSONValue = [
      "files": .integer(report.fileCount), "bytes": .integer(report.byteCount),
      "samples": .integer(report.sampleCount),
    ]
    let checked =
      "\(Phrase.count(report.fileCount, "file")), \(report.byteCount.grouped) bytes, "
      + Phrase.count(report.sampleCount, "sample")
    if problems.isEmpty {
      return .pass("All checksums and counts agree.", evidence: [Evidence(text: "Read: \(checked).", facts: counts)])
    }
    return .fail(
      "\(Phrase.count(report.problemCount, "disagreement")) between the files and the manifest.",
      evidence: problems.map { Evidence(text: $0, facts: .string($0)) }
        + [Evidence(text: "Read: \(checked).", facts: counts)],
      advice: "The files were changed after they were made: prepare the folder again with --overwrite.")
  }

  /// Describes the problem without the folder's path, so that a copy of the folder gives the same report.
  private static func describe(_ problem: DataError, folder: String) -> String {
    var problem = problem
    if let file = problem.file {
      problem.file =
        file == folder ? nil : file.hasPrefix(folder + "/") ? String(file.dropFirst(folder.count + 1)) : file
    }
    return problem.description
  }
}
