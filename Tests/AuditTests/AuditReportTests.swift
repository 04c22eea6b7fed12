import AuditSupport
import Digests
import Leaks
import Reports
import Samples
import Shards
import TestSupport
import Testing
import Text

@testable import Audit

@Suite struct AuditReportTests {
  private static let checks: [any AuditCheck] = [
    FoldPresence(), IDOverlap(), TimeOverlap(), ExactDuplicates(), Selection(), ImplausibleScore(), Integrity(),
  ]

  /// One leak of each kind that a data set in memory can have.
  private func leaky(threads: Int = 1) throws -> AuditReport {
    var dataset = MemoryDataset.clean()
    let (from, to) = (dataset.first(.train), dataset.first(.test))
    dataset.samples[to].rows = dataset.samples[from].rows
    dataset.samples[to].sample.dialog = dataset.samples[from].sample.dialog
    dataset.samples[to].sample.interval = Interval(start: 0.5, end: 1.75)
    dataset.form = .arrays
    return try AuditReport(
      AuditSubject(datasets: [dataset.dataset()], threads: threads), checks: Self.checks)
  }

  @Test("audit.json matches its snapshot")
  func json() throws {
    #expect(try Snapshot.difference(of: leaky().json.prettyText, from: "audit.json") == nil)
  }

  @Test("audit.html matches its snapshot")
  func page() throws {
    #expect(try Snapshot.difference(of: AuditPage(leaky()).html, from: "audit.html") == nil)
  }

  @Test("the summary matches its snapshot")
  func text() throws {
    #expect(try Snapshot.difference(of: leaky().text, from: "audit.txt") == nil)
  }

  @Test("the summary fits the height of a screen and the width of a wide terminal")
  func size() throws {
    let lines = try leaky().text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 40)
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test("no byte depends on the number of threads or on where the folder lies")
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    let places = ["one", "elsewhere/two"].map { folder.file($0) }
    for (threads, place) in places.enumerated() {
      let prepared = try ExampleFolder(at: place).path
      let report = try AuditReport(
        AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: threads + 1), checks: Self.checks)
      try AuditFiles.write(report, to: place + "-audit")
    }
    for name in [AuditFiles.json, AuditFiles.page, Statement.name] {
      let digests = try places.map { try SHA256.hexDigest(ofFile: $0 + "-audit/" + name).digest }
      #expect(digests[0] == digests[1], "\(name)")
    }
  }

  @Test("a leak that was allowed at sealing is mentioned in every output")
  func allowed() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    var manifest = try Manifest.read(prepared)
    manifest.allowedLeaks = [.init(check: "id-overlap", summary: "1 speaker in more than one split.")]
    try manifest.write(to: prepared)
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: 1), checks: [FoldPresence()])
    #expect(report.text.contains("sealed with --allow-leaks id-overlap"))
    #expect(report.json["datasets"]?.elements?.first?["allowed_leaks"] == ["id-overlap"])
    #expect(AuditPage(report).html.contains("1 speaker in more than one split."))
  }

  @Test("names from hostile files are escaped as text")
  func hostile() throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices { dataset.samples[index].sample.speaker = "<script>alert(1)</script>" }
    let report = try AuditReport(AuditSubject(datasets: [dataset.dataset()], threads: 1), checks: [IDOverlap()])
    #expect(!AuditPage(report).html.contains("<script>alert"))
    #expect(AuditPage(report).html.contains("&lt;script&gt;"))
  }
}
