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
    #expect(try Snapshot.difference(of: leaky().text(columns: nil), from: "audit.txt") == nil)
  }

  @Test("the summary fits the height of a screen and the width of the terminal", arguments: [80, 100, 132, 200])
  func size(columns: Int) throws {
    let lines = try leaky().text(columns: columns).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 40)
    #expect(lines.allSatisfy { $0.count <= columns })
  }

  @Test("the summary in a file is never cut, and holds every word of every summary")
  func uncut() throws {
    var dataset = MemoryDataset.clean()
    let (from, to) = (dataset.first(.train), dataset.first(.test))
    dataset.samples[to].sample.dialog = dataset.samples[from].sample.dialog
    let long = (1...60).map { "a-name-of-some-length-\($0)" }.joined(separator: " ")
    for index in dataset.samples.indices { dataset.samples[index].sample.speaker = long }
    let report = try AuditReport(AuditSubject(datasets: [dataset.dataset()], threads: 1), checks: [IDOverlap()])
    #expect(report.text(columns: 80).contains("…\n"))
    let words = report.text(columns: nil).split(whereSeparator: \.isWhitespace)
    for text in [report.results[0].finding.summary, report.results[0].finding.advice] {
      let wanted = text.split(whereSeparator: \.isWhitespace)
      #expect(words.indices.contains { words[$0...].starts(with: wanted) })
    }
  }

  @Test("the page begins with what is wrong and what to do, and shows pairs side by side")
  func order() throws {
    let html = try AuditPage(leaky()).html
    let places = try ["Scores on these data cannot be trusted.", "What to do: ", "id=\"failed\"", "id=\"passed\""].map {
      try #require(html.firstRange(of: $0)).lowerBound
    }
    #expect(places == places.sorted())
    #expect(html.contains("<table class=\"pair\">"))
    #expect(html.contains("0.50–1.75 s"))
  }

  @Test("a page about clean data says so, with every check behind a click")
  func clean() throws {
    let report = try AuditReport(
      AuditSubject(datasets: [MemoryDataset.clean().dataset()], threads: 1), checks: [FoldPresence(), IDOverlap()])
    let html = try AuditPage(report).html
    #expect(html.contains("<p class=\"headline\">No leak found.</p>"))
    #expect(!html.contains("id=\"failed\""))
    #expect(!html.contains("<details class=\"check\" open"))
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
    #expect(report.text(columns: nil).contains("sealed with --allow-leaks id-overlap"))
    #expect(report.json["datasets"]?.elements?.first?["allowed_leaks"] == ["id-overlap"])
    #expect(try AuditPage(report).html.contains("1 speaker in more than one split."))
  }

  @Test("names from hostile files are escaped as text")
  func hostile() throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices { dataset.samples[index].sample.speaker = "<script>alert(1)</script>" }
    let report = try AuditReport(AuditSubject(datasets: [dataset.dataset()], threads: 1), checks: [IDOverlap()])
    #expect(try !AuditPage(report).html.contains("<script>alert"))
    #expect(try AuditPage(report).html.contains("&lt;script&gt;"))
  }
}

extension AuditPage {
  /// The page of an audit whose pairs are not written to a file.
  init(_ report: AuditReport) throws {
    var leaks: [String: LeakExcerpt] = [:]
    for result in report.results {
      var excerpt = LeakExcerpt()
      try result.finding.leaks.forEach { excerpt.add($0) }
      if excerpt.count > 0 { leaks[result.check.id] = excerpt }
    }
    self.init(report, leaks: leaks)
  }
}
