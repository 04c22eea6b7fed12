import Samples
import Shards
import Testing
import TestSupport

@testable import Audit
@testable import Leaks

@Suite struct SealChecksTests {
  @Test("the checks before sealing see what the audit sees: rows that reach into another split's time")
  func seal() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("prepared"))
    var lines = example.lines
    // Labels of 5 to 5.5 s and 9 to 9.5 s; the rows of the first reach across the second.
    for index in [5, 9] { lines[index].dialog = "one dialog" }
    try SamplesFile.write(lines, to: example.path)
    let leaks = try SealChecks.run(example.manifest, lines, in: example.path, dialog: { _ in nil }).map(\.check)
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared([example.path]), threads: 1),
      checks: [FoldPresence(), IDOverlap(), TimeOverlap()])
    #expect(leaks == ["id-overlap", "time-overlap"])
    #expect(report.results.filter(\.isError).map(\.check.id) == leaks)
  }
}
